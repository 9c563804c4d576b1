"""Stand-ins for identifiers: of the same form, and failing the check unless they are to pass it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import (
    credit_check,
    iban_check,
    id_check_digit,
    luhn_sum,
)  # fmt: skip
from deid.engine.recognition.folding import fold
from deid.engine.recognition.nations import NUMBERS
from deid.engine.recognition.wallets import is_wallet
from deid.engine.replacement.shapes import plain_digits, scrambled, with_digits
from deid.engine.replacement.stream import Stream

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_AREAS = (
    "110101", "120101", "130102", "140105", "210102", "220102", "230102", "310101", "320102",
    "330102", "340102", "350102", "360102", "370102", "410102", "420102", "430102", "440103",
    "450102", "460105", "500101", "510104", "520102", "530102", "610102", "620102", "640104",
)  # fmt: skip
_TRIES = (
    4000  # of a stand-in by chance; the narrowest check (a date and a digit) lets one in 400 by
)


def id_card(original: str, stream: Stream, valid: bool) -> str:
    """Of the mainland with another place and birth; of elsewhere as other countries' numbers."""
    digits = "".join(one for one in fold(original).text.upper() if one.isdigit() or one == "X")
    if len(digits) == 18:
        born = date(1955, 1, 1) + timedelta(days=stream.below(18_000))
        first = f"{stream.pick(_AREAS)}{born:%Y%m%d}{stream.digits(3)}"
        right = id_check_digit(first)
        check = right if valid else stream.pick("0123456789X".replace(right, ""))
        new = first + check
    elif len(digits) == 15:
        born = date(1950, 1, 1) + timedelta(days=stream.below(16_000))
        new = f"{stream.pick(_AREAS)}{born:%y%m%d}{stream.digits(3)}"
    else:
        return national_id(original, stream, valid)
    left = iter(new)
    return "".join(next(left, "") if one.isalnum() else one for one in original)


def bank_card(original: str, stream: Stream, valid: bool) -> str:
    """The issuer's head stays."""
    digits = plain_digits(original)
    if len(digits) < 8 or any(one.isalpha() for one in fold(original).text):
        return scrambled(original, stream, keep=2)
    head = digits[: 6 if len(digits) >= 13 else 3]
    body = head + stream.digits(len(digits) - len(head) - 1)
    right = str(-luhn_sum(body + "0") % 10)
    check = right if valid else stream.pick("0123456789".replace(right, ""))
    return with_digits(original, body + check)


def credit_code(original: str, stream: Stream, valid: bool) -> str:
    """Of the same registry and kind."""
    body = "".join(stream.pick(_CREDIT) for _ in range(9))
    first = fold(original).text.upper()[:2] + stream.digits(6) + body
    try:
        right = credit_check(first)
    except (KeyError, ValueError):
        return scrambled(original, stream)
    return first + (right if valid else stream.pick(_CREDIT.replace(right, "")))


def iban(original: str, stream: Stream, valid: bool) -> str:
    """Of the same country, cut and written as the original."""
    folded = fold(original).text
    compact = "".join(one for one in folded.upper() if one.isalnum())
    body = scrambled(compact[4:], stream)
    right = iban_check(compact[:2], body)
    check = right if valid else f"{(int(right) - 2 + 1 + stream.below(96)) % 97 + 2:02d}"
    left = iter(compact[:2] + check + body)
    written = "".join(next(left) if one.isalnum() else one for one in folded)
    return written.lower() if folded.islower() else written


def national_id(original: str, stream: Stream, valid: bool) -> str:
    """Letters and digits exchanged until no check passes that the original passed, or one does."""
    folded = fold(original).text
    passed = [number for number in NUMBERS if number.check and number.passes(_compact(folded))]
    keep = 2 if any(number.check == "own.is_vat" for number in passed) else 0  # the country
    made = scrambled(folded, stream, keep)
    for _ in range(_TRIES):
        if not passed or valid == any(number.passes(_compact(made)) for number in passed):
            break
        made = scrambled(folded, stream, keep)
    return made


def _compact(text: str) -> str:
    return re.sub(r"[^0-9A-Za-zÑñ&+]", "", text).upper()


def wallet(original: str, stream: Stream, _valid: bool) -> str:
    """The coin's first letters and alphabet; the sum fails, for a passing one has an owner."""
    head = next((one for one in _HEADS if original.lower().startswith(one)), original[:1])
    alphabet = _ALPHABETS.get(head.lower(), _BASE58)
    body = original[len(head) :]
    made = original
    while made == original or is_wallet(made):
        made = original[: len(head)] + "".join(stream.pick(alphabet) for _ in body)
        made = made.upper() if original.isupper() else made
    return made


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32, _HEX = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "0123456789abcdefABCDEF"
_ALPHABETS = {"bc1": _BECH32, "tb1": _BECH32, "ltc1": _BECH32, "addr1": _BECH32, "0x": _HEX}
_HEADS = tuple(_ALPHABETS)


def coordinates(original: str, stream: Stream) -> str:
    """Somewhere else on the earth, to as many places: below 60, or from 100 to 179."""

    def another(match: re.Match[str]) -> str:
        whole, fraction = match[1], match[2] or ""
        if len(whole) == 3:
            new = str(100 + stream.below(80))
        else:
            new = str(stream.below(60 if len(whole) == 2 else 10)).rjust(len(whole), "0")
        return new + "".join(one if one == "." else str(stream.below(10)) for one in fraction)

    return re.sub(r"([0-9]{1,3})(\.[0-9]+)?", another, fold(original).text)


CHECKED: dict[str, Callable[[str, Stream, bool], str]] = {
    t.ID_CARD: id_card, t.BANK_CARD: bank_card, t.CREDIT_CODE: credit_code, t.IBAN: iban,
    t.NATIONAL_ID: national_id, t.TAX_ID: national_id, t.DRIVER_LICENSE: national_id,
    t.CRYPTO_WALLET: wallet,
}  # fmt: skip
