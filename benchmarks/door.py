"""What the door costs: CPU a relayed event and a request, and the time to the first token.

    python -m benchmarks.door [--other PATH] [--json FILE] [--baseline FILE]

Streams go direct to a stand-in engine and through the door, and through the door of a second
checkout in turn with the first (A B A B), so that both meet the same machine. `baselines/door.json`
is what a release before measured, and what is compared without a second checkout.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.stands import HERE, Stand
from benchmarks.stream_load import Seen, burst

BASELINE = HERE / "benchmarks" / "baselines" / "door.json"
ENGINE = "--first-delay 0.05 --token-delay 0.02"
TOKENS = 60
TIMES = {1: 8, 64: 3, 128: 2}  # answers of each stream a round, by the number of streams


def run(port: int, key: str, streams: int, *, times: int, tokens: int) -> Seen:
    return uvloop.run(burst(port, key, streams=streams, times=times, tokens=tokens))


class Figures:
    """What is measured of one way to the engine."""

    def __init__(self) -> None:
        self.first: dict[int, list[float]] = defaultdict(list)
        self.request: list[float] = []  # CPU ms a request of one token
        self.event: dict[int, list[float]] = defaultdict(list)  # CPU µs an event

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for streams, times in self.first.items():
            found[f"ttft_ms_{streams}"] = [round(quantile(times, share), 1) for share in (50, 95)]
        for streams, costs in self.event.items():
            found[f"cpu_us_event_{streams}"] = round(statistics.median(costs), 1)
        if self.request:
            found["cpu_ms_request"] = round(statistics.median(self.request), 2)
        return found


def quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def one_round(stand: Stand, door: Figures, direct: Figures) -> None:
    facts = stand.facts
    cost = _cost_of_requests(stand)
    door.request.append(1000 * cost)
    for streams, times in TIMES.items():
        seen = run(facts["direct"], facts["key"], streams, times=times, tokens=TOKENS)
        direct.first[streams] += seen.first
        before = stand.web_seconds()
        seen = run(facts["door"], facts["key"], streams, times=times, tokens=TOKENS)
        used = stand.web_seconds() - before
        door.first[streams] += seen.first
        if streams > 1:  # one stream alone has too few events for the clock of the system
            door.event[streams].append(1e6 * (used - cost * len(seen.first)) / seen.events)


def _cost_of_requests(stand: Stand) -> float:
    """CPU seconds of a request that brings one token."""
    before = stand.web_seconds()
    seen = run(stand.facts["door"], stand.facts["key"], 32, times=8, tokens=1)
    return (stand.web_seconds() - before) / len(seen.first)


def measure(checkouts: dict[str, Path], rounds: int, workers: int) -> dict[str, dict[str, Any]]:
    figures: dict[str, Figures] = defaultdict(Figures)
    stands: dict[str, Stand] = {}
    try:
        for name, checkout in checkouts.items():
            stands[name] = Stand(checkout, ENGINE, WEB_WORKERS=str(workers),
                                 INFERENCE_CONCURRENCY="2000")  # fmt: skip
            one_round(stands[name], Figures(), Figures())  # warm
        for _ in range(rounds):
            for name, stand in stands.items():
                one_round(stand, figures[name], figures["direct"])
    finally:
        for stand in stands.values():
            stand.stop()
    return {name: one.summary() for name, one in figures.items()}


def show(results: dict[str, dict[str, Any]]) -> None:
    names = list(results)
    print(f"{'':18}" + "".join(f"{name:>18}" for name in names))
    for row in sorted({row for one in results.values() for row in one}):
        cells = []
        for name in names:
            value = results[name].get(row, "–")
            cells.append(" / ".join(map(str, value)) if isinstance(value, list) else str(value))
        print(f"{row:18}" + "".join(f"{cell:>18}" for cell in cells))
    print("ttft: p50 / p95")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=Path, help="a second checkout, measured in turn")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    options = parser.parse_args()
    checkouts = {"door": HERE}
    if options.other:
        checkouts["other"] = options.other.resolve()
    results = measure(checkouts, options.rounds, options.workers)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")
    if options.baseline.exists():
        results["baseline"] = json.loads(options.baseline.read_text())["door"]
    show(results)


if __name__ == "__main__":
    main()
