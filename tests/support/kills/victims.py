"""Processes that a strike may hit, told by their marks and command lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Living:
    process: psutil.Process
    mark: str
    words: tuple[str, ...]
    parent: int

    @property
    def wraps(self) -> str:
        """The folder it is the wrapper of."""
        is_wrapper = any(word.endswith("/wrapper.py") for word in self.words)
        return self.words[-1] if is_wrapper and {"start", "serve"} & set(self.words) else ""

    @property
    def is_engine(self) -> bool:
        return any(word.endswith("/engine.py") for word in self.words)

    @property
    def is_script(self) -> bool:
        return len(self.words) > 1 and self.words[1].endswith("/run_train_full_sft.sh")


def living() -> list[Living]:
    """Every process of any platform here that is marked or a wrapper."""
    found = []
    for process in psutil.process_iter():
        try:
            mark = process.environ().get("LLM_PLATFORM_RUN_ID", "")
            words = tuple(process.cmdline())
            one = Living(process, mark, words, process.ppid())
            if (mark or one.wraps) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
        except psutil.Error:
            continue
    return found


def owner_of(one: Living, ids: Iterable[str]) -> str:
    """Whose it is of these; empty if nobody's."""
    return next((id for id in ids if one.mark.startswith(id) or id in one.wraps), "")


def candidates(kind: str, ids: dict[str, set[str]]) -> list[tuple[str, Living]]:
    """What a strike of that kind may hit: (id, process). `ids`: of runs, engines and jobs."""
    everybody = living()
    engines = {one.process.pid for one in everybody if one.is_engine and not one.wraps}
    domain, test = {
        "wrapper": ("run", lambda one: one.wraps),
        "tree": ("run", lambda one: one.is_script and not one.wraps),
        "engine": ("engine", lambda one: one.process.pid in engines and one.parent not in engines),
        "engine-child": ("engine", lambda one: one.parent in engines and not one.wraps),
        "engine-wrapper": ("engine", lambda one: one.wraps),
        "job-wrapper": ("job", lambda one: one.wraps),
        "job-process": ("job", lambda one: not one.wraps),
    }[kind]
    owned = [(owner_of(one, ids[domain]), one) for one in everybody if test(one)]
    return [(owner, one) for owner, one in owned if owner]


def left_of(ids: Iterable[str]) -> list[str]:
    """Everything alive that is of one of these, in words."""
    wanted = list(ids)
    return [
        f"{one.process.pid} {' '.join(one.words)[:120]} (of {owner})"
        for one in living()
        if (owner := owner_of(one, wanted))
    ]
