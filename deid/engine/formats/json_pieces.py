"""A JSON file in pieces: elements of an array, or one document, and what stands behind its end."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BOM = "\ufeff"
LARGEST = 4 * 1024 * 1024
_SPACE = " \t\r\n"
_SPACES = re.compile(rb"[ \t\r\n]*+")
# A string without its end goes as far as the text does. What is quoted otherwise is no JSON.
_SIGNS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
_SIGNS_OF: dict[str, re.Pattern[bytes]] = {
    "utf-8": re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL),
    # The second byte of a character may be a backslash or a bracket there.
    "gb18030": re.compile(
        rb'"(?:[^"\\\x81-\xfe]++|[\x81-\xfe].|\\.)*+(?:"|\\?\Z)|[\x81-\xfe].|[\[\]{},]', re.DOTALL
    ),
}


@dataclass(frozen=True)
class Layout:
    """Ranges of bytes. From `text_from` on there is no JSON: that is to be read as text."""

    shards: list[tuple[int, int]]
    is_array: bool
    text_from: int


def _unique(pairs: list[tuple[str, Any]]) -> None:
    """Of a name that stands twice, the json module knows the last value only."""
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a name stands twice")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


def is_sound(text: str) -> bool:
    """Whether the json module reads it as one value, and reads all of it."""
    try:
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def layout(data: mmap.mmap, encoding: str, target: int) -> Layout:
    """Where a file may be cut. The pieces are judged when they are read."""
    at = _behind_spaces(data, len(BOM.encode(encoding)) if _has_bom(data, encoding) else 0)
    if data[at : at + 1] not in (b"[", b"{"):
        is_value = len(data) <= LARGEST and is_sound(data[at:].decode(encoding).strip(_SPACE))
        return Layout([(0, len(data))] if is_value else [], False, len(data) if is_value else 0)
    is_array = data[at : at + 1] == b"["
    found, end = _cuts(data, _SIGNS_OF[encoding], at, is_array, target)
    start = found[-1][1] if found else 0
    if end is None and len(data) - start > LARGEST:  # who knows where that leads
        return Layout(found, is_array, start)
    if end is None or _behind_spaces(data, end) == len(data):
        end = len(data)
    return Layout([*found, (start, end)], is_array, end)


def _behind_spaces(data: mmap.mmap, at: int) -> int:
    match = _SPACES.match(data, at)
    return match.end() if match else at


def _has_bom(data: mmap.mmap, encoding: str) -> bool:
    bom = BOM.encode(encoding)
    return data[: len(bom)] == bom


def _cuts(
    data: mmap.mmap, signs: re.Pattern[bytes], at: int, is_array: bool, target: int
) -> tuple[list[tuple[int, int]], int | None]:
    """Ranges of elements, each with the comma behind it, and where the value ends."""
    found, start, depth = list[tuple[int, int]](), 0, 0
    for match in signs.finditer(data, at):
        sign = match[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
            if not depth:
                return found, match.end()
        elif is_array and depth == 1 and sign == b"," and match.end() - start >= target:
            end = _behind_spaces(data, match.end())
            if end < len(data):
                found.append((start, end))
                start = end
    return found, None


def elements(text: str, *, first: bool, last: bool) -> Iterator[tuple[str, bool]]:
    """(piece, whether it is sound): elements of a stretch of an array, with all around them."""
    start, depth, is_first = 0, 0 if first else 1, first
    for match in _SIGNS.finditer(text):
        sign = match[0]
        if sign in ("[", "{"):
            depth += 1
        elif sign in ("]", "}"):
            depth -= 1
        elif sign == "," and depth == 1:
            end = match.end()
            while end < len(text) and text[end] in _SPACE:
                end += 1
            is_last = last and end == len(text)  # broken off behind a comma
            yield text[start:end], _is_element(text[start:end], is_first, is_last)
            start, is_first = end, False
    if start < len(text):
        yield text[start:], _is_element(text[start:], is_first, last)


def _is_element(piece: str, first: bool, last: bool) -> bool:
    core = piece.strip(_SPACE)
    if first:
        core = core.removeprefix(BOM).lstrip(_SPACE)
        if not core.startswith("["):
            return False
        core = core[1:]
    if not core.endswith("]" if last else ","):
        return False
    core = core[:-1]
    return is_sound(core.strip(_SPACE)) or (first and last and not core.strip(_SPACE))
