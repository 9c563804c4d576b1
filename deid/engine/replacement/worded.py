"""Dates that are written in words: read as digits, and written back in words of the same kind."""

from __future__ import annotations

import re
from collections.abc import Callable

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second",
    "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh",
    "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_HAN = "〇一二三四五六七八九"


def _under_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    ten, one = divmod(number, 10)
    return _TENS[ten] + (f"-{_ONES[one]}" if one else "")


def _year_words(digits: str) -> str:
    """nineteen eighty-one; two thousand five; nineteen hundred; twenty oh nine is not said so."""
    year = int(digits)
    century, rest = divmod(year, 100)
    if century == 20 and rest < 10:
        return "two thousand" + (f" {_ONES[rest]}" if rest else "")
    if rest < 10:
        return f"{_ONES[century]} {f'oh {_ONES[rest]}' if rest else 'hundred'}"
    return f"{_under_hundred(century)} {_under_hundred(rest)}"


def _ordinal_words(digits: str) -> str:
    return _ORDINALS[int(digits)]


def _han_digits(digits: str) -> str:
    return "".join(_HAN[int(digit)] for digit in digits)


def _han_number(digits: str) -> str:
    ten, one = divmod(int(digits), 10)
    return ("" if ten < 2 else _HAN[ten]) + ("十" if ten else "") + (_HAN[one] if one else "")


# Each kind of words: how it stands in a text, and how a number is written so.
_YEARS = {_year_words(str(year)): str(year) for year in range(1850, 2100)}
_YEARS |= {f"two thousand and {_under_hundred(n)}": str(2000 + n) for n in range(1, 100)}
_YEARS |= {f"two thousand {_under_hundred(n)}": str(2000 + n) for n in range(1, 100)}
_DAYS = {word: str(day) for day, word in enumerate(_ORDINALS) if word}
_NUMBERS = {_han_number(str(number)): str(number) for number in range(1, 32)}


def _either(words: dict[str, str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word).replace(r"\-", "[ -]").replace(r"\ ", "[ -]") for word in longest
    )


_WORDS = re.compile(
    rf"(?P<year>\b(?:{_either(_YEARS)})\b)|(?P<day>\b(?:{_either(_DAYS)})\b)"
    rf"|(?P<hanyear>[〇零○一二三四五六七八九]{{2,4}}(?=年))|(?P<han>(?:{_either(_NUMBERS)})(?=[月日号號]))|[0-9]+",
    re.IGNORECASE,
)
_WRITERS: dict[str, Callable[[str], str]] = {
    "year": _year_words, "day": _ordinal_words, "hanyear": _han_digits, "han": _han_number,
}  # fmt: skip


def as_digits(text: str) -> tuple[str, list[str | None]]:
    """The text with its numbers in digits, and of each of them the kind of words that it was in."""
    kinds: list[str | None] = []

    def read(match: re.Match[str]) -> str:
        kinds.append(match.lastgroup)
        word = " ".join(match[0].lower().split())
        if match.lastgroup == "hanyear":
            return "".join("0" if one in "〇零○" else str(_HAN.index(one)) for one in word)
        if match.lastgroup == "han":
            return _NUMBERS[word]
        if match.lastgroup == "day":
            return _DAYS[word.replace(" ", "-")]
        return _YEARS_READ[_plain(word)] if match.lastgroup == "year" else match[0]

    return _WORDS.sub(read, text), kinds


def _plain(words: str) -> str:
    return words.replace("-", " ")


_YEARS_READ = {_plain(words): year for words, year in _YEARS.items()}


def as_words(text: str, kinds: list[str | None]) -> str:
    """The same numbers, or others in their places, in the words that they were in."""
    left = iter(kinds)

    def write(match: re.Match[str]) -> str:
        kind = next(left, None)
        return _WRITERS[kind](match[0]) if kind else match[0]

    return re.sub(r"[0-9]+", write, text)
