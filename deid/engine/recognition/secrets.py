"""Passwords and keys in text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.cues import SIGN
from deid.engine.recognition.document import Document
from deid.engine.recognition.keys import SIGNS
from deid.engine.recognition.sessions import sessions
from deid.engine.recognition.types import Span

_PEM = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
_PEM_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY-----")
_PEM_REACH = 20_000
_SIGNED = re.compile(
    r"[ \"'\])）】*`]{0,3}(?:\([^()\n]{0,12}\))?[ \"']{0,2}"
    r"(?:[:=]|[\u4e00-\u9fff]{1,4}[:=]|=>|->|改成了?|改为|设为|设置为|设成|重置为|是|为|就是|(?:(?:was|is|has been) )?(?:reset|changed|set|updated) to|is|was|to)[ ]{0,2}[:=]?[ \"'`\[「<]{0,3}",
    re.IGNORECASE,
)
# user:password@host (RFC 3986)
_IN_LINK = re.compile(r"[a-z]://[^\s:@/]{0,64}:([!-.0-?A-~]{1,128})@")
_BLANK = re.compile(r"[ ]{0,2}[\"'`「]?")
_VALUE = re.compile(r"[!-~]{4,256}")
_BEARER = re.compile(
    r"(?<![A-Za-z])(?:bearer|basic) (?=[A-Za-z._~+/=-]{0,2000}[0-9])([A-Za-z0-9._~+/=-]{12,2000})",
    re.IGNORECASE,
)
_LONG_KEY = re.compile(
    r"(?<![A-Za-z])keys? ?(?:is |was |to )?[:=]? ?[\"'`]?([0-9a-f]{32,128})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_ENDING = ".,;:!?)]}>\"'`"
_PLAIN_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]+")

# With what must stand in the text (in lower case) for the pattern to be tried at all.
_SHAPES = [
    (_LONG_KEY, "key", 0.8),
    (_BEARER, " ", 0.9),
    (_IN_LINK, "://", 0.95),
]


def secrets(document: Document) -> Iterator[Span]:
    """Values behind 密码, password, token ..., and keys of known makers wherever they stand."""
    text = document.text
    if not document.has_latin and not document.has_digits:
        return
    for pattern, sign, score in _SHAPES:
        if sign in document.lower:
            for match in pattern.finditer(text):
                start, end = match.span(pattern.groups)
                yield Span(start, end, t.SECRET, score, "shape")
    for start, end in document.cues.of(SIGN):
        yield from _known(document, start, end)
    yield from sessions(document)
    if "PRIVATE KEY" in text:
        yield from _pem_blocks(text)
    for _start, end in document.cues.of(t.SECRET):
        yield from _cued(text, end)
    if document.field_kind == t.SECRET:
        whole = _VALUE.match(text)
        if whole:
            yield Span(0, whole.end(), t.SECRET, 0.9, "field")


def _known(document: Document, start: int, end: int) -> Iterator[Span]:
    """A maker's key that begins here. What stands before it may be a word's end: `task-`, not sk-."""
    text = document.text
    before = text[start - 1 : start]
    if before.isascii() and (before.isalnum() or before in ("_", "-")):
        return
    match = SIGNS[document.lower[start:end]].match(text, start)
    if match is not None:
        first, last = match.span(match.lastgroup or 0)
        yield Span(first, last, t.SECRET, 1.0, "shape")


def _pem_blocks(text: str) -> Iterator[Span]:
    for match in _PEM.finditer(text):
        end = _PEM_END.search(text, match.end(), match.end() + _PEM_REACH)
        yield Span(match.start(), end.end() if end else match.end(), t.SECRET, 1.0, "shape")


def _cued(text: str, end: int) -> Iterator[Span]:
    signed = _SIGNED.match(text, end)
    start = signed.end() if signed else _blank_end(text, end)
    match = _VALUE.match(text, start)
    if match is None:
        yield from _distant(text, end)
        return
    value = _trimmed(match[0], opened=text[start - 1 : start])
    if "=" in text[end:start]:
        value = value.partition("&")[0]  # of a query
    glued = start == end and value.isdigit() and len(value) >= 6 and text[end - 1] in "码令"
    if signed is None and not glued and not _is_secret(value, signed=False):
        yield from _distant(text, end)
        return
    if len(value) < 4 or not (glued or _is_secret(value, signed=signed is not None)):
        return
    yield Span(start, start + len(value), t.SECRET, 0.9 if signed else 0.75, "cue")


_DISTANT = re.compile(
    r"(?:[\u4e00-\u9fff]{1,6}|(?: [A-Za-z']{1,12}){1,5} (?:is|was)) ?[:=]? ?"
    r"(?=[!-~]{0,40}[0-9])(?=[!-~]{0,40}[A-Za-z])([!-~]{8,64})"
)


def _distant(text: str, end: int) -> Iterator[Span]:
    """密码别再用Abc2023!了, the password I remember is …: mixed characters a few words on."""
    match = _DISTANT.match(text, end)
    if match is not None:
        value = _trimmed(match[1], opened="")
        if len(value) >= 8:
            yield Span(match.start(1), match.start(1) + len(value), t.SECRET, 0.7, "cue")


def _blank_end(text: str, end: int) -> int:
    match = _BLANK.match(text, end)
    return match.end() if match else end


def _trimmed(value: str, opened: str) -> str:
    """Without the punctuation of the sentence; a quoted value ends at its quote."""
    if opened in "\"'`" and opened and opened in value:
        return value.partition(opened)[0]
    for stop in ('",', '"}', "',", "'}", '"', ","):
        value = value.partition(stop)[0]
    stripped = value.rstrip(_ENDING)
    # Passwords do end in ! or ?, sentences of Chinese do not end in an ASCII one.
    return value if value != stripped and value[len(stripped) :] in ("!", "?", "!!") else stripped


def _is_secret(value: str, *, signed: bool) -> bool:
    """Behind a sign anything but a plain word; behind a blank it needs digits and letters."""
    if value.startswith(("http://", "https://", "${", "{{", "<", "$(")) or set(value) <= set(
        "*•x."
    ):
        return False
    digits = any(one.isdigit() for one in value)
    others = any(not one.isdigit() for one in value)
    if signed:
        return digits or not _PLAIN_WORDS.fullmatch(value) or _after_colon_word(value)
    return digits and others and len(value) >= 6


def _after_colon_word(value: str) -> bool:
    return len(value) >= 8 and value.lower() not in _NO_VALUES


_NO_VALUES = {
    "required", "incorrect", "expired", "forgotten", "invalid", "strength", "protected", "optional",
    "changed", "disabled", "mandatory", "encrypted", "hidden", "redacted", "undefined", "something",
}  # fmt: skip
