"""Precision, recall, F1, F2, leak and exact F1, each with its interval by bootstrap.

A find counts where it has the label's type and overlaps it. `leak` is the share of labels that no
find of any type wholly covers: part of a name can be read. F2 (van Rijsbergen) weighs recall four
times. The interval is the middle 95 % of the figures of sets drawn anew from the groups (Efron
1979): rows of one template are no independent evidence.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from benchmarks.deid.quality.sets import Label, Row
from deid.engine.recognition.types import Span

DRAWS = 500


@dataclass
class Counts:
    """Of one type in some rows."""

    labels: int = 0
    hit: int = 0  # labels that a find of the type overlaps
    finds: int = 0
    right: int = 0  # finds that overlap a label of the type
    exact: int = 0
    open: int = 0  # labels that are not wholly covered

    def add(self, other: Counts, times: int = 1) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + times * getattr(other, one.name))


@dataclass(frozen=True)
class Figures:
    precision: float
    recall: float
    f1: float
    f2: float
    leak: float
    exact: float

    @staticmethod
    def of(counts: Counts) -> Figures:
        precision = counts.right / counts.finds if counts.finds else 1.0
        recall = counts.hit / counts.labels if counts.labels else 1.0
        both = counts.finds + counts.labels
        return Figures(
            precision, recall, _f(precision, recall, 1), _f(precision, recall, 2),
            counts.open / counts.labels if counts.labels else 0.0,
            2 * counts.exact / both if both else 1.0,
        )  # fmt: skip


def _f(precision: float, recall: float, beta: int) -> float:
    bottom = beta * beta * precision + recall
    return (1 + beta * beta) * precision * recall / bottom if bottom else 0.0


@dataclass(frozen=True)
class Wrong:
    """One mistake: `kind` is missed, part (covered in part only), edge or extra."""

    kind: str
    type: str
    text: str
    row: Row


def judge(
    rows: Sequence[Row], found: Sequence[Sequence[Span]], types: Iterable[str]
) -> tuple[dict[str, dict[str, Counts]], list[Wrong]]:
    """Counts by group and type, and every mistake."""
    counts: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    wrong: list[Wrong] = []
    for row, spans in zip(rows, found, strict=True):
        unclear = [one for one in row.labels if not one.type]
        spans = [one for one in spans if not any(_meet(one, label) for label in unclear)]
        for kind in types:
            own = [one for one in spans if one.type == kind]
            labels = [one for one in row.labels if one.type == kind]
            counts[row.group][kind].add(_count(labels, own, spans))
            wrong += _mistakes(row, kind, labels, own, spans)
    return counts, wrong


def _count(labels: Sequence[Label], own: Sequence[Span], spans: Sequence[Span]) -> Counts:
    edges = {(one.start, one.end) for one in own}
    return Counts(
        labels=len(labels),
        hit=sum(any(_meet(one, label) for one in own) for label in labels),
        finds=len(own),
        right=sum(any(_meet(one, label) for label in labels) for one in own),
        exact=sum((label.start, label.end) in edges for label in labels),
        open=sum(not _covered(label, spans) for label in labels),
    )


def _mistakes(
    row: Row, kind: str, labels: Sequence[Label], own: Sequence[Span], spans: Sequence[Span]
) -> list[Wrong]:
    found = []
    for label in labels:
        text = row.text[label.start : label.end]
        if not any(_meet(one, label) for one in own):
            found.append(Wrong("missed", kind, text, row))
        elif not _covered(label, spans):
            found.append(Wrong("part", kind, text, row))
        elif not any((one.start, one.end) == (label.start, label.end) for one in own):
            found.append(Wrong("edge", kind, text, row))
    for one in own:
        if not any(_meet(one, label) for label in labels):
            found.append(Wrong("extra", kind, row.text[one.start : one.end], row))
    return found


def _meet(span: Span, label: Label) -> bool:
    return span.start < label.end and label.start < span.end


def _covered(label: Label, spans: Sequence[Span]) -> bool:
    return all(
        any(one.start <= place < one.end for one in spans)
        for place in range(label.start, label.end)
    )


def total(counts: Mapping[str, Mapping[str, Counts]], kind: str) -> Counts:
    found = Counts()
    for group in counts.values():
        found.add(group[kind])
    return found


def intervals(
    counts: Mapping[str, Mapping[str, Counts]], kind: str, seed: int = 15
) -> dict[str, tuple[float, float]]:
    """(low, high) of each figure, 95 %."""
    groups = [group[kind] for group in counts.values()]
    chance = random.Random(seed)  # nosec B311 # no secret
    drawn: list[Figures] = []
    for _ in range(DRAWS):
        sample = Counts()
        for one in chance.choices(groups, k=len(groups)):
            sample.add(one)
        drawn.append(Figures.of(sample))
    return {
        one.name: _middle([getattr(each, one.name) for each in drawn]) for one in fields(Figures)
    }


def _middle(values: list[float]) -> tuple[float, float]:
    values.sort()
    return values[int(len(values) * 0.025)], values[int(len(values) * 0.975) - 1]
