"""kill -9 at random moments of whatever there is, between the wishes of people."""

from __future__ import annotations

import signal
import time

import psutil

from tests.support.kills.people import People
from tests.support.kills.victims import Living, candidates

OURS = ("web", "worker", "agent", "worker+agent", "supervisor", "everything")
THEIRS = (
    "wrapper", "tree", "engine", "engine-child", "engine-wrapper", "job-wrapper", "job-process",
)  # fmt: skip
VICTIM_PATIENCE = 2.0


class Storm(People):
    """`wave` is one moment: people's wishes and one kill."""

    def wave(self, kind: str) -> None:
        self.wait_for_web()
        self.keep_busy()
        time.sleep(self.chance.uniform(0, 0.6))
        self.wish()
        time.sleep(self.chance.uniform(0, 0.4))
        self.strike(kind)
        time.sleep(self.chance.uniform(0, 0.6))

    def strike(self, kind: str) -> None:
        hit = self.strike_ours(kind) if kind in OURS else self.strike_theirs(kind)
        self.note(f"KILL {kind} {hit}")

    def strike_ours(self, kind: str) -> str:
        process = self.platform.process
        assert process is not None
        try:
            if kind == "supervisor":
                process.kill()
                process.wait()
            elif kind == "everything":
                self.platform.kill_everything()
            else:
                self.platform.kill(*kind.split("+"))
        except (OSError, ValueError) as error:
            return f"missed: {error!r}"  # the record of its children is just being made
        if kind in ("supervisor", "everything"):
            time.sleep(self.chance.uniform(0, 1))
            self.platform.start(wait=False)
        return ""

    def strike_theirs(self, kind: str) -> str:
        found = self.victims(kind)
        if not found:
            return "finds nobody"
        id, one = self.chance.choice(found)
        fate = next(fates[id] for fates in self.fates.values() if id in fates)
        fate.struck.append(kind)
        try:
            one.process.send_signal(signal.SIGKILL)
        except psutil.Error:
            fate.struck.remove(kind)
            return f"{id[:8]} has just gone"
        return f"{id[:8]} pid {one.process.pid}"

    def victims(self, kind: str) -> list[tuple[str, Living]]:
        """There may be none before the next start."""
        end = time.monotonic() + VICTIM_PATIENCE
        while True:
            ids = {name: set(self.look(name)) for name in self.fates}
            found = candidates(kind, ids)
            if found or time.monotonic() > end:
                return sorted(found, key=lambda pair: (pair[0], pair[1].process.pid))
            time.sleep(0.1)
