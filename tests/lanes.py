"""Which tests share a worker, and in which order they are handed out (pytest-xdist, loadgroup).

A test is handed out alone unless it shares something that takes long to start: then all that share
it go to one worker, one after the other. What takes longest is handed out first, so that no worker
is still busy when the others have long ended.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

# Fixtures of a whole session that take seconds to start, and what is shared by those who use
# them. The first that a test uses names its group.
SHARED = {
    "docker_engine": "docker",
    "plain_engine": "docker",
    "vllm_platform": "vllm",
    "vllm": "vllm",
    "browser": "browser",
    "guarded_platform": "guarded",
    "shared_platform": "shared",
}
# In the lane of what computes all that needs no engine comes first: it tells most in little time.
LONGEST_FIRST = ("test_kills.py", "browser", "docker", "guarded", "shared")
LAST = ("fuzz", "training", "vllm")


def group_of(item: pytest.Function) -> str | None:
    """Whom a test shares its worker with; None if with nobody in particular."""
    if item.get_closest_marker("fuzz"):
        return "fuzz"
    for fixture, group in SHARED.items():
        if fixture in item.fixturenames:
            return group
    definitions = item._fixtureinfo.name2fixturedefs
    of_the_file = any(one.scope == "module" for found in definitions.values() for one in found)
    return item.path.name if of_the_file else None


def rank(item: pytest.Item, group: str | None) -> int:
    """Smaller ones are handed out earlier."""
    for number, marker in enumerate(LAST, 1):
        if item.get_closest_marker(marker):
            return number if group else len(LAST) + 1
    for number, name in enumerate(LONGEST_FIRST, -len(LONGEST_FIRST)):
        if name in (group, item.path.name):
            return number
    return -1 if group and item.get_closest_marker("processes") else 0


def arrange(items: list[pytest.Item]) -> None:
    """Mark and order what was collected; within a group the order stays."""
    groups = {item: group_of(item) for item in functions(items)}
    for item, group in groups.items():
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: rank(item, groups.get(item)))  # type: ignore[call-overload]


def functions(items: Iterable[pytest.Item]) -> list[pytest.Function]:
    return [item for item in items if isinstance(item, pytest.Function)]
