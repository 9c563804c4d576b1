"""Serves a log in byte ranges (RFC 9110, section 14) and by last lines, streaming."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Invalid
from core.execution.log_file import Extent, extent, tail_offset
from core.execution.run_folder import RunFolder
from core.files.spans import open_spans
from core.files.streaming import file_parts

CONTENT_TYPE = "text/plain; charset=utf-8"
MAX_TAIL = 1_000_000
TAIL_BYTES = 64 * 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def log_response(request: Request, folder: RunFolder) -> HttpResponseBase:
    """200 whole, 206 for a satisfiable range, 416 for one beyond the end or all dropped.

    Offsets count what was dropped of the log too. A range is answered as far as it is there in
    one piece, which Content-Range names; a whole log comes without what was dropped.
    """
    log = extent(folder.log)
    if "tail" in request.query_params:
        lines = _lines(request.query_params["tail"])
        return _stream(folder.log, log, tail_offset(folder.log, lines, most=TAIL_BYTES))
    wanted = _wanted(request.headers.get("Range", ""), log.size)
    if wanted is None:
        return _stream(folder.log, log, 0)
    there = log.spans(wanted[0], wanted[1] + 1)
    if not there:
        return _unsatisfiable(log, wanted[0])
    first, end = there[0]
    response = _stream(folder.log, log, first, end)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{end - 1}/{log.size}"
    return response


def _lines(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw[:9]) <= MAX_TAIL or len(raw) > 9:
        raise Invalid(
            _("tail must be a whole number from 1 to %(limit)s") % {"limit": MAX_TAIL},
            field="tail",
        )
    return int(raw)


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; a header that is not one byte range is ignored, as the RFC says."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size - 1 if int(match[2]) else -1
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < int(match[1]):
        return None
    return int(match[1]), last


def _unsatisfiable(log: Extent, first: int) -> HttpResponse:
    detail = _("The range is outside the log (%(size)s bytes)") % {"size": log.size}
    if log.gap <= first < log.resume:
        detail = _("These bytes were dropped; the log goes on at byte %(next)s") % {
            "next": log.resume
        }
    response = JsonResponse({"detail": detail}, status=416)
    response["Content-Range"] = f"bytes */{log.size}"
    return response


def _stream(path: Path, log: Extent, first: int, end: int | None = None) -> StreamingHttpResponse:
    """What is there from `first` on; where offsets no longer fit the answer, it says so."""
    spans = log.spans(first, log.size if end is None else end)
    file, length = open_spans(path, spans)
    response = StreamingHttpResponse(file_parts(file, length), content_type=CONTENT_TYPE)
    response["Accept-Ranges"] = "bytes" if len(spans) < 2 else "none"
    response["Content-Length"] = str(length)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
