"""Choices that look random and that a key alone decides: the same in any process, on any day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
ROUNDS = 8


class Stream:
    """Numbers from HMAC-SHA-256 in counter mode (NIST SP 800-108) over a key and a label."""

    def __init__(self, key: bytes, *label: str) -> None:
        # Lengths keep ("ab", "c") apart from ("a", "bc").
        data = b"".join(
            len(part).to_bytes(4, "big") + part
            for part in (one.encode("utf-8", "surrogatepass") for one in label)
        )
        self._seed = hmac.digest(key, data, "sha256")
        self._block = 0
        self._pool = 0
        self._left = 0

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1; its bias is below 2^-64."""
        need = limit.bit_length() + 64
        while self._left < need:
            block = hashlib.sha256(self._seed + self._block.to_bytes(8, "big")).digest()
            self._pool = (self._pool << 256) | int.from_bytes(block, "big")
            self._left += 256
            self._block += 1
        self._left -= need
        taken = self._pool >> self._left
        self._pool &= (1 << self._left) - 1
        return taken % limit

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def digits(self, size: int) -> str:
        return str(self.below(10**size)).rjust(size, "0") if size else ""


def permuted_digits(key: bytes, label: str, digits: str) -> str:
    """Another string of as many digits: one to one, so that no two originals meet in one.

    A Feistel network over the two halves, as in format-preserving encryption (NIST SP 800-38G
    describes FF1, whose form this has; the round function here is HMAC-SHA-256).
    """
    if len(digits) < 2:
        return digits
    half = len(digits) // 2
    left, right = int(digits[:half]), int(digits[half:])
    sizes = (10**half, 10 ** (len(digits) - half))
    for number in range(ROUNDS):
        if number % 2 == 0:
            left = (left + _round(key, label, number, right)) % sizes[0]
        else:
            right = (right + _round(key, label, number, left)) % sizes[1]
    return str(left).rjust(half, "0") + str(right).rjust(len(digits) - half, "0")


def _round(key: bytes, label: str, number: int, value: int) -> int:
    data = f"{label}|{number}|{value}".encode()
    return int.from_bytes(hmac.digest(key, data, "sha256")[:16], "big")
