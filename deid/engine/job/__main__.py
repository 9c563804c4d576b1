"""python -m deid.engine.job FOLDER: does the shards that are not done yet, then puts them together.

Killed at any moment and started again it goes on; the result is the same, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.shards import READER, Plan, plan_of
from deid.engine.job.report import Report
from deid.engine.job.shard import begin, shard
from deid.engine.job.spec import DEIDENTIFY, UNREADABLE, Folder, read_json, write_whole

PROGRESS_SECONDS = 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = Folder(parser.parse_args().folder)
    os.nice(5)  # people on pages go before
    try:
        plan = _plan(folder)
        todo = [n for n in range(len(plan.shards)) if not folder.shard(n, "json").exists()]
        print(f"{len(plan.shards)} shards, {len(todo)} to do", flush=True)
        _run(folder, plan, todo)
    except Unreadable as error:
        print(f"unreadable: {error.code} {error.column}", flush=True)
        why = {"code": error.code, "params": {"column": error.column}}
        write_whole(folder.root / "error.json", json.dumps(why).encode())
        return UNREADABLE
    put_together(folder, plan)
    return 0


def _plan(folder: Folder) -> Plan:
    path = folder.root / "plan.json"
    known = read_json(path)
    if known is not None and known.get("reader") == READER:
        return Plan.from_json(known)
    for done in folder.shards.iterdir():  # of an attempt before an upgrade
        done.unlink()
    spec = folder.spec()
    plan = plan_of(Path(spec.source), spec.format)
    write_whole(path, json.dumps(plan.as_json()).encode())
    return plan


def _run(folder: Folder, plan: Plan, todo: list[int]) -> None:
    progress = Progress(folder, plan, todo)
    processes = max(1, min(folder.spec().processes, len(todo)))
    # Fresh interpreters: a fork of one with threads (onnxruntime's) may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, begin, (folder.root,)) as pool:
        waiting = list(reversed(todo))
        running: dict[Future[None], int] = {}
        while waiting or running:
            while waiting and len(running) < processes + 1:
                number = waiting.pop()
                running[pool.submit(shard, number)] = number
            done, _pending = wait(running, PROGRESS_SECONDS, FIRST_COMPLETED)
            for future in done:
                future.result()
                progress.done(running.pop(future))
            progress.write()
    progress.write()


class Progress:
    """How much is done, and how long the rest will take at the speed of this attempt."""

    def __init__(self, folder: Folder, plan: Plan, todo: list[int]) -> None:
        self._folder = folder
        self._sizes = [end - start for start, end in plan.shards]
        self._total = sum(self._sizes)
        left = set(todo)
        self._before = sum(size for n, size in enumerate(self._sizes) if n not in left)
        self._now = 0
        self._began = time.monotonic()
        self._written: tuple[int, int] | None = None

    def done(self, number: int) -> None:
        self._now += self._sizes[number]

    def write(self) -> None:
        spent = time.monotonic() - self._began
        done = self._before + self._now
        remaining = spent / self._now * (self._total - done) if self._now else None
        state = (done, int(remaining or 0))
        if state == self._written:
            return
        self._written = state
        data = {"done": done, "total": self._total, "remaining_s": remaining}
        write_whole(self._folder.progress, json.dumps(data).encode())


def put_together(folder: Folder, plan: Plan) -> None:
    """The output first and the report last: whoever sees the report finds the rest."""
    numbers = range(len(plan.shards))
    if folder.spec().kind == DEIDENTIFY:
        _join([folder.shard(n, "out") for n in numbers], folder, plan)
        with (folder.root / ".vault.part").open("wb") as file:
            for path in (folder.shard(n, "vault") for n in numbers):
                if path.exists():
                    with path.open("rb") as part:
                        shutil.copyfileobj(part, file)
        (folder.root / ".vault.part").replace(folder.vault)
    report = Report()
    for number in numbers:
        report.add(Report.from_json(read_json(folder.shard(number, "json")) or {}))
    data = {**report.as_json(), "format": plan.format, "encoding": plan.encoding}
    if plan.format == "csv":
        data["delimiter"] = plan.delimiter
    write_whole(folder.report, json.dumps(data, ensure_ascii=False).encode())
    print(f"done: {report.rows} rows, {sum(report.types.values())} found", flush=True)


def _join(parts: list[Path], folder: Folder, plan: Plan) -> None:
    scratch = folder.root / ".output.part"
    if plan.format == "parquet":
        from deid.engine.job.parquet import joined

        joined(parts, scratch)
    else:
        with scratch.open("wb") as file:
            for path in parts:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, file, 1024 * 1024)
            file.flush()
            os.fsync(file.fileno())
    scratch.replace(folder.output)


if __name__ == "__main__":
    sys.exit(main())
