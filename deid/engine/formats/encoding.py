"""Which encoding a file of text is in; what would be read wrongly is refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

ENCODINGS = ("utf-8", "gb18030")
BLOCK = 1024 * 1024
_HIGH = re.compile(rb"[\x80-\xff]{6,}")
# Characters of two bytes, of which the second may be ASCII.
_WIDE = re.compile(rb"(?:(?:[\x81-\xfe][\x30-\x39]){2}|[\x81-\xfe][\x40-\xfe])++")
_SAMPLE, _TELLING = 40_000, 100  # bytes that are judged; fewer tell nothing
_SIMPLIFIED = {bytes([lead]) for lead in (0xA1, 0xA3, *range(0xB0, 0xD8))}
_TRADITIONAL = {bytes([lead]) for lead in range(0xA4, 0xC6)}
_UTF8_IDEOGRAPHS = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2})++")


class Unreadable(ValueError):
    """A file that is not what its name says; `code` is a word for why, `column` says where."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(code, column)
        self.code = code
        self.column = column


def encoding_of(path: Path) -> str:
    """UTF-8, or GB 18030 as Excel writes it in China. Raises Unreadable where it is neither.

    NULs are refused: they stand between the characters of UTF-16, where nothing would be found.
    GB 18030 decodes almost anything: files of both encodings, and those in which it sees no
    Chinese that anybody writes (Big5, Shift-JIS), would be read as other characters.
    """
    if _decodes(path, "utf-8"):
        return "utf-8"
    if not _decodes(path, "gb18030") or not _is_chinese(path):
        raise Unreadable("encoding")
    if _has_utf8(path):
        raise Unreadable("mixed")
    return "gb18030"


def _decodes(path: Path, encoding: str) -> bool:
    decoder, has_nul = codecs.getincrementaldecoder(encoding)(), False
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                has_nul = has_nul or b"\0" in block
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    if has_nul:
        raise Unreadable("nul")
    return True


def _is_chinese(path: Path) -> bool:
    with path.open("rb") as file:
        data = file.read(BLOCK)
    runs = b"".join(_WIDE.findall(data))[:_SAMPLE]
    return len(runs) < _TELLING or _common(runs, "gb18030") >= 0.6


def _has_utf8(path: Path) -> bool:
    """Whether a stretch of it makes better Chinese as UTF-8 than as GB 18030."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            data = rest + block
            cut = data.rfind(b"\n") + 1 or len(data)
            rest = data[cut:]
            if _any_utf8(data[:cut]):
                return True
    return _any_utf8(rest)


def _any_utf8(data: bytes) -> bool:
    return any(
        _UTF8_IDEOGRAPHS.fullmatch(run) is not None
        and _common(run, "utf-8") > _common(run, "gb18030")
        for run in _HIGH.findall(data)
    )


def _common(run: bytes, encoding: str) -> float:
    """The share of everyday characters, of simplified and of traditional Chinese."""
    text = run.decode(encoding, "replace")
    found = [_is_everyday(one) for one in text if not one.isascii()]
    return sum(found) / max(len(found), 1)


def _is_everyday(character: str) -> bool:
    """Punctuation and the first levels of GB 2312 and Big5."""
    simplified = character.encode("gb2312", "ignore")[:1]
    return simplified in _SIMPLIFIED or character.encode("big5", "ignore")[:1] in _TRADITIONAL
