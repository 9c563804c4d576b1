"""What was found in a file: how much of what, where, how sure, with masked samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from deid.engine.recognition.types import Span

SAMPLES = 5  # of each type, the first of the file
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

    def found(self, text: str, spans: list[Span], where: str, line: int) -> None:
        for span in spans:
            self.types[span.type] += 1
            self.places[f"{span.type} {where}"] += 1
            self.sureness[f"{span.type} {_sureness(span.score)}"] += 1
            kept = self.samples.setdefault(span.type, [])
            if len(kept) < SAMPLES:
                shown = masked(text[span.start : span.end])
                score = round(min(span.score, 1.0), 2)
                kept.append({"line": line, "field": where, "masked": shown, "score": score})

    def add(self, other: Report) -> None:
        for kind, samples in other.samples.items():
            moved = [{**one, "line": one["line"] + self.lines} for one in samples]
            self.samples[kind] = [*self.samples.get(kind, []), *moved][:SAMPLES]
        for name in ("rows", "lines", "characters", "broken", "rows_found", "own", "left"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("types", "places", "sureness"):
            getattr(self, name).update(getattr(other, name))

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "lines": self.lines, "characters": self.characters,
            "broken": self.broken, "rows_found": self.rows_found,
            "own": self.own, "left": self.left,
            "entities": sum(self.types.values()), "types": dict(self.types),
            "places": dict(self.places), "sureness": dict(self.sureness), "samples": self.samples,
        }  # fmt: skip

    @staticmethod
    def from_json(data: dict[str, Any]) -> Report:
        return Report(
            data["rows"], data["lines"], data["characters"], data["broken"], data["rows_found"],
            data.get("own", 1), data.get("left", 1),  # a shard from before this was counted
            Counter(data["types"]), Counter(data["places"]), Counter(data["sureness"]),
            data["samples"],
        )  # fmt: skip


def _sureness(score: float) -> str:
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "possible"


def masked(text: str) -> str:
    """Enough to recognise the kind, not the person: at most a quarter, three at each end."""
    shown = min(3, len(text) // 8)
    first = max(shown, 1 if len(text) > 1 else 0)
    return text[:first] + "*" * min(len(text) - first - shown, 12) + text[len(text) - shown :]
