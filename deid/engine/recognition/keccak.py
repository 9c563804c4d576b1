"""Keccak-256 as Ethereum uses it: older than SHA-3 in its padding, so hashlib has it not."""

from __future__ import annotations

_RATE, _MASK = 136, (1 << 64) - 1
_ROUNDS = (
    0x1, 0x8082, 0x800000000000808A, 0x8000000080008000, 0x808B, 0x80000001, 0x8000000080008081,
    0x8000000000008009, 0x8A, 0x88, 0x80008009, 0x8000000A, 0x8000808B, 0x800000000000008B,
    0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x800A,
    0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x80000001, 0x8000000080008008,
)  # fmt: skip


def keccak_256(message: bytes) -> bytes:
    """The digest of a message of less than one block (136 bytes)."""
    if len(message) >= _RATE:
        raise ValueError("longer than a block")
    block = bytearray(message + bytes(_RATE - len(message)))
    block[len(message)] ^= 0x01
    block[-1] ^= 0x80
    lanes = [int.from_bytes(block[i : i + 8], "little") for i in range(0, _RATE, 8)]
    state = _permuted([*lanes, *[0] * (25 - len(lanes))])
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(state: list[int]) -> list[int]:
    """Keccak-f[1600]: lane (x, y) is state[x + 5y]."""
    for constant in _ROUNDS:
        columns = [
            state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            for x in range(5)
        ]
        state = [
            lane ^ columns[(i % 5 - 1) % 5] ^ _turned(columns[(i % 5 + 1) % 5], 1)
            for i, lane in enumerate(state)
        ]
        x, y, held = 1, 0, state[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            held, state[x + 5 * y] = state[x + 5 * y], _turned(held, (step + 1) * (step + 2) // 2)
        rows = [state[5 * row : 5 * row + 5] for row in range(5)]
        state = [
            row[x] ^ (~row[(x + 1) % 5] & _MASK & row[(x + 2) % 5])
            for row in rows
            for x in range(5)
        ]
        state[0] ^= constant
    return state


def _turned(lane: int, by: int) -> int:
    by %= 64
    return (lane << by | lane >> 64 - by) & _MASK if by else lane
