"""Makes few of many metrics lines in one pass: evenly, with the ends and each metric's extremes."""

from __future__ import annotations

from typing import Any

MOST_WATCHED = 20  # metrics whose least and greatest value are kept
Line = tuple[int, bytes]  # place in the stream, and the text


class Thinned:
    """At most `limit` lines of a stream of any length, in memory for about as many.

    Nothing is left out before there are more than `limit`. Lines of an event (an evaluation, a
    summary) are few among many others, so they are thinned by themselves.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.total = limit, 0
        self._few: list[tuple[Line, bool]] | None = []
        self._watched = min(MOST_WATCHED, limit // 25)
        room = max(2, limit - 2 * self._watched - 2)
        self._steps, self._events = _Evenly(room * 3 // 4), _Evenly(room // 4)
        self._least: dict[str, tuple[float, Line]] = {}
        self._greatest: dict[str, tuple[float, Line]] = {}

    def add(self, line: bytes, point: dict[str, Any]) -> None:
        place, self.total = (self.total, line), self.total + 1
        self._watch(place, point)
        event = point.get("event") is not None
        if self._few is None:
            self._pour(place, event)
            return
        self._few.append((place, event))
        if self.total > self.limit:
            few, self._few = self._few, None
            for one, is_event in few:
                self._pour(one, is_event)

    def lines(self) -> list[bytes]:
        """In the stream's order."""
        if self._few is not None:
            return [line for (_place, line), _event in self._few]
        extremes = [line for side in (self._least, self._greatest) for _v, line in side.values()]
        kept = dict([*self._steps.kept(), *self._events.kept(), *extremes])
        return [kept[place] for place in sorted(kept)]

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return sum(map(len, self.lines()))

    def _pour(self, line: Line, event: bool) -> None:
        (self._events if event else self._steps).add(line)

    def _watch(self, line: Line, point: dict[str, Any]) -> None:
        for name, value in point.items():
            if type(value) not in (int, float) or name in ("step", "max_steps"):
                continue
            if name not in self._least:
                if len(self._least) < self._watched:
                    self._least[name] = self._greatest[name] = (value, line)
            elif value < self._least[name][0]:
                self._least[name] = (value, line)
            elif value > self._greatest[name][0]:
                self._greatest[name] = (value, line)


class _Evenly:
    """Every so many-th line: twice as rarely each time that they become too many."""

    def __init__(self, limit: int) -> None:
        self.limit, self.stride, self.count = max(1, limit), 1, 0
        self._kept: list[Line] = []
        self._last: Line | None = None

    def add(self, line: Line) -> None:
        if self.count % self.stride == 0:
            self._kept.append(line)
            if len(self._kept) > self.limit:
                del self._kept[1::2]
                self.stride *= 2
        self.count, self._last = self.count + 1, line

    def kept(self) -> list[Line]:
        return [*self._kept, *([self._last] if self._last else [])]
