"""Writes new characters in the shape of old ones: width, separators, case."""

from __future__ import annotations

from deid.engine.recognition.folding import fold
from deid.engine.replacement.stream import Stream

_WIDE = 0xFEE0


def plain_digits(text: str) -> str:
    """The digits of a text, in ASCII."""
    return "".join(one for one in fold(text).text if "0" <= one <= "9")


def with_digits(text: str, digits: str) -> str:
    """The text with its digits replaced one by one; full-width ones stay full-width."""
    left = iter(digits)
    return "".join(_like(one, next(left)) if _is_digit(one) else one for one in text)


def _is_digit(character: str) -> bool:
    folded = fold(character).text
    return "0" <= folded <= "9" if folded else False


def _like(original: str, digit: str) -> str:
    return chr(ord(digit) + _WIDE) if "０" <= original <= "９" else digit


def scrambled(text: str, stream: Stream, keep: int = 0) -> str:
    """Each letter and digit another of its kind; the first `keep` characters and signs stay."""
    return text[:keep] + "".join(_another(one, stream) for one in text[keep:])


def _another(character: str, stream: Stream) -> str:
    folded = fold(character).text or character
    if "0" <= folded <= "9":
        return _like(character, str(stream.below(10)))
    if "a" <= folded <= "z":
        return stream.pick("abcdefghijkmnpqrstuvwxyz")
    if "A" <= folded <= "Z":
        return stream.pick("ABCDEFGHJKMNPQRSTUVWXYZ")
    return character
