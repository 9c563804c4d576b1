"""A log as server-sent events: what follows an offset, in parts that a viewer can resume after."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.execution.log_file import GAP, PLATFORM_PREFIX, read_log
from training.scripts.trainer.strict_json import dumps

CHUNK = 64 * 1024
BURST = 64  # chunks in a row, before status and rights are looked at again


def event(name: str, data: dict[str, Any], identifier: int | None = None) -> bytes:
    head = f"id: {identifier}\n" if identifier is not None else ""
    return f"{head}event: {name}\ndata: {dumps(data)}\n\n".encode()


def log_events(
    log: Path, offset: int, language: str | None, until: int | None = None
) -> Iterator[tuple[bytes, int]]:
    """What the log has from `offset` on, BURST chunks at most; each with the offset after it.

    `until`: no byte at or after that offset.
    """
    for _chunk in range(BURST):
        start, data = read_log(log, offset, CHUNK if until is None else min(CHUNK, until - offset))
        if start != offset:
            text = _dropped(start - offset, language) if start > offset != GAP else ""
            yield event("log", {"offset": offset, "next": start, "text": text}, start), start
            if until is not None:
                data = data[: max(0, until - start)]
        raw = _next_text(data).encode("utf-8", "surrogateescape")
        if not raw:
            return
        offset = start + len(raw)
        shown = raw.decode("utf-8", "replace")
        yield event("log", {"offset": start, "next": offset, "text": shown}, offset), offset


def _dropped(count: int, language: str | None) -> str:
    """To a viewer who was slower than the log is kept; at its gap the log itself says it."""
    with translation.override(language):
        text = _("%(count)s bytes of the log were dropped") % {"count": count}
    return f"\n{PLATFORM_PREFIX}{text}\n"


def _next_text(data: bytes) -> str:
    """Text of `data` without a character that is cut at its end; bad bytes as surrogates."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    return decoder.decode(data, final=False)
