"""What keeps somebody logged in: cookies and tokens of sessions, in headers, links and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.types import Span

# All of a Cookie header is a visitor's; of Set-Cookie the first pair, the rest are attributes.
_HEADER = re.compile(r"(?:set-)?cookie2?[\"']?[ ]?[:=][ ]?[\"']?", re.IGNORECASE)
_PAIR = re.compile(
    r"[ ]?[A-Za-z0-9_.$%-]{1,64}=(?:\"([^\"\n]{1,4096})\"|([^\s;,\"']{0,4096}))(?:; ?|$)?"
)
_MOST_PAIRS = 40
# NAME=value where the name says session, in a link, a form or a log.
_NAMES = (
    "phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid", "sessionid", "session_id", "session-id",
    "sessid", "sess_id", "connect.sid", "sid", "session_token", "sessiontoken", "session_key", "csrftoken",
    "csrf_token", "xsrf-token", "x-csrf-token", "_csrf", "refresh_token", "id_token", "auth_token",
    "remember_token", "laravel_session", "_session", "sessdata", "bduss", "cfduid", "__cf_bm", "sso_token",
)  # fmt: skip
_SESSION = re.compile(
    r"=(?<=[A-Za-z_n.-]=)[\"']?([A-Za-z0-9%._~+/:|-]{8,4096}={0,2})|[\"']: ?[\"']([A-Za-z0-9%._~+/|-]{12,4096}={0,2})[\"']"
)
_VALUE = re.compile(r"(?=[^0-9]{0,200}[0-9])[A-Za-z0-9%._~+/:|=-]{8,4096}")
_NAME_BEFORE = re.compile(r"[a-z0-9_.-]{2,40}$")
_SCHEME = re.compile(
    r"authorization[\"']?[ ]?[:=][ ]?[\"']?(?:[a-z0-9-]{2,20} )?([a-z0-9._~+/=:-]{8,4096})",
    re.IGNORECASE,
)


def sessions(document: Document) -> Iterator[Span]:
    """Values of cookies, of parameters named after sessions, of Authorization headers."""
    lower = document.lower
    if document.field and document.field.lower().endswith(_NAMES):
        whole = _VALUE.fullmatch(document.text)
        if whole is not None:
            yield Span(0, whole.end(), t.SECRET, 0.9, "field")
    if "cookie" in lower:
        for match in _HEADER.finditer(document.text):
            once = match[0].lower().startswith("set-")
            yield from _pairs(document.text, match.end(), 1 if once else _MOST_PAIRS)
    if "authorization" in lower:
        for match in _SCHEME.finditer(document.text):
            if any(one.isdigit() for one in match[1]):
                yield Span(match.start(1), match.end(1), t.SECRET, 0.9, "cue")
    if "sess" in lower or "sid" in lower or "token" in lower or "csrf" in lower:
        yield from _named(document)


def _pairs(text: str, at: int, most: int) -> Iterator[Span]:
    for _ in range(most):
        match = _PAIR.match(text, at)
        if match is None:
            return
        group = 1 if match[1] is not None else 2
        value = match[group]
        if len(value) >= 8 and any(one.isdigit() for one in value):
            yield Span(match.start(group), match.end(group), t.SECRET, 0.9, "cue")
        at = match.end()


def _named(document: Document) -> Iterator[Span]:
    for match in _SESSION.finditer(document.text):
        name = _NAME_BEFORE.search(document.lower, max(0, match.start() - 40), match.start())
        group = 1 if match[1] is not None else 2
        value = match[group]
        if name and name[0].endswith(_NAMES) and any(one.isdigit() for one in value):
            yield Span(match.start(group), match.end(group), t.SECRET, 0.9, "cue")
