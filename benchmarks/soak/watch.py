"""What the platform's processes take of the machine, again and again, and a plot of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

WIDTH, HEIGHT, LEFT, GAP = 760, 150, 90, 40


@dataclass(frozen=True)
class Sample:
    """All processes of the platform together."""

    seconds: float
    memory_mb: float  # PSS
    descriptors: int
    threads: int
    cpu_seconds: float


def sample(supervisor: int, began: float) -> Sample:
    """Of the supervisor and all that it has started; runs and engines are not its children."""
    memory, descriptors, threads, cpu = 0, 0, 0, 0.0
    parent = psutil.Process(supervisor)
    for one in (parent, *parent.children(recursive=True)):
        try:
            memory += one.memory_full_info().pss
            descriptors += one.num_fds()
            threads += one.num_threads()
            cpu += sum(one.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    passed = time.monotonic() - began
    return Sample(round(passed, 1), round(memory / 2**20, 1), descriptors, threads, round(cpu, 1))


async def watch(supervisor: int, samples: list[Sample], every: float) -> None:
    began = time.monotonic()
    while True:
        samples.append(await asyncio.to_thread(sample, supervisor, began))
        await asyncio.sleep(every)


def growth(values: list[float]) -> float:
    """By how much of its beginning the end is higher: medians of the second and last quarter.

    The first quarter is left out: caches fill and viewers come.
    """
    quarter = max(len(values) // 4, 1)
    early, late = sorted(values[quarter : 2 * quarter]), sorted(values[-quarter:])
    before = early[len(early) // 2] if early else values[0]
    return (late[len(late) // 2] - before) / before


def plot(samples: list[Sample], path: Path) -> None:
    """An SVG with a panel for each figure over time."""
    panels = [
        ("memory, MB (PSS)", [one.memory_mb for one in samples]),
        ("descriptors", [float(one.descriptors) for one in samples]),
        ("threads", [float(one.threads) for one in samples]),
    ]
    seconds = [one.seconds for one in samples]
    drawn = [
        _panel(title, seconds, values, GAP + number * (HEIGHT + GAP))
        for number, (title, values) in enumerate(panels)
    ]
    size = f'width="{WIDTH + LEFT + 20}" height="{len(panels) * (HEIGHT + GAP) + GAP}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    path.write_text("\n".join([head, *drawn, "</svg>", ""]))


def _panel(title: str, seconds: list[float], values: list[float], top: int) -> str:
    most, last = max(values) * 1.1 or 1, max(seconds[-1], 1)
    points = " ".join(
        f"{LEFT + WIDTH * at / last:.1f},{top + HEIGHT * (1 - value / most):.1f}"
        for at, value in zip(seconds, values, strict=True)
    )
    right, bottom = LEFT + WIDTH, top + HEIGHT
    frame = f'x="{LEFT}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"'
    return "\n".join(
        [
            f'<text x="{LEFT}" y="{top - 8}">{title}: {values[0]:.0f} to {values[-1]:.0f}</text>',
            f'<text x="{LEFT - 8}" y="{top + 12}" text-anchor="end">{most:.0f}</text>',
            f'<text x="{LEFT - 8}" y="{bottom}" text-anchor="end">0</text>',
            f'<text x="{right}" y="{bottom + 16}" text-anchor="end">{last:.0f} s</text>',
            f"<rect {frame}/>",
            f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>',
        ]
    )
