"""Ports for what tests start: each process that runs tests draws from a block of its own.

They lie below those that the kernel gives to clients, so nobody has one by chance.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LOWEST, HIGHEST, BLOCK = 10_000, 32_000, 1_000
LOCKS = Path(tempfile.gettempdir()) / f"llm-platform-test-ports-{os.getuid()}"


def free_port() -> int:
    return port_range(1)[0]


def port_range(size: int = 60) -> tuple[int, int]:
    """A stretch of ports that nobody uses now: the first and the last."""
    for _attempt in range(BLOCK):
        stretch = list(itertools.islice(_drawn(), size))
        following = stretch[-1] - stretch[0] == size - 1  # not over the end of the block
        if following and all(_free(port) for port in stretch):
            return stretch[0], stretch[-1]
    raise AssertionError("no free ports")


@cache
def _drawn() -> Iterator[int]:
    """The ports of this process' block, again and again."""
    low = _block()
    return itertools.cycle(range(low, low + BLOCK))


def _block() -> int:
    """The first port of a block that is this process' as long as it lives."""
    LOCKS.mkdir(exist_ok=True)
    for low in range(LOWEST, HIGHEST, BLOCK):
        lock = os.open(LOCKS / str(low), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return low
    raise AssertionError("every block of ports is somebody's")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
