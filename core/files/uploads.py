"""Uploads: streamed to the storage's disk and hashed on the way, at most 64 KiB in memory."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from core.errors import Invalid, PlatformError, StorageFull, TooLarge
from core.files.paths import fsync_folder
from core.full_disk import FULL_DISK_ERRORS, STORAGE_FULL_MESSAGE

MAX_NAME_CHARACTERS = 255


def upload_folder() -> Path:
    """Where unfinished uploads live; on the file system of the storage, so rename is atomic."""
    folder = Path(settings.LLM_APP_STORAGE) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class StreamedUpload(UploadedFile[Any]):
    """A received file on disk that nobody owns yet; removed on close unless kept."""

    def __init__(self, *, path: Path, raw_name: str, size: int, sha256: str, charset: Any) -> None:
        super().__init__(
            file=path.open("rb") if path.exists() else None,
            name=raw_name[:MAX_NAME_CHARACTERS],
            size=size,
            charset=charset,
        )
        self.path = path
        self.raw_name = raw_name
        self.sha256 = sha256
        self.problem: PlatformError | None = None

    def check(self, *, limit: int) -> None:
        """Raise what went wrong while receiving, or TooLarge, or Invalid for a bad name."""
        if self.problem is not None:
            raise self.problem
        if (self.size or 0) > limit:
            raise too_large(limit)
        if len(self.raw_name.encode("utf-8", "surrogatepass")) > MAX_NAME_CHARACTERS:
            raise Invalid(
                _("The file name is too long (%(limit)s bytes at most)")
                % {"limit": MAX_NAME_CHARACTERS},
                field="file",
            )
        if not self.size:
            raise Invalid(_("The file is empty"), field="file")

    def keep_as(self, target: Path) -> None:
        """Move the file, complete and synced, to where it belongs."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        fsync_folder(target.parent)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def received(upload: UploadedFile[Any], *, limit: int) -> Iterator[StreamedUpload]:
    """A checked upload to keep inside the block; what is not kept is gone before the answer.

    Raises TooLarge, Invalid or StorageFull.
    """
    if not isinstance(upload, StreamedUpload):
        raise Invalid(_("The file must be sent as multipart/form-data"), field="file")
    try:
        upload.check(limit=limit)
        yield upload
    finally:
        upload.path.unlink(missing_ok=True)


def too_large(limit: int) -> TooLarge:
    return TooLarge(
        _("The file is too large: at most %(limit)s MiB") % {"limit": limit // (1024 * 1024)},
        field="file",
    )


class StreamToStorageHandler(FileUploadHandler):
    """Writes chunks to a temporary file; never raises, so that every caller (CSRF check,
    API parser) goes on to the view, which then refuses the file with a message of ours."""

    chunk_size = 64 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._path = upload_folder() / f"{uuid.uuid4().hex}.part"
        self._digest = hashlib.sha256()
        self._received = 0
        self._problem: PlatformError | None = None
        self._out: IO[bytes] | None = None
        self._guarded(lambda: setattr(self, "_out", self._path.open("xb")))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_MAX_BYTES:
            self._give_up(too_large(settings.UPLOAD_MAX_BYTES))
        elif self._out is not None:
            out = self._out
            self._digest.update(raw_data)
            self._guarded(lambda: out.write(raw_data))

    def file_complete(self, file_size: int) -> StreamedUpload:
        if self._out is not None:
            self._guarded(self._finish)
        upload = StreamedUpload(
            path=self._path,
            raw_name=self.file_name or "",
            size=file_size,
            sha256=self._digest.hexdigest(),
            charset=self.charset,
        )
        upload.problem = self._problem
        return upload

    def upload_interrupted(self) -> None:
        if getattr(self, "_out", None) is not None:
            self._give_up(Invalid(_("The upload was broken off"), field="file"))

    def _finish(self) -> None:
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()

    def _guarded(self, action: Any) -> None:
        try:
            action()
        except OSError as error:
            if error.errno not in FULL_DISK_ERRORS:
                raise
            self._give_up(StorageFull(STORAGE_FULL_MESSAGE))

    def _give_up(self, problem: PlatformError) -> None:
        self._problem = problem
        if self._out is not None:
            out, self._out = self._out, None
            with contextlib.suppress(OSError):
                out.close()  # flushes, which a full disk refuses again
        self._path.unlink(missing_ok=True)


def remove_stale_uploads(*, older_than: float) -> int:
    """Remove what a killed server left half-received; `older_than` is a Unix time. Counts."""
    removed = 0
    for path in upload_folder().glob("*.part"):
        if path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
