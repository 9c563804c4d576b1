"""The price list as a table of at most 120 columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.web.load import Figures

COLUMNS = {
    "cpu_ms": "CPU ms", "per_second": "req/s", "p50_ms": "p50 ms", "p99_ms": "p99 ms",
    "bytes": "bytes", "queries": "queries", "hops": "hops",
}  # fmt: skip
WHOLE = ("per_second", "bytes", "queries", "hops")


@dataclass
class Prices:
    """Figures by row and server; the first server is what the others are compared with."""

    servers: list[str]
    rows: dict[str, dict[str, Figures | None]] = field(default_factory=dict)

    def of(self, server: str) -> dict[str, Figures]:
        return {row: found for row, by in self.rows.items() if (found := by.get(server))}


def heading() -> str:
    columns = "".join(f"{title:>9}" for title in COLUMNS.values())
    return f"{'row':24}{'server':>9}{columns}{'x req/s':>9}{'x CPU':>8}"


def lines(prices: Prices, row: str) -> list[str]:
    """A line for each server; ratios to the first one, where both have answered."""
    by = prices.rows[row]
    first = by.get(prices.servers[0])
    told = []
    for number, server in enumerate(prices.servers):
        found = by.get(server)
        beginning = f"{'' if number else row:24}{server:>9}"
        if found is None:
            told.append(beginning + ("   refused" if server in by else "   missing"))
            continue
        cells = "".join(f"{_cell(name, found):>9}" for name in COLUMNS)
        told.append(beginning + cells + (_ratios(found, first) if number and first else ""))
    return told


def _cell(name: str, found: Figures) -> str:
    if name not in found:
        return "-"
    return f"{found[name]:.0f}" if name in WHOLE else f"{found[name]:.2f}"


def _ratios(found: Figures, first: Figures) -> str:
    told = [_ratio(found, first, "per_second"), _ratio(found, first, "cpu_ms")]
    return f"{told[0]:>9}{told[1]:>8}"


def _ratio(found: Mapping[str, float], first: Mapping[str, float], name: str) -> str:
    if not first.get(name) or name not in found:
        return "-"
    return f"{found[name] / first[name]:.2f}"
