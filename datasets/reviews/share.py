"""What share of a file is clean, from the rows that were judged."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Share:
    """`low` to `high`: the interval of Wilson (JASA 22, 1927) for the share of clean rows, 95 %."""

    clean: int
    judged: int
    wanted: int

    @property
    def _middle(self) -> float:
        return (self.clean + Z * Z / 2) / (self.judged + Z * Z)

    @property
    def _half(self) -> float:
        spread = self.clean * (self.judged - self.clean) / self.judged if self.judged else 0.0
        return Z * sqrt(spread + Z * Z / 4) / (self.judged + Z * Z)

    @property
    def percent(self) -> float:
        return 100 * self.clean / self.judged if self.judged else 0.0

    @property
    def low(self) -> float:
        return 100 * max(self._middle - self._half, 0.0)

    @property
    def high(self) -> float:
        return 100 * min(self._middle + self._half, 1.0)
