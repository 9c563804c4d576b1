"""Who a process is, so that a later one with its pid is never taken for it."""

from __future__ import annotations

from typing import Any

from core.execution import wrapper

_wrapper: Any = wrapper  # it runs on any Python 3, so it has no annotations


def boot_id() -> str:
    """The kernel's id of this boot."""
    return str(_wrapper.boot_id())


def start_time(pid: int) -> int | None:
    """Clock ticks from boot to the start of `pid`; None if there is no such living process."""
    value: int | None = _wrapper.start_time(pid)
    return value


def identity() -> dict[str, Any]:
    """This process as `{"boot_id", "pid", "start_time"}`."""
    return dict(_wrapper.identity())


def is_process(who: dict[str, Any]) -> bool:
    """Whether the process of an identity still lives, on this boot."""
    return bool(who["boot_id"] == boot_id() and _wrapper.is_process(who))


def marked_processes(key: str) -> list[int]:
    """Pids whose environment names the run or attempt `key`: its whole tree on this host."""
    return list(_wrapper.marked_processes(key))
