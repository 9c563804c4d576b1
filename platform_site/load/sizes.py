"""How much of everything a load has; the defaults are what the platform is measured at."""

from __future__ import annotations

from dataclasses import dataclass, fields

DAYS = 400  # back from now; audit entries are kept for a year, so some are over their time
REQUESTS_A_ROW = 4  # of a user, by one token, of one model, on one day


@dataclass(frozen=True)
class Sizes:
    people: int = 200
    datasets: int = 10_000
    projects: int = 1_000
    runs: int = 20_000
    deployments: int = 2_000
    audit: int = 1_000_000
    requests: int = 1_000_000

    def times(self, scale: float) -> Sizes:
        """The same proportions, smaller or larger; at least a few of each."""
        return Sizes(
            **{field.name: max(5, int(getattr(self, field.name) * scale)) for field in fields(self)}
        )
