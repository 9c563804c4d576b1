"""Measures the network on texts kept aside: python -m benchmarks.deid.network.evaluate OUT [--held-out].

Choices are made on the tuning part; the held-out part is looked at once, at the end. A find is
right where it overlaps a label of its type; *leak* is the share of labels that no find covers whole.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

from benchmarks.deid.network.gold import HELD_OUT, TUNING, Text
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall

NAMES = {"PERSON": t.PERSON, "ORG": t.ORGANIZATION, "ADDRESS": t.ADDRESS, "LOC": t.LOCATION}
WANTED = (*t.OWN, t.LOCATION)


class Rates(NamedTuple):
    """How often finds of a kind are right, and how many labels they find; what stays readable."""

    kind: str
    precision: float
    recall: float
    leak: float
    labels: int
    finds: int

    def f(self, beta: int) -> float:
        """F2 holds recall for four times as weighty as precision."""
        below = beta**2 * self.precision + self.recall
        return (1 + beta**2) * self.precision * self.recall / (below or 1)

    def __str__(self) -> str:
        if not self.labels:
            return f"{self.kind} {self.finds} finds where there is none"
        return (
            f"{self.kind} {self.precision:.3f} / {self.recall:.3f} / {self.f(1):.3f} ({self.f(2):.3f}) "
            f"leak {self.leak:.3f} n {self.labels}"
        )


def rates(texts: list[Text], found: list[list[t.Span]], kind: str) -> Rates:
    right = labels = seen = hidden = finds = 0
    for (_text, spans), own in zip(texts, found, strict=True):
        gold = [(start, end) for start, end, label in spans if label == kind]
        ours = [(span.start, span.end) for span in own if span.type == NAMES[kind]]
        labels += len(gold)
        finds += len(ours)
        right += sum(any(a < e and s < b for s, e in gold) for a, b in ours)
        seen += sum(any(a < e and s < b for a, b in ours) for s, e in gold)
        hidden += sum(any(span.start <= s and e <= span.end for span in own) for s, e in gold)
    whole = labels or 1
    return Rates(kind, right / (finds or 1), seen / whole, 1 - hidden / whole, labels, finds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--errors", metavar="TYPE")
    options = parser.parse_args()
    part = HELD_OUT if options.held_out else TUNING
    for path in sorted(options.out.glob(f"{part}-*.jsonl")):
        name = path.stem.removeprefix(f"{part}-")
        if options.sets and name not in options.sets:
            continue
        texts: list[Text] = [tuple(json.loads(line)) for line in path.open(encoding="utf-8")]
        for recall in Recall:
            found = [analyse([text], types=WANTED, recall=recall)[0] for text, _spans in texts]
            kinds = [
                kind
                for kind in NAMES
                if kind != "ADDRESS"
                or any(span[2] == kind for _t, spans in texts for span in spans)
            ]
            print(
                f"{name:6} {recall.name:8}",
                " | ".join(str(rates(texts, found, kind)) for kind in kinds),
                flush=True,
            )
            if options.errors and recall is Recall.BALANCED:
                show(texts, found, options.errors)


def show(texts: list[Text], found: list[list[t.Span]], kind: str) -> None:
    for (text, spans), own in zip(texts, found, strict=True):
        gold = [(start, end) for start, end, label in spans if label == kind]
        ours = [(span.start, span.end, span.reason) for span in own if span.type == NAMES[kind]]
        missed = [text[s:e] for s, e in gold if not any(a < e and s < b for a, b, _ in ours)]
        extra = [
            f"{text[a:b]} [{why}]"
            for a, b, why in ours
            if not any(a < e and s < b for s, e in gold)
        ]
        if missed or extra:
            print("   missed", missed, "extra", extra, "|", text[:160].replace("\n", "\\n"))


if __name__ == "__main__":
    main()
