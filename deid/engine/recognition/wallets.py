"""Addresses of crypto wallets: the coin's own check decides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.keccak import keccak_256
from deid.engine.recognition.types import Span

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {one: value for value, one in enumerate(_BASE58)}
# Bitcoin, Litecoin, Dogecoin, Dash, Zcash, TRON, XRP: what the first letters of each may be.
_CHECKED = re.compile(r"(?:[13LMDAXT9]|t[13])[1-9A-HJ-NP-Za-km-z]{25,34}(?![0-9A-Za-z])")
_RIPPLE = re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}(?![0-9A-Za-z])")
_RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = re.compile(r"(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,87}(?![0-9A-Za-z])", re.IGNORECASE)
_ETHEREUM = re.compile(r"0x[0-9A-Fa-f]{40}(?![0-9A-Za-z])")
# No sum that we check: only behind a word (Solana, Cardano, Monero, TON).
_OTHERS = re.compile(
    r"(?:addr1[02-9ac-hj-np-z]{50,110}|[1-9A-HJ-NP-Za-km-z]{32,44}|[48][1-9A-HJ-NP-Za-km-z]{94}|[UE]Q[A-Za-z0-9_-]{46})(?![0-9A-Za-z])"
)
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LONG = re.compile(r"[0-9A-Za-z]{20}")
_BEHIND = 40


def wallets(document: Document) -> Iterator[Span]:
    """Wallets that pass their coin's check; behind a word also those without one."""
    if not (document.has_latin and document.has_digits):
        return
    text = document.text
    if not _LONG.search(text):
        return
    for pattern, check in _PATTERNS:
        for match in pattern.finditer(text):
            if _begins(text, match.start()) and check(match[0]):
                yield Span(match.start(), match.end(), t.CRYPTO_WALLET, 1.0, "checksum")
    if "0x" in document.lower:
        yield from _of_ethereum(document)
    for _start, end in document.cues.of(t.CRYPTO_WALLET):
        yield from _called(text, end)
    if document.field_kind == t.CRYPTO_WALLET:
        yield from _called(text, 0)


def _of_ethereum(document: Document) -> Iterator[Span]:
    """Twenty bytes; where their case is wrong they are found only behind a word."""
    for match in _ETHEREUM.finditer(document.text):
        start = match.start()
        called = document.cues.near(start, (t.CRYPTO_WALLET,), _BEHIND)
        if _begins(document.text, start) and (called or is_ethereum(match[0])):
            yield Span(start, match.end(), t.CRYPTO_WALLET, 0.95, "shape")


def _called(text: str, end: int) -> Iterator[Span]:
    """A coin whose sum we do not check, shortly behind a word."""
    for match in _OTHERS.finditer(text, end, end + _BEHIND + 120):
        if match.start() - end > _BEHIND:
            return
        if _begins(text, match.start()) and any(one.isdigit() for one in match[0]):
            yield Span(match.start(), match.end(), t.CRYPTO_WALLET, 0.8, "cue")
            return


def _begins(text: str, start: int) -> bool:
    return start == 0 or not (
        text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "/_+")
    )


def is_base58check(address: str) -> bool:
    """The last four bytes are the start of the double SHA-256 of the others."""
    return _base58(address, _BASE58)


def _base58(address: str, alphabet: str) -> bool:
    number = 0
    for one in address:
        number = number * 58 + alphabet.index(one)
    zeros = len(address) - len(address.lstrip(alphabet[0]))
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    data = bytes(zeros) + body
    if len(data) not in (25, 26):
        return False
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def is_ripple(address: str) -> bool:
    """The same sum, in Ripple's own alphabet."""
    return _base58(address, _RIPPLE_ALPHABET)


def is_bech32(address: str) -> bool:
    """BIP 173, and BIP 350 for later versions of scripts."""
    if address.upper() != address and address.lower() != address:
        return False
    prefix, _one, data = address.lower().rpartition("1")
    values = [ord(one) >> 5 for one in prefix] + [0] + [ord(one) & 31 for one in prefix]
    values += [_BECH32_LETTERS.index(one) for one in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in (1, 0x2BC830A3)


def is_ethereum(address: str) -> bool:
    """Twenty bytes in hexadecimal; in mixed case the case is a sum of its own (EIP-55)."""
    digits = address[2:]
    if digits.lower() == digits or digits.upper() == digits:
        return any(one.isalpha() for one in digits) and len(set(digits)) > 3
    nibbles = keccak_256(digits.lower().encode()).hex()
    return all(
        one.isdigit() or (int(nibble, 16) >= 8) == one.isupper()
        for one, nibble in zip(digits, nibbles, strict=False)
    )


def is_wallet(address: str) -> bool:
    """Whether any coin's check passes."""
    if _ETHEREUM.fullmatch(address):
        return address[2:].lower() != address[2:] and is_ethereum(address)
    return any(pattern.fullmatch(address) and check(address) for pattern, check in _PATTERNS)


_PATTERNS = ((_CHECKED, is_base58check), (_RIPPLE, is_ripple), (_BECH32, is_bech32))
