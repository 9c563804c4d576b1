"""Makes the build of static files that a start needs, once for each state of the sources."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.files.paths import write_atomic
from platform_site.assets.builds import Build, all_builds, current, records
from platform_site.assets.sources import NOT_BUILT

logger = logging.getLogger(__name__)
KEPT = 3  # builds: the one in use, and those that open pages of former releases name


class Hashing(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # an untyped package
    """Writes copies whose names tell their content, in scripts that import one another too."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = True

    def url_converter(self, *args: Any, **options: Any) -> Callable[[re.Match[str]], str]:
        """What names no file of ours, such as a map for debuggers, stays as it is."""
        convert = super().url_converter(*args, **options)

        def converted(found: re.Match[str]) -> str:
            try:
                return str(convert(found))
            except ValueError:
                return found[0]

        return converted


def ensure() -> bool:
    """Build unless it is there. Without it (a full disk) pages name the files as they lie."""
    wanted = current()
    with suppress(OSError):  # not there yet; or it came with an image, and is read-only
        os.utime(wanted.record)
    if wanted.is_whole():
        return True
    try:
        with _alone():
            if not Build(wanted.record).is_whole():  # another starter's, meanwhile
                _make(wanted.record)
                _remove_old()
    except OSError as error:
        logger.warning("static files are served as they lie: STATIC_DIR has no build: %s", error)
        return False
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """One builder at a time, whose files a proxy may read; what a killed one left goes."""
    Path(settings.STATIC_ROOT).parent.mkdir(parents=True, exist_ok=True)
    before = os.umask(0o022)
    try:
        records().mkdir(parents=True, exist_ok=True)
        with (records() / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in records().glob("tmp*"):
                shutil.rmtree(left, ignore_errors=True)
            yield
    finally:
        os.umask(before)


def _make(record: Path) -> None:
    with TemporaryDirectory(dir=records()) as made:
        command = collectstatic.Command()
        command.storage = Hashing(location=made)
        call_command(command, interactive=False, verbosity=0, ignore_patterns=NOT_BUILT)
        names = json.loads((Path(made) / Hashing.manifest_name).read_bytes())["paths"]
        sizes = _move(Path(made), Path(settings.STATIC_ROOT), set(names.values()))
    write_atomic(record, json.dumps({"names": names, "sizes": sizes}).encode())


def _move(made: Path, folder: Path, names: set[str]) -> dict[str, int]:
    """Bring these, and what was compressed of them; the sizes."""
    sizes = {}
    for name in sorted(names | {f"{name}.gz" for name in names}):
        if (made / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).replace(folder / name)
            sizes[name] = (folder / name).stat().st_size
    return sizes


def _remove_old() -> None:
    """Only what records name: the folder may have been chosen badly."""
    found = all_builds()
    kept = {name for build in found[:KEPT] for name in build.files}
    for build in found[KEPT:]:
        for name in build.files - kept:
            (Path(settings.STATIC_ROOT) / name).unlink(missing_ok=True)
        build.record.unlink(missing_ok=True)
