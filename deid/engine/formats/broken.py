"""What is not what it should be, read as text line by line: nothing of it stays unread."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deid.engine.formats.row import Places, Row, Seal, sealed_text

PIECE = 20_000  # characters that are read together
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r)|[^\r\n]++")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)
_KEPT = {'"', "\\"}  # signs of the notation: with or without their escape they mean two things
# What may be a string, in quotes of either kind; with a colon behind it, a key.
_LOOSE = re.compile(
    r"""(?:"((?:[^"\\\n]|\\.)*+)(?:"|$)|(?<!\w)'((?:[^'\\\n]|\\.){1,80}+)'(?=\s*[,:\]}]))(\s*:)?""",
    re.MULTILINE,
)
_LONGEST = 200  # characters of a value that a key's name tells something about
Hints = Callable[[Sequence[str]], Sequence[tuple[str, str]]]


def broken_json(text: str) -> Iterator[Row]:
    """Rows of what should have been JSON."""
    return broken_rows(text, _values, has_escapes=True)


def _values(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Strings with the key that stands before them, be it lines before."""
    found, key = [], ""
    for match in _LOOSE.finditer("\n".join(lines)):
        raw = match[1] or match[2] or ""
        if match[3]:
            key = _shown(raw).text
        elif key and 0 < len(raw) <= _LONGEST:
            found.append((_shown(raw).text, key))
    return found


def broken_rows(text: str, hints: Hints, *, has_escapes: bool = False) -> Iterator[Row]:
    """Rows of whole lines. `hints` names (text, field) in lines, where a field's name may tell.

    What is found in a hint is replaced in the lines: where it stands there is not sure.
    """
    held: list[str] = []
    size = 0
    for match in _LINE.finditer(text):
        if held and size + len(match[0]) > PIECE:
            yield _row(held, hints, has_escapes)
            held, size = [], 0
        held.append(match[0])
        size += len(match[0])
    if held:
        yield _row(held, hints, has_escapes)


def _row(lines: Sequence[str], hints: Hints, has_escapes: bool) -> Row:
    bodies = [line.rstrip("\r\n") for line in lines]
    ends = [line[len(body) :] for line, body in zip(lines, bodies, strict=True)]
    shown = [_shown(body) if has_escapes else Shown(body, body) for body in bodies]
    more = hints(bodies)

    def write(new: Sequence[str]) -> str:
        return "".join(
            one.written(text) + end for one, text, end in zip(shown, new, ends, strict=False)
        )

    def seal(places: Places, sealer: Seal) -> str:
        return "".join(
            sealed_text(one.raw, one.places(own), sealer) + end
            for one, own, end in zip(shown, places, ends, strict=False)
        )

    return Row(
        [*(one.text for one in shown), *(text for text, _field in more)],
        [*("" for _one in shown), *(field for _text, field in more)],
        write, seal, sum("\n" in end for end in ends), broken=True, hints=len(more),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as it is read. `starts`: where in `raw` each character begins; none if as it is."""

    raw: str
    text: str
    starts: Sequence[int] = ()

    def written(self, new: str) -> str:
        if new == self.text:
            return self.raw
        return _escaped(new, not self.raw.isascii()) if self.starts else new

    def places(self, found: Sequence[tuple[int, int, str]]) -> Sequence[tuple[int, int, str]]:
        if not self.starts:
            return found
        return [(self.starts[start], self.starts[end], kind) for start, end, kind in found]


def _shown(raw: str) -> Shown:
    """Escapes of JSON as what they stand for, so that what they spell is found."""
    if "\\" not in raw:
        return Shown(raw, raw)
    text: list[str] = []
    starts: list[int] = []
    at = 0
    for match in _ESCAPE.finditer(raw):
        text += raw[at : match.start()]
        starts += range(at, match.start())
        character = _meant(match[0])
        if character is None:
            text += match[0]
            starts += range(match.start(), match.end())
        else:
            text.append(character)
            starts.append(match.start())
        at = match.end()
    text += raw[at:]
    return Shown(raw, "".join(text), [*starts, *range(at, len(raw) + 1)])


def _meant(escape: str) -> str | None:
    """The character of an escape; None where it is to be read as it stands."""
    try:
        meant = str(json.loads(f'"{escape}"'))
    except ValueError:
        return None
    is_half = len(meant) == 1 and "\ud800" <= meant <= "\udfff"
    return None if meant in _KEPT or is_half else meant


def _escaped(text: str, has_others: bool) -> str:
    """Signs that need an escape get one; other characters where the line had none raw."""
    return re.sub(
        r"[\x00-\x08\x0a-\x1f]" if has_others else r"[\x00-\x08\x0a-\x1f]|[^\x00-\x7f]",
        lambda match: json.dumps(match[0])[1:-1],
        text,
    )
