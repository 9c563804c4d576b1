"""Characters a second and memory of a job over a large JSONL file, on one process and on two.

python -m benchmarks.deid.throughput [--lines 1000000] [--processes 1 2] [--policy surrogate]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from benchmarks.deid.score import rows
from deid.engine.job.spec import Folder, Spec

ROOT = Path(__file__).resolve().parents[2]


def make(path: Path, lines: int) -> None:
    """Chat rows of one sentence each; numbers in them differ from line to line."""
    rng = random.Random(1)
    texts = [row["text"] for lang in ("zh", "en") for row in rows(lang, None)]
    sentences = [
        one.strip() for text in texts for one in re.split(r"[\n。！？]", text) if one.strip()
    ]
    with path.open("w", encoding="utf-8") as file:
        for number in range(lines):
            text = f"{rng.choice(sentences)[:80]}（{number}）"
            row = {"id": number, "messages": [{"role": "user", "content": text}]}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


class Memory(threading.Thread):
    """The most that the program and its processes held together, and one of them alone."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.total = self.one = 0

    def run(self) -> None:
        while self.process.is_running():
            try:
                family = [self.process, *self.process.children(recursive=True)]
                sizes = [one.memory_info().rss for one in family]
            except psutil.Error:
                continue
            self.total, self.one = max(self.total, sum(sizes)), max(self.one, *sizes)
            time.sleep(0.25)


def measure(source: Path, processes: int, content: dict[str, Any], scratch: Path) -> dict[str, Any]:
    job = Folder(scratch / f"job{processes}")
    shutil.rmtree(job.root, ignore_errors=True)
    job.root.mkdir()
    job.shards.mkdir()
    job.call_key.write_text("11" * 32)
    job.write_spec(
        Spec("deidentify", str(source), "jsonl", content, processes, date.today().isoformat())
    )
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "deid.engine.job", str(job.root)], cwd=ROOT)
    memory = Memory(process.pid)
    memory.start()
    assert process.wait() == 0
    spent = time.monotonic() - began
    report = json.loads(job.report.read_bytes())
    return {
        "processes": processes, "seconds": round(spent, 1), "lines": report["rows"],
        "lines_per_second": round(report["rows"] / spent),
        "characters_per_second_and_core": round(report["characters"] / spent / processes),
        "entities": report["entities"], "peak_mib_of_one_process": memory.one >> 20,
        "peak_mib_in_all": memory.total >> 20,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--structured", action="store_true", help="without names and places")
    options = parser.parse_args()
    content: dict[str, Any] = {"default": "surrogate"}
    if options.structured:
        content["entities"] = dict.fromkeys(("PERSON", "ADDRESS", "ORGANIZATION"), "keep")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.jsonl"
        make(source, options.lines)
        print(f"{options.lines} lines, {source.stat().st_size >> 20} MiB", flush=True)
        seen = []
        for processes in options.processes:
            seen.append(measure(source, processes, content, Path(folder)))
            print(json.dumps(seen[-1]), flush=True)
        outputs = {
            (Path(folder) / f"job{one}" / "output").read_bytes() for one in options.processes
        }
        print(f"outputs are {'the same' if len(outputs) == 1 else 'different'}")
        times = {one["processes"]: one["seconds"] for one in seen}
        if {1, 2} <= set(times):
            print(f"two processes are {times[1] / times[2]:.2f} times as fast as one")


if __name__ == "__main__":
    main()
