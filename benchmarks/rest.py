"""What the platform costs while nobody asks for anything, and how long it takes to be there.

Prints the memory (PSS) and the CPU of each process at rest, the time of `manage.py check`, the
time from `make run` to the first page, and, of a tree without a `.venv`, what installing takes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from tests.support.live_platform import free_port

ROOT = Path(__file__).resolve().parents[1]
BASELINE = Path(__file__).parent / "baselines" / "rest.json"
SETTLE = 20.0
TOTALS = {
    "pss_mb": "memory at rest, MB (PSS)", "cpu_percent": "CPU at rest, % of a core",
    "processes": "processes", "check_s": "manage.py check, s",
    "first_start_s": "make run to the first page, new database, s",
    "start_s": "make run to the first page, s", "install_s": "make run on a fresh checkout, s",
    "venv_mb": ".venv after it, MB",
}  # fmt: skip


class Served:
    """`make run` in a tree, with folders of its own."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self.tree, self.folder, self.port = tree, folder, free_port()
        own = {
            "PLATFORM_VAR": "var", "LLM_APP_STORAGE": "storage", "HOST_TRAINING_DIR": "training",
            "DEPLOY_LOG_DIR": "logs",
        }  # fmt: skip
        self.environment = os.environ | {name: str(folder / part) for name, part in own.items()}
        self.environment |= {"PORT": str(self.port), "TRAINING_EXECUTOR": "local"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Returns the seconds until the first page was answered."""
        began = time.monotonic()
        log = (self.folder / "serve.log").open("ab")
        self.process = subprocess.Popen(
            ["make", "run"], cwd=self.tree, env=self.environment, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()[-2000:]
            time.sleep(0.02)
        return time.monotonic() - began

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(30)

    def processes(self) -> list[tuple[str, psutil.Process]]:
        """Those that stay, each with the part that it belongs to."""
        assert self.process is not None
        groups = json.loads((self.folder / "var" / "serve.json").read_text())["groups"]
        named = dict(zip([one["pid"] for one in groups], ["web", "worker", "agent"], strict=True))
        found = psutil.Process(self.process.pid).children(recursive=True)
        return sorted(
            ((named.get(os.getpgid(one.pid), "serve"), one) for one in found),
            key=lambda pair: (pair[0], pair[1].pid),
        )


def cpu_of(process: psutil.Process) -> float:
    """Seconds, by nanoseconds of the scheduler: ticks are too coarse for what sleeps."""
    total = 0
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def at_rest(served: Served, seconds: float) -> list[dict[str, Any]]:
    time.sleep(SETTLE)
    processes = served.processes()
    began, before = time.monotonic(), [cpu_of(one) for _part, one in processes]
    time.sleep(seconds)
    passed = time.monotonic() - began
    return [
        {
            "part": part,
            "pss_mb": round(one.memory_full_info().pss / 2**20, 1),
            "rss_mb": round(one.memory_info().rss / 2**20, 1),
            "cpu_percent": round(100 * (cpu_of(one) - start) / passed, 2),
        }
        for (part, one), start in zip(processes, before, strict=True)
    ]


def check_seconds(tree: Path, environment: dict[str, str]) -> float:
    """CPU seconds, the median of five: what else this machine does is left out."""
    spent = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [tree / ".venv/bin/python", "manage.py", "check"], cwd=tree, check=True,
            env=environment | {"PLATFORM_PROFILE": "local"}, capture_output=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return round(statistics.median(spent), 2)


def megabytes(folder: Path) -> int:
    return int(subprocess.check_output(["du", "-sm", folder]).split()[0])


def measure(tree: Path, seconds: float) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="rest-"))
    served, found = Served(tree, folder), {}
    try:
        if not (tree / ".venv").exists():
            found["install_s"] = round(served.start(), 1)
            found["venv_mb"] = megabytes(tree / ".venv")
            served.stop()
            shutil.rmtree(folder / "var")
        found["first_start_s"] = round(served.start(), 2)
        served.stop()
        found["start_s"] = round(served.start(), 2)
        rows = at_rest(served, seconds)
        found["pss_mb"] = round(sum(row["pss_mb"] for row in rows))
        found["cpu_percent"] = round(sum(row["cpu_percent"] for row in rows), 2)
        found["processes"] = len(rows)
        found["check_s"] = check_seconds(tree, served.environment)
        return {**found, "rows": rows}
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def show(found: dict[str, Any]) -> None:
    before = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    print(f"{'part':8} {'PSS MB':>8} {'RSS MB':>8} {'CPU %':>7}")
    for row in found["rows"]:
        print(
            f"{row['part']:8} {row['pss_mb']:8} {row['rss_mb']:8} {row['cpu_percent']:7}",
        )
    print(f"\n{'':48} {'now':>8} {'before':>8}")
    for key, title in TOTALS.items():
        if key in found:
            print(f"{title:48} {found[key]:8} {before.get(key, '-'):>8}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it is watched")
    parser.add_argument("--json", type=Path, help="where to keep the figures, such as the baseline")
    options = parser.parse_args()
    found = measure(options.tree.resolve(), options.seconds)
    show(found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
