"""After a storm: everything comes to rest, is judged, is removed, and leaves nothing."""

from __future__ import annotations

import psutil

from tests.support.kills import rows
from tests.support.kills.invariants import breaches
from tests.support.kills.storm import Storm
from tests.support.kills.victims import left_of
from tests.support.live_platform import wait_for


def judge(storm: Storm) -> None:
    """Fails with every invariant that is broken and the timeline."""
    broken = [
        *come_to_rest(storm),
        *breaches(storm),
        *(f"doctor: {one}" for one in storm.platform.doctor()),
        *remove(storm),
    ]
    if broken:
        raise AssertionError(report(storm, broken))


def report(storm: Storm, broken: list[str]) -> str:
    ids = [id for fates in storm.fates.values() for id in fates]
    stories = [
        f"--- {id}\n{storm.story_of(id)}" for id in ids if any(id in line for line in broken)
    ]
    parts = [
        f"{len(broken)} broken (seed {storm.seed}):", *broken,
        "=== what befell them", *stories,
        "=== everything", *storm.timeline,
        "=== the server's log", storm.platform.log_tail(),
    ]  # fmt: skip
    return "\n".join(parts)


def come_to_rest(storm: Storm) -> list[str]:
    """Wait for the end of runs and jobs and for healthy engines; says what does not come."""
    storm.platform.wait_ready()
    storm.note("the kills are over, web answers")
    late = []
    for kind, rested, seconds in (
        ("run", _runs_ended, 90), ("job", _jobs_done, 120), ("engine", _engines_rest, 60),
    ):  # fmt: skip
        try:
            wait_for(lambda rested=rested: rested(storm), seconds, f"every {kind} rests")
        except AssertionError:
            found = {id[:8]: row["status"] for id, row in storm.look(kind).items()}
            late.append(f"NO REST within {seconds} s: {kind}s {found}")
        storm.note(f"{kind}s rest")
    return late


def _runs_ended(storm: Storm) -> bool:
    return not any(map(rows.is_active, storm.look("run").values()))


def _jobs_done(storm: Storm) -> bool:
    """Those that somebody stopped, or that were killed too often, go on when asked."""
    found = storm.look("job")
    for id, row in found.items():
        blame = storm.fates["job"][id]
        if row["status"] == "stopped" or (row["status"] == "failed" and blame.struck):
            storm.ask("POST", f"/api/v1/datasets/jobs/{id}/resume", json={})
    return all(row["status"] == "succeeded" for row in found.values())


def _engines_rest(storm: Storm) -> bool:
    """Health is asked each half second, so a dead one is healthy for a moment: look twice."""
    now = storm.look("engine").values()
    return all(
        row["status"] == "stopped"
        or (row["status"] == "running" and row["health_ok"] and not row["kill_reason_code"])
        for row in now
    )


def remove(storm: Storm) -> list[str]:
    """Delete what there is, stop the platform: no lease, no process, nothing stays."""
    platform, broken = storm.platform, []
    for id in storm.look("engine"):
        answer = platform.http.delete(f"/api/v1/deployments/{id}?force=true")
        if answer.status_code != 200:
            broken.append(f"engine {id}: not deleted: {answer.text}")
    if leases := rows.leased(platform):
        broken.append(f"LEASES left when all was removed: {leases}")
    took = platform.stop()
    storm.note(f"stopped within {took:.1f} s")
    everybody = [id for fates in storm.fates.values() for id in fates]
    broken += [f"PROCESS left when all was removed: {line}" for line in left_of(everybody)]
    return broken + [f"PROCESS of the stopped platform: {line}" for line in _of_platform(storm)]


def _of_platform(storm: Storm) -> list[str]:
    """By the folder that web, worker and agent have in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PLATFORM_VAR") == str(storm.platform.var):
                found.append(f"{process.pid} {' '.join(process.cmdline())[:120]}")
        except psutil.Error:
            continue
    return found
