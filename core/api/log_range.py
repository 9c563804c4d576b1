"""Serves a log in byte ranges (RFC 9110, section 14) and by last lines, streaming."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Invalid
from core.execution.run_folder import RunFolder, tail_offset
from core.files.plain_files import open_plain
from core.files.streaming import file_parts

CONTENT_TYPE = "text/plain; charset=utf-8"
MAX_TAIL = 1_000_000
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def log_response(request: Request, folder: RunFolder) -> HttpResponseBase:
    """200 whole, 206 for a satisfiable range, 416 for one beyond the end."""
    size = folder.log_size()
    first, last, status = 0, size - 1, 200
    if "tail" in request.query_params:
        first = tail_offset(folder.log, _lines(request.query_params["tail"]))
    elif wanted := _wanted(request.headers.get("Range", ""), size):
        first, last = wanted
        status = 206
        if first > last:
            return _unsatisfiable(size)
    response = _stream(folder.log, first, last - first + 1, status)
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
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


def _unsatisfiable(size: int) -> HttpResponse:
    response = JsonResponse(
        {"detail": _("The range is outside the log (%(size)s bytes)") % {"size": size}},
        status=416,
    )
    response["Content-Range"] = f"bytes */{size}"
    return response


def _opened(path: Path) -> BinaryIO:
    try:
        return open_plain(path)
    except OSError:  # not there yet, or not a log
        return BytesIO()


def _stream(path: Path, offset: int, length: int, status: int) -> StreamingHttpResponse:
    content = _opened(path)
    content.seek(offset)
    response = StreamingHttpResponse(
        file_parts(content, length), content_type=CONTENT_TYPE, status=status
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(max(0, length))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
