"""How well personal data is found: make quality SETS="FILE…", or python -m benchmarks.deid.quality.

Without a file our own corpus, both languages, its halves apart. A file may be in CoNLL or BIO
columns, in Presidio-research's JSON, or as our corpus is. Types that a set does not label are not
scored. `--errors FILE` writes every mistake, by kind, as JSON lines.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.deid.make import HERE
from benchmarks.deid.quality.measures import Counts, Figures, Wrong, intervals, judge, total
from benchmarks.deid.quality.sets import Row, read
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall

BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument(
        "--recall", choices=[one.name.lower() for one in Recall], default="balanced"
    )
    parser.add_argument("--types", nargs="*", choices=t.ALL, help="only these")
    parser.add_argument("--errors", type=Path)
    options = parser.parse_args()
    wrong: list[Wrong] = []
    for name, rows in _sets(options.files):
        found = spans_of(rows, Recall[options.recall.upper()])
        labelled = {label.type for row in rows for label in row.labels if label.type}
        types = [one for one in t.ALL if one in (options.types or labelled)]
        counts, mistakes = judge(rows, found, types)
        wrong += mistakes
        print(f"\n## {name}: {len(rows)} texts, {len(counts)} groups, recall {options.recall}\n")
        print("\n".join(_table(counts, types)))
    if options.errors:
        options.errors.write_text("".join(_error_lines(wrong)), "utf-8")
        print(f"\n{len(wrong)} mistakes in {options.errors}")


def spans_of(rows: Sequence[Row], recall: Recall) -> list[list[t.Span]]:
    """What is found in each row, each a text of its own."""
    found: list[list[t.Span]] = []
    for begin in range(0, len(rows), BATCH):
        texts = [row.text for row in rows[begin : begin + BATCH]]
        found += analyse(texts, types=t.ALL, recall=recall)
    return found


def _sets(files: Sequence[Path]) -> Iterator[tuple[str, list[Row]]]:
    for path in files:
        yield path.name, read(path)
    for lang in () if files else ("zh", "en"):
        rows = read(HERE / "corpus" / f"{lang}.jsonl")
        for split in ("dev", "test"):
            yield f"our corpus, {lang}, {split}", [row for row in rows if row.split == split]


def _table(counts: dict[str, dict[str, Counts]], types: Sequence[str]) -> Iterator[str]:
    yield "| type | n | P | R | F1 | F2 | leak | exact F1 |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind in types:
        own = total(counts, kind)
        if not own.labels and not own.finds:
            continue
        figures, low_high = Figures.of(own), intervals(counts, kind)
        shown = (
            f"{getattr(figures, name):.3f} ({low:.3f}–{high:.3f})"
            for name, (low, high) in low_high.items()
        )
        yield f"| {kind} | {own.labels} | {' | '.join(shown)} |"


def _error_lines(wrong: Sequence[Wrong]) -> Iterator[str]:
    for one in sorted(wrong, key=lambda each: (each.type, each.kind, each.text)):
        line = {"type": one.type, "kind": one.kind, "found": one.text, "text": one.row.text}
        yield json.dumps(line, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
