"""Jobs over files within the test's own process, in shards of any size."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from deid.engine.formats.shards import Plan, plan_of
from deid.engine.job.__main__ import put_together
from deid.engine.job.shard import do_shard
from deid.engine.job.spec import Folder, Spec
from deid.engine.job.work import ShardWork
from deid.engine.recognition.besides import NOTHING, Besides

NAMED_KEY = b"\x22" * 32
NUMBER, CARD, NAME = "13800138000", "11010519491231002X", "高兴"
SMALL = 40  # bytes of a shard, so that a few lines are several
several = settings(
    max_examples=60, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


class Lab:
    """One folder of a job, made anew for each; `target` is the size of a shard in bytes."""

    def __init__(self, root: Path, target: int = 0, besides: Besides = NOTHING) -> None:
        self.root = root
        self.target = target
        self.besides = vars(besides)

    def run(
        self, content: bytes, suffix: str, format: str, *, kind: str = "deidentify", **policy: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The output and the report. Raises Unreadable."""
        shutil.rmtree(self.root, ignore_errors=True)
        job = Folder(self.root)
        job.shards.mkdir(parents=True)
        job.call_key.write_text("11" * 32)
        source, key = self.root / f"source{suffix}", self.root / "named.key"
        source.write_bytes(content)
        key.write_text(NAMED_KEY.hex())
        chosen = {"default": "surrogate", **policy}
        day = date.today().isoformat()
        spec = Spec(kind, str(source), format, chosen, 1, day, key_file=str(key), **self.besides)
        job.write_spec(spec)
        plan = plan_of(source, format, self.target)
        (self.root / "plan.json").write_text(json.dumps(plan.as_json()))
        work = ShardWork(self.root)
        for number in range(len(plan.shards)):
            do_shard(work, number)
        put_together(job, plan)
        made = job.output.read_bytes() if job.output.exists() else b""
        return made, json.loads(job.report.read_bytes())


def plan_for(folder: Path, content: bytes, suffix: str, format: str) -> Plan:
    source = folder / f"source{suffix}"
    source.write_bytes(content)
    return plan_of(source, format, SMALL)


def seen_by_csv(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
