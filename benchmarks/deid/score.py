"""Precision, recall and F1 by type on the corpus: python -m benchmarks.deid.score [--split test].

A found span counts where it has the label's type and they overlap by at least half of the longer.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.deid.make import HERE
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse

Found = list[tuple[int, int, str]]


def rows(lang: str, split: str | None) -> list[dict[str, Any]]:
    lines = (HERE / "corpus" / f"{lang}.jsonl").read_text("utf-8").splitlines()
    loaded = [json.loads(line) for line in lines]
    return [row for row in loaded if split in (None, row["split"])]


def matches(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return one[2] == other[2] and shared * 2 >= max(one[1] - one[0], other[1] - other[0])


def ours(texts: list[str]) -> list[Found]:
    return [[(s.start, s.end, s.type) for s in spans] for spans in analyse(texts)]


def count(
    chosen: list[dict[str, Any]], finder: Callable[[list[str]], list[Found]]
) -> tuple[Counter[tuple[str, str]], dict[str, list[str]]]:
    """(type, tp | fp | fn) and examples of what was wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong: dict[str, list[str]] = defaultdict(list)
    for row, found in zip(chosen, finder([row["text"] for row in chosen]), strict=True):
        text = row["text"]
        labels = [(one["start"], one["end"], one["type"]) for one in row["entities"]]
        for label in labels:
            hit = any(matches(label, one) for one in found)
            counts[label[2], "tp" if hit else "fn"] += 1
            if not hit:
                wrong[f"{label[2]} missed"].append(f"{text[label[0] : label[1]]} | {text}")
        for one in found:
            if not any(matches(label, one) for label in labels):
                counts[one[2], "fp"] += 1
                wrong[f"{one[2]} wrong"].append(f"{text[one[0] : one[1]]} | {text}")
    return counts, wrong


def figures(
    counts: Counter[tuple[str, str]], kinds: Iterable[str]
) -> tuple[float, float, float, int]:
    tp, fp, fn = (sum(counts[kind, what] for kind in kinds) for what in ("tp", "fp", "fn"))
    precision = tp / (tp + fp) if tp + fp else 1.0
    recall = tp / (tp + fn) if tp + fn else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1, tp + fn


def table(counts: Counter[tuple[str, str]]) -> str:
    lines = ["| type | P | R | F1 | n |", "|---|---|---|---|---|"]
    groups = {kind: [kind] for kind in (*t.LINGUISTIC, *t.STRUCTURED)}
    groups |= {"**structured**": list(t.STRUCTURED), "**all**": [*t.LINGUISTIC, *t.STRUCTURED]}
    for name, kinds in groups.items():
        precision, recall, f1, size = figures(counts, kinds)
        if size or any(counts[kind, "fp"] for kind in kinds):
            lines.append(f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {size} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["dev", "test"])
    parser.add_argument("--lang", choices=["zh", "en"])
    parser.add_argument("--errors", help="show what was wrong for a type")
    options = parser.parse_args()
    for lang in [options.lang] if options.lang else ["zh", "en"]:
        counts, wrong = count(rows(lang, options.split), ours)
        print(f"\n{lang} {options.split or 'all'}\n{table(counts)}")
        for kind, examples in sorted(wrong.items()):
            if options.errors and kind.startswith(options.errors):
                print(f"\n{kind} ({len(examples)})")
                print("\n".join(f"  {one[:200]!r}" for one in examples[:40]))


if __name__ == "__main__":
    main()
