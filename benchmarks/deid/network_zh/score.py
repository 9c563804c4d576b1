"""How well names are found in texts that were kept from the training.

    python -m benchmarks.deid.network_zh.score --gold FOLDER --words dict.txt [--recall high]

`--gold` holds uner_zh_gsdsimp_{train,dev}.iob2, `--words` is jieba's dictionary. A find counts where
it has the label's type and touches it; leak is the share of names not wholly hidden by any find.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.deid.network_zh import texts
from benchmarks.deid.network_zh.names import People, Words
from benchmarks.deid.network_zh.texts import Labelled
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

SEED = 23
FILLS = 6


def held_out(gold: Path, words: Path) -> dict[str, list[Labelled]]:
    """Each set's texts: development, and what is looked at once."""
    rng = random.Random(SEED)
    filler = texts.Filler(People(Words(words), rng), rng)
    train = texts.gold(gold / "uner_zh_gsdsimp_train.iob2")
    return {
        "UNER GSD dev": _together(texts.gold(gold / "uner_zh_gsdsimp_dev.iob2")),
        "UNER GSD train, the tenth kept aside": _together(train[7::10]),
        "templates kept aside": [
            filler.fill(template)
            for name, templates in texts.sections()
            if texts.is_held_out(name)
            for template in templates
            for _ in range(FILLS)
        ],
    }


def _together(documents: Sequence[list[Labelled]]) -> list[Labelled]:
    return [one for document in documents for one in document]


def figures(chosen: Sequence[Labelled], found: Sequence[Sequence[Span]], kind: str) -> str:
    hits = right = wrong = open_ = exact = names = 0
    for one, spans in zip(chosen, found, strict=True):
        labels = [(start, end) for start, end, label in one.spans if label == kind]
        own = [(span.start, span.end) for span in spans if span.type == kind]
        hidden = {place for span in spans for place in range(span.start, span.end)}
        names += len(labels)
        exact += len(set(labels) & set(own))
        hits += sum(any(a < end and start < b for a, b in own) for start, end in labels)
        touching = sum(any(a < end and start < b for start, end in labels) for a, b in own)
        right, wrong = right + touching, wrong + len(own) - touching
        open_ += sum(not hidden.issuperset(range(start, end)) for start, end in labels)
    precision, recall = right / max(right + wrong, 1), hits / max(names, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    f2 = 5 * precision * recall / max(4 * precision + recall, 1e-9)
    shares = (precision, recall, f1, f2, exact / max(names, 1), open_ / max(names, 1))
    return f"| {kind} | {names} | " + " | ".join(f"{one:.3f}" for one in shares) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument(
        "--recall", choices=[one.name.lower() for one in Recall], default="balanced"
    )
    options = parser.parse_args()
    for name, chosen in held_out(options.gold, options.words).items():
        found = [
            analyse([one.text], types=t.OWN, recall=Recall[options.recall.upper()])[0]
            for one in chosen
        ]
        print(
            f"\n{name}, {options.recall}\n| type | n | P | R | F1 | F2 | exact | leak |\n|---|---|---|---|---|---|---|---|"
        )
        for kind in (t.PERSON, t.ORGANIZATION):
            print(figures(chosen, found, kind))


if __name__ == "__main__":
    main()
