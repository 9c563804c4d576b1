"""One shard of a file: read, found in, written. Its result depends on nothing but file and spec."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

from deid.engine.formats.rows import rows
from deid.engine.job.report import Report
from deid.engine.job.spec import write_whole
from deid.engine.job.work import Mapping, ShardWork

_work: ShardWork


def begin(root: Path) -> None:
    """First in each process of the pool."""
    global _work
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _work = ShardWork(root)


def _end_with(parent: int) -> None:
    """A pool's process waits for work for ever, even when the one that gives it was killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def shard(number: int) -> None:
    """One shard, in a process of the pool."""
    do_shard(_work, number)


def do_shard(work: ShardWork, number: int) -> None:
    """Its report is written last and says that it is done. Raises Unreadable."""
    if work.plan.format == "parquet":
        from deid.engine.job.parquet import parquet_shard

        report, mapping = parquet_shard(work, number)
    else:
        report, mapping = _text_shard(work, number)
    if work.vault_key and mapping:
        write_whole(work.folder.shard(number, "vault"), work.sealed(mapping), mode=0o600)
    write_whole(
        work.folder.shard(number, "json"),
        json.dumps(report.as_json(), ensure_ascii=False).encode(),
    )


def _text_shard(work: ShardWork, number: int) -> tuple[Report, Mapping]:
    plan, report, mapping = work.plan, Report(), Mapping()
    start, end = plan.shards[number]
    with Path(work.spec.source).open("rb") as file:
        file.seek(start)
        text = file.read(end - start).decode(plan.encoding)
    parts = work.run(rows(plan, text, number), report, mapping)
    if work.is_deidentifying:
        write_whole(work.folder.shard(number, "out"), "".join(parts).encode(plan.encoding))
    else:
        for _part in parts:
            pass
    if end == plan.size and not text.endswith("\n"):
        report.lines += 1
    return report, mapping
