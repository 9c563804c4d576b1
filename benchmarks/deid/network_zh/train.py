"""Trains the network in deid/engine/recognition/lac further, so that it finds more names.

    python -m benchmarks.deid.network_zh.train --base FOLDER --gold uner_zh_gsdsimp_train.iob2 \
        --out FOLDER

`--base` holds the weights as LAC ships them (lac_q8.onnx, crfw.npy); needs torch, jieba and
opencc-python-reimplemented. The README says which data, under which licence, and how long.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jieba.posseg
import numpy as np
import torch
from opencc import OpenCC

from benchmarks.deid.network_zh import texts, weights
from benchmarks.deid.network_zh.model import FORBIDDEN, Lac
from benchmarks.deid.network_zh.names import People, Words
from benchmarks.deid.network_zh.texts import Labelled
from deid.engine.recognition.chinese import sentences
from deid.engine.recognition.document import Document
from deid.engine.recognition.lac.tagger import HERE, Tagger

SEED = 11
CORPUS = Path(__file__).parents[1] / "corpus" / "zh.jsonl"
TOKENS = 3000  # of a batch
LABELS = {"PERSON": 16, "LOCATION": 18, "ORGANIZATION": 20}  # -B; -I is the next


@dataclass(slots=True)
class Example:
    """A sentence as the network reads it, and what is allowed where (None: all but a person)."""

    ids: list[int]
    places: list[tuple[int, ...] | None]
    path: list[int]


def examples(tagger: Tagger, one: Labelled) -> Iterator[Example]:
    """Its sentences, cut and folded as they are when texts are read."""
    folded = Document(one.text)
    if len(folded.text) != len(one.text):
        return
    for begin, sentence in sentences(folded.text):
        ids, sizes = tagger._encode(sentence)
        spans = [(a - begin, b - begin, kind) for a, b, kind in one.spans]
        yield Example(ids, _allowed(sizes, spans), [])


def _allowed(
    sizes: Sequence[int], spans: Sequence[tuple[int, int, str]]
) -> list[tuple[int, ...] | None]:
    """The labels that each unit may have: those of the span that it lies in."""
    places: list[tuple[int, ...] | None] = []
    at = 0
    for size in sizes:
        span = next((one for one in spans if one[0] < at + size and at < one[1]), None)
        if span is None:
            places.append(None)
        elif at < span[0] or at + size > span[1]:
            places.append(())  # a word of the dictionary across the span's edge: anything goes
        else:
            first = LABELS[span[2]]
            inner = (first, first + 1) if span[2] == "LOCATION" else (first + 1,)
            places.append((first,) if at == span[0] else inner)
        at += size
    return places


def _penalties(places: Sequence[tuple[int, ...] | None], labels: int) -> Any:
    """To add to a sentence's emissions: nothing where a label is allowed."""
    found = np.zeros((len(places), labels), np.float32)
    begins = [label for label in range(labels) if label % 2 and label != labels - 1]
    for step, allowed in enumerate(places):
        if allowed is None:
            found[step, LABELS["PERSON"] : LABELS["PERSON"] + 2] = FORBIDDEN
            if step and places[step - 1] is not None:
                found[step, begins] = FORBIDDEN  # no word goes on behind a name
        elif allowed:
            found[step] = FORBIDDEN
            found[step, list(allowed)] = 0
    return found


def viterbi(emissions: Any, start: Any, stop: Any, moves: Any) -> list[int]:
    score, back = start + emissions[0], []
    for step in emissions[1:]:
        through = score[:, None] + moves
        back.append(through.argmax(0))
        score = through.max(0) + step
    path = [int((score + stop).argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]


def batches(chosen: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Of like lengths, in any order."""
    ordered = sorted(chosen, key=lambda one: (len(one.ids), rng.random()))
    groups: list[list[Example]] = [[]]
    for one in ordered:
        if len(groups[-1]) * len(one.ids) > TOKENS:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    yield from groups


def tensors(batch: Sequence[Example]) -> tuple[Any, torch.Tensor, torch.Tensor]:
    lengths = torch.tensor([len(one.ids) for one in batch])
    ids = np.zeros((int(lengths.max()), len(batch)), np.int64)
    paths = np.zeros_like(ids)
    for column, one in enumerate(batch):
        ids[: len(one.ids), column] = one.ids
        paths[: len(one.path), column] = one.path
    return ids, lengths, torch.tensor(paths)


def set_paths(model: Lac, chosen: Sequence[Example]) -> None:
    """What the network itself says of each sentence, but for the names that are known."""
    crf = model.crf.detach().numpy()
    model.eval()
    with torch.no_grad():
        for batch in batches(chosen, random.Random(0)):
            ids, lengths, _paths = tensors(batch)
            emissions = model.emissions(ids, lengths).numpy()
            for column, one in enumerate(batch):
                own = emissions[: len(one.ids), column]
                own = own + _penalties(one.places, own.shape[1])
                one.path = viterbi(own, crf[0], crf[1], crf[2:])


def collected(options: argparse.Namespace, rng: random.Random) -> list[Labelled]:
    words = Words(Path(jieba.__file__).parent / "dict.txt")
    people = People(words, rng)
    filler = texts.Filler(people, rng)
    documents = texts.gold(options.gold)
    sentences_of = [one for n, document in enumerate(documents) if n % 10 != 7 for one in document]
    own = texts.corpus(CORPUS)
    made = [
        filler.fill(template)
        for name, templates in texts.sections()
        if not texts.is_held_out(name)
        for template in templates
        for _ in range(options.fills)
    ]
    named = [one for one in sentences_of if any(kind == "PERSON" for *_, kind in one.spans)]
    others = [texts.swapped(one, people) for one in [*named, *own] for _ in range(options.swaps)]
    found = [*sentences_of * options.gold_copies, *own, *made, *others]
    found += [
        texts.reworded(one, words, rng, jieba.posseg.cut)
        for one in [*sentences_of * options.rewords, *own * options.rewords, *made, *others]
        if rng.random() < options.reworded
    ]
    traditional = OpenCC("s2t").convert
    turned = [texts.converted(one, traditional) for one in found if rng.random() < 0.12]
    found += [one for one in turned if one is not None]
    # A line's end belongs to its last sentence.
    return [Labelled(one.text + "\n", one.spans) if rng.random() < 0.3 else one for one in found]


def train(
    model: Lac, chosen: list[Example], options: argparse.Namespace, rng: random.Random
) -> None:
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate)
    steps = options.epochs * sum(1 for _ in batches(chosen, random.Random(0)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 40) * max(0.03, 1 - step / steps)
    )
    for epoch in range(options.epochs):
        model.train()
        began, total, count = time.process_time(), 0.0, 0
        for batch in batches(chosen, rng):
            ids, lengths, paths = tensors(batch)
            emissions = model.emissions(ids, lengths, options.dropout)
            loss = model.loss(emissions, paths, lengths)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
        spent = time.process_time() - began
        print(f"epoch {epoch + 1}: loss {total / count:.4f}, {spent:.0f} CPU seconds", flush=True)
        save(model, options)


def save(model: Lac, options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    changed, crf = model.exported()
    first = weights.read(options.base / "lac_q8.onnx")
    # Between what LAC ships and what was learned: it keeps what it knew of other kinds of text.
    for name, learned in changed.items():
        changed[name] = options.share * learned + (1 - options.share) * first[name]
    changed["bo"][LABELS["PERSON"]] += options.bias
    crf = options.share * crf + (1 - options.share) * np.load(options.base / "crfw.npy")
    weights.write(options.base / "lac_q8.onnx", options.out / "lac_q8.onnx", changed)
    np.save(options.out / "crfw.npy", crf.astype(np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--fills", type=int, default=9)
    parser.add_argument("--swaps", type=int, default=2)
    parser.add_argument("--gold-copies", type=int, default=2)
    parser.add_argument("--rewords", type=int, default=1)
    parser.add_argument("--reworded", type=float, default=0.6)
    parser.add_argument("--share", type=float, default=0.8, help="of what is learned in the result")
    parser.add_argument("--bias", type=float, default=-0.4, help="of the beginning of a name")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model = Lac(weights.read(options.base / "lac_q8.onnx"), np.load(options.base / "crfw.npy"))
    tagger = Tagger(HERE)
    chosen = [one for text in collected(options, rng) for one in examples(tagger, text)]
    print(f"{len(chosen)} sentences, {sum(len(one.ids) for one in chosen)} units", flush=True)
    set_paths(model, chosen)
    train(model, chosen, options, rng)


if __name__ == "__main__":
    main()
