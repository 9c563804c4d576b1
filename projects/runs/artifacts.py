"""The files that a run leaves: listed as the disk has them, with the digests that we have taken."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound, PlatformError
from core.execution.log_file import extent
from core.files.paths import resolve_under
from core.files.spans import open_spans
from projects.models import Artifact, Run
from projects.runs.own_config import config_name
from projects.runs.paths import open_run_file, run_folder, runs_ended_here

MAX_FILES = 5000
CHUNK = 4 * 1024 * 1024
OUTPUT = "output"
LOG = "run.log"
KINDS: dict[str, str | Promise] = {
    "result": gettext_lazy("Result"),
    "checkpoint": gettext_lazy("Checkpoint"),
    "metrics": gettext_lazy("Metrics"),
    "tensorboard": gettext_lazy("TensorBoard"),
    "evaluation": gettext_lazy("Evaluation"),
    "config": gettext_lazy("Configuration"),
    "environment": gettext_lazy("Environment"),
    "log": gettext_lazy("Log"),
    "other": gettext_lazy("Other"),
}
NAMED = {
    "metrics.jsonl": "metrics",
    "evaluation.json": "evaluation",
    "effective_config.yaml": "config",
    "environment.json": "environment",
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """One file; `path` is relative to the run's folder. `sha256`: None until it is taken."""

    path: str
    kind: str
    size: int
    modified_ns: int
    sha256: str | None = None

    @property
    def modified(self) -> datetime:
        return datetime.fromtimestamp(self.modified_ns / 1e9, tz=UTC)


@dataclass(frozen=True)
class Group:
    """Files that belong together: a checkpoint, the result. `folder` can be taken whole."""

    kind: str
    name: str
    folder: str
    files: list[File]

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def artifact_list(run: Run) -> list[File]:
    """At most MAX_FILES files, results first; one query."""
    known = {one.path: one for one in run.artifacts.all()}
    found = []
    for file in _files(run):
        one = known.get(file.path)
        fresh = one is not None and (one.size, one.modified_ns) == (file.size, file.modified_ns)
        digest = one.sha256 if one is not None and fresh else None
        found.append(File(file.path, file.kind, file.size, file.modified_ns, digest))
    order = list(KINDS)
    return sorted(found, key=lambda file: (order.index(file.kind), file.path))


def artifact_groups(run: Run) -> list[Group]:
    """The same files, by the folder that they can be taken with."""
    groups: dict[tuple[str, str], list[File]] = {}
    for file in artifact_list(run):
        parts = file.path.split("/")
        inside = file.kind in ("result", "checkpoint", "tensorboard") and len(parts) > 2
        groups.setdefault((file.kind, parts[1] if inside else ""), []).append(file)
    return [
        Group(kind, name, f"{OUTPUT}/{name}" if name else "", files)
        for (kind, name), files in groups.items()
    ]


def _files(run: Run) -> Iterator[File]:
    folder = run_folder(run)
    listed = [(f"inputs/{config_name(run)}", "config"), (LOG, "log")]
    for path, kind in listed:
        if (file := _file(folder.root / path, path, kind)) is not None:
            yield file if kind != "log" else replace(file, size=_log_size(folder.log))
    for count, found in enumerate(_walk(folder.output)):
        if count >= MAX_FILES:
            return
        path = found.relative_to(folder.root).as_posix()
        if (file := _file(found, path, _kind(path))) is not None:
            yield file


def _walk(folder: Path) -> Iterator[Path]:
    """Plain files below `folder` without hidden ones, which are being written; no link is one."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            if not name.startswith(".") and _facts(path) is not None:
                yield path


def _file(path: Path, name: str, kind: str) -> File | None:
    facts = _facts(path)
    return File(name, kind, facts.st_size, facts.st_mtime_ns) if facts else None


def _facts(path: Path) -> os.stat_result | None:
    """Of a plain file; a script may have left a link, a pipe or a device of that name."""
    try:
        facts = path.lstat()
    except OSError:
        return None  # gone meanwhile
    return facts if stat.S_ISREG(facts.st_mode) else None


def _log_size(path: Path) -> int:
    """Of what is there, which is what a download has."""
    found = extent(path)
    return sum(end - start for start, end in found.spans(0, found.size))


def _open(run: Run, name: str) -> tuple[BinaryIO, int]:
    """A file of a run and its size; the log without what was dropped of it. Raises OSError."""
    if name == LOG:
        path = run_folder(run).log
        found = extent(path)
        return open_spans(path, found.spans(0, found.size))
    file = open_run_file(run, name)
    return file, os.fstat(file.fileno()).st_size


def _kind(path: str) -> str:
    first, *more = path.split("/")[1:]
    if not more:
        return NAMED.get(first, "other")
    if first == "final":
        return "result"
    if first == "tensorboard":
        return "tensorboard"
    return "checkpoint" if first.startswith("checkpoint-") else "other"


def artifact_path(run: Run, name: str) -> Path:
    """A listed file, or a folder of `output`, on disk. Raises NotFound, also for hidden names."""
    folder = run_folder(run)
    missing = NotFound(_("The run has no such file"))
    if name in (LOG, f"inputs/{config_name(run)}"):
        path = folder.root / name
    else:
        if name.split("/")[0] != OUTPUT or any(part.startswith(".") for part in name.split("/")):
            raise missing
        try:
            path = resolve_under(folder.root, name, field="path")
        except PlatformError as error:
            raise missing from error
        if not path.is_relative_to(folder.output.resolve()):
            raise missing
    if not path.is_dir() and _facts(path) is None:
        raise missing
    return path


def artifact_open(run: Run, name: str) -> tuple[BinaryIO, int]:
    """A file and its size in bytes. Raises NotFound."""
    artifact_path(run, name)
    try:
        return _open(run, name)
    except OSError as error:
        raise NotFound(_("The run has no such file")) from error


def folder_files(run: Run, name: str) -> list[tuple[str, Path]]:
    """`(name in the archive, file)` of a folder, for a download as one."""
    folder = artifact_path(run, name)
    base = folder.name if name != OUTPUT else f"run-{str(run.id)[:8]}"
    found = [(f"{base}/{one.relative_to(folder).as_posix()}", one) for one in _walk(folder)]
    return found[:MAX_FILES]


def index_round() -> None:
    """Take the digests of what ended runs of this host have left. The agent's sweep.

    Each file's digest is kept at once, so that a restart of ours goes on where it was.
    """
    for run in unindexed().order_by("finished_at"):
        artifacts_index(run)


def unindexed() -> QuerySet[Run]:
    """Ended runs of this host whose files have not been gone through."""
    return runs_ended_here().filter(indexed_at=None)


def artifacts_index(run: Run) -> None:
    files = artifact_list(run)
    for file in files:
        if file.sha256 is None:
            _index(run, file)
    run.artifacts.exclude(path__in=[file.path for file in files]).delete()
    Run.objects.filter(id=run.id).update(indexed_at=timezone.now())


def _index(run: Run, file: File) -> None:
    try:
        digest = _sha256(run, file.path)
    except OSError as error:
        logger.warning("run %s: no digest of %s: %s", run.id, file.path, error)
        return
    facts = {"size": file.size, "modified_ns": file.modified_ns, "sha256": digest}
    Artifact.objects.update_or_create(run=run, path=file.path, defaults=facts)


def _sha256(run: Run, name: str) -> str:
    digest = hashlib.sha256()
    with _open(run, name)[0] as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
