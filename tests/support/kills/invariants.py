"""What has to be so when a storm has passed; each breach is a sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.support.kills import rows
from tests.support.kills.people import ROWS, Fate
from tests.support.kills.storm import Storm
from tests.support.kills.victims import candidates, left_of


def breaches(storm: Storm) -> list[str]:
    """Of a platform that has come to rest, its engines still running."""
    return [*_runs(storm), *_jobs(storm), *_engines(storm), *_leases(storm)]


def _runs(storm: Storm) -> Iterator[str]:
    found = storm.look("run")
    starts = Counter(_read(storm.platform.training_dir / "starts").split())
    for id, count in starts.items():
        if count > 1:
            yield f"run {id}: DOUBLED, its script was started {count} times"
    for id, row in found.items():
        fate = storm.fates["run"][id]
        for breach in [*_truth(storm, id, row, fate, starts[id]), *_lines(storm, id, row)]:
            yield f"run {id} ({row['status']} {row['reason_code']}): {breach}"
    gone = set(storm.fates["run"]) - set(found)
    for line in left_of([*(id for id, row in found.items() if not rows.is_active(row)), *gone]):
        yield f"ORPHAN of an ended run: {line}"


def _truth(storm: Storm, id: str, row: rows.Row, fate: Fate, starts: int) -> Iterator[str]:
    """The row says what its folder says, and nothing that nobody asked for or caused."""
    code = _returncode(storm, id)
    status = row["status"]
    if rows.is_active(row):
        yield "STUCK"
    if status == "succeeded" and (code != 0 or starts != 1):
        yield f"UNTRUE: exit code on disk {code}, {starts} starts"
    if status == "failed" and (not fate.struck or code == 0):
        yield f"UNTRUE: struck by {fate.struck or 'nobody'}, exit code on disk {code}"
    if status == "stopped" and not fate.stop_tried:
        yield "UNTRUE: nobody asked for a stop"
    if starts == 0 and not (fate.stop_tried or fate.struck):
        yield "LOST: its script was never started"


def _returncode(storm: Storm, id: str) -> int | None:
    data = _read(storm.platform.training_dir / "runs" / id / "control" / "rc")
    return int(json.loads(data)["returncode"]) if data else None


def _lines(storm: Storm, id: str, row: rows.Row) -> Iterator[str]:
    log = _read(storm.platform.training_dir / "runs" / id / "run.log").splitlines()
    lines = [line for line in log if line.startswith("line ")]
    wanted = [f"line {n} of {_count(lines)}" for n in range(1, len(lines) + 1)]
    if lines != wanted:
        yield f"LINES of the script are not each there once: {lines}"
    if row["status"] == "succeeded" and (len(lines) != _count(lines) or log.count("END") != 1):
        yield f"LINES LOST: {len(lines)} of {_count(lines)}, END {log.count('END')} times"
    ours = Counter(line.split(" ", 3)[-1] for line in log if line.startswith("[platform]"))
    if twice := [line for line, count in ours.items() if count > 1]:
        yield f"LINES of the platform twice: {twice}"
    told = rows.run_events(storm.platform, id)
    ends = [event["code"] for event in told].count(row["reason_code"])
    if not rows.is_active(row) and ends != 1:
        yield f"EVENTS: its end is told {ends} times: {[event['code'] for event in told]}"
    if log and (unwritten := [event["code"] for event in told if not event["written"]]):
        yield f"EVENTS not in the log: {unwritten}"


def _count(lines: list[str]) -> int:
    return int(lines[0].split()[-1]) if lines else 0


def _jobs(storm: Storm) -> Iterator[str]:
    found = storm.look("job")
    files = {
        row["id"]: row for row in rows.query(storm.platform, "select * from datasets_datasetfile")
    }
    digests: Counter[str] = Counter()
    for id, row in found.items():
        if row["status"] != "succeeded":
            yield f"job {id}: {row['status']} {row['reason_code']}, attempt {row['attempt']}"
            continue
        digests[files[row["result_id"]]["sha256"]] += 1
        if files[row["result_id"]]["line_count"] != ROWS:
            yield f"job {id}: LINES LOST, {files[row['result_id']]['line_count']} of {ROWS}"
    if len(digests) > 1:
        yield f"jobs: the same file and policy gave several results: {dict(digests)}"
    made = [json.loads(file["lineage"]) for file in files.values()]
    results = Counter(lineage["job"] for lineage in made if lineage)
    for id, count in results.items():
        if count > 1:
            yield f"job {id}: DOUBLED, it made {count} files"
    for line in left_of(storm.fates["job"]):
        yield f"ORPHAN of an ended job: {line}"


def _engines(storm: Storm) -> Iterator[str]:
    found = storm.look("engine")
    trees = Counter(owner for owner, _one in candidates("engine", {"engine": set(found)}))
    for id, row in found.items():
        fate = storm.fates["engine"][id]
        for breach in [*_serves(row, fate, trees[id]), *_engine_log(storm, id)]:
            yield f"engine {id} ({row['status']} {row['reason_code']}): {breach}"
    quiet = [id for id in storm.fates["engine"] if found.get(id, {}).get("status") != "running"]
    for line in left_of(quiet):
        yield f"ORPHAN of an ended engine: {line}"


def _serves(row: rows.Row, fate: Fate, trees: int) -> Iterator[str]:
    if row["status"] == "running" and trees != 1:
        yield f"DOUBLED or LOST: {trees} trees serve it"
    elif row["status"] == "running" and not row["health_ok"]:
        yield "it is not healthy"
    elif row["status"] == "stopped" and not fate.stop_tried:
        yield "UNTRUE: nobody asked for a stop"
    elif row["status"] not in ("running", "stopped"):
        yield "STUCK, or failed though it is to be started again"


def _engine_log(storm: Storm, id: str) -> Iterator[str]:
    log = _read(storm.platform.folder / "deploy_logs" / f"{id}.log").splitlines()
    lines = Counter(line for line in log if line.startswith("[platform]"))
    if twice := [line for line, count in lines.items() if count > 1]:
        yield f"LINES of the platform twice: {twice}"
    if unwritten := rows.unwritten_of_engine(storm.platform, id):
        yield f"EVENTS not in the log: {unwritten}"


def _leases(storm: Storm) -> Iterator[str]:
    wanted = set()
    for id, row in storm.look("engine").items():
        if rows.is_active(row):
            wanted.add(("port", str(row["port"]), id))
            wanted |= {("gpu", str(gpu), id) for gpu in json.loads(row["gpu_ids"])}
    have = rows.leased(storm.platform)
    if have - wanted:
        yield f"LEASES without an active holder: {sorted(have - wanted)}"
    if wanted - have:
        yield f"HOLDERS without their leases: {sorted(wanted - have)}"


def _read(path: Any) -> str:
    try:
        return str(path.read_text("utf-8", "replace"))
    except OSError:
        return ""
