"""What was found in a file: how much of what, where, how sure, with masked samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from deid.engine.recognition.types import Span

SAMPLES = 5  # of each type, the first of the file; of lines of broken rows too
PLACES = 1000  # told apart; keys that are data make no end of them
SURE, LIKELY = 0.9, 0.7


@dataclass
class Report:
    """Counts; reports of shards add up in the order of the file."""

    rows: int = 0
    lines: int = 0
    characters: int = 0
    broken: int = 0
    rows_found: int = 0
    own: int = 0  # finds of the platform's own types, whatever the policy says
    left: int = 0  # of those, what the policy leaves readable
    types: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)  # "TYPE field"
    sureness: Counter[str] = field(default_factory=Counter)  # "TYPE sure|likely|possible"
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    broken_lines: list[int] = field(default_factory=list)

    def row(self, line: int, *, broken: bool, found: bool) -> None:
        self.rows += 1
        self.rows_found += found
        self.broken += broken
        if broken:
            self._broke([line])

    def _broke(self, lines: list[int]) -> None:
        new = [line for line in dict.fromkeys(lines) if line not in self.broken_lines]
        self.broken_lines = [*self.broken_lines, *new][:SAMPLES]

    def found(self, text: str, spans: list[Span], where: str, line: int) -> None:
        for span in spans:
            self.types[span.type] += 1
            self._place(f"{span.type} {where}", 1)
            self.sureness[f"{span.type} {_sureness(span.score)}"] += 1
            kept = self.samples.setdefault(span.type, [])
            if len(kept) < SAMPLES:
                shown = masked(text[span.start : span.end])
                score = round(min(span.score, 1.0), 2)
                kept.append({"line": line, "field": where, "masked": shown, "score": score})

    def _place(self, place: str, count: int) -> None:
        if len(self.places) >= PLACES and place not in self.places:
            place = f"{place.partition(' ')[0]} …"
        self.places[place] += count

    def add(self, other: Report) -> None:
        for kind, samples in other.samples.items():
            moved = [{**one, "line": one["line"] + self.lines} for one in samples]
            self.samples[kind] = [*self.samples.get(kind, []), *moved][:SAMPLES]
        self._broke([line + self.lines for line in other.broken_lines])
        for name in ("rows", "lines", "characters", "broken", "rows_found", "own", "left"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for place, count in other.places.items():
            self._place(place, count)
        for name in ("types", "sureness"):
            getattr(self, name).update(getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "lines": self.lines, "characters": self.characters,
            "broken": self.broken, "rows_found": self.rows_found,
            "own": self.own, "left": self.left,
            "entities": sum(self.types.values()), "types": dict(self.types),
            "places": dict(self.places), "sureness": dict(self.sureness), "samples": self.samples,
            "broken_lines": self.broken_lines,
        }  # fmt: skip

    @staticmethod
    def from_json(data: dict[str, Any]) -> Report:
        return Report(
            data["rows"], data["lines"], data["characters"], data["broken"], data["rows_found"],
            data.get("own", 1), data.get("left", 1),  # a shard from before this was counted
            Counter(data["types"]), Counter(data["places"]), Counter(data["sureness"]),
            data["samples"], data["broken_lines"],
        )  # fmt: skip


def broken_rows(report: dict[str, Any]) -> int:
    """How many rows of a file were not what they should be, of a job's report as JSON."""
    count = report.get("broken", 0)
    return count if isinstance(count, int) else 0


def _sureness(score: float) -> str:
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "possible"


def masked(text: str) -> str:
    """Enough to recognise the kind, not the person: at most a quarter, three at each end."""
    shown = min(3, len(text) // 8)
    first = max(shown, 1 if len(text) > 1 else 0)
    return text[:first] + "*" * min(len(text) - first - shown, 12) + text[len(text) - shown :]
