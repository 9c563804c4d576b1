"""The builds of static files that lie in STATIC_DIR, as their records tell them.

    STATIC_DIR/css/app.0123456789ab.css     what pages name; beside it app.0123456789ab.css.gz
    STATIC_DIR/builds/STATE.json            the names and sizes of one build, written last

A name tells its content, so builds share the folder, and a page of the release before finds what
it names. Nothing here is worth keeping: what is lost is made again at the next start.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from platform_site.assets.sources import state


@dataclass(frozen=True)
class Build:
    """One build; it may not be there, or only in part."""

    record: Path

    @cached_property
    def told(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(self.record.read_bytes())
        except (OSError, ValueError):
            return {"names": {}, "sizes": {}}
        return told

    @property
    def names(self) -> dict[str, str]:
        """The name of the copy, by the file's own name."""
        return dict(self.told["names"])

    @property
    def files(self) -> set[str]:
        """All that it consists of, the compressed ones too."""
        return set(self.told["sizes"])

    def is_whole(self) -> bool:
        """Whether each file is there, as long as it was: not so after a power cut, perhaps."""
        folder, sizes = self.record.parents[1], self.told["sizes"].items()
        try:
            return bool(sizes) and all((folder / one).stat().st_size == size for one, size in sizes)
        except OSError:
            return False


def records() -> Path:
    return Path(settings.STATIC_ROOT) / "builds"


def current() -> Build:
    """The build of the sources as they are now."""
    return Build(records() / f"{state()}.json")


def all_builds() -> list[Build]:
    """Those that are there, the one first that was last asked for by a start."""
    dated = []
    for record in records().glob("*.json"):
        with suppress(OSError):
            dated.append((record.stat().st_mtime, record))
    return [Build(record) for _moment, record in sorted(dated, reverse=True)]
