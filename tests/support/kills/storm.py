"""Strikes and wishes at random moments on a living platform, each noted with its time."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psutil

from tests.support.kills import rows
from tests.support.kills.victims import candidates
from tests.support.live_platform import CONFIG, LivePlatform

OURS = ("web", "worker", "agent", "worker+agent", "supervisor", "everything")
THEIRS = (
    "wrapper", "tree", "engine", "engine-child", "engine-wrapper", "job-wrapper", "job-process",
)  # fmt: skip
ROWS = 2500
SCRIPT = r"""
echo "$LLM_PLATFORM_RUN_ID" >> "$LLM_PLATFORM_TRAINING_DIR/starts"
N=$(( 20 + RANDOM % 40 ))
sleep 1000 &
for i in $(seq 1 $N); do
  echo "line $i of $N"
  if [ "$i" = 10 ]; then
    mkdir -p "$LLM_PLATFORM_OUTPUT_DIR/checkpoint-10"
    echo '{}' > "$LLM_PLATFORM_OUTPUT_DIR/checkpoint-10/trainer_state.json"
  fi
  sleep 0.1
done
echo END
kill %1
"""


@dataclass
class Fate:
    """What was done to one run, engine or job."""

    stop_tried: bool = False
    struck: list[str] = field(default_factory=list)


class Storm:
    """`wave` is one moment: people's wishes and one kill."""

    def __init__(self, platform: LivePlatform, seed: int, **launch: Any) -> None:
        self.platform, self.seed, self.launch = platform, seed, launch
        self.chance = random.Random(seed)
        self.began = time.monotonic()
        self.timeline: list[str] = []
        self.fates: dict[str, dict[str, Fate]] = {"run": {}, "engine": {}, "job": {}}
        self.gone: set[str] = set()
        self.projects = 0
        self.dataset = ""
        self.note(f"seed {seed}")

    # What is noted ---------------------------------------------------------------------

    def note(self, text: str) -> None:
        self.timeline.append(f"{time.monotonic() - self.began:7.1f} {text}")

    def story_of(self, id: str) -> str:
        return "\n".join(line for line in self.timeline if id[:8] in line)

    def look(self, kind: str) -> dict[str, rows.Row]:
        """Its rows now; the ones that we have not heard of (an answer was lost) are taken in."""
        found = rows.rows(self.platform, kind)
        for id in found:
            if id not in self.fates[kind]:
                self.fates[kind][id] = Fate()
                self.note(f"{kind} {id[:8]} appears")
        return found

    # What people do --------------------------------------------------------------------

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """None where the platform was killed under the question."""
        try:
            return self.platform.http.request(method, path, **more)
        except httpx.HTTPError as error:
            self.note(f"{method} {path} unanswered: {type(error).__name__}")
            return None

    def prepare(self) -> None:
        self.platform.script(SCRIPT)
        answer = self.platform.http.post("/api/v1/datasets", json={"name": "storm"})
        self.dataset = answer.json()["id"]
        self.new_project()

    def new_project(self) -> None:
        self.projects += 1
        name = f"p{self.projects}"
        training = self.platform.training_dir
        (training / "datasets" / f"{name}.jsonl").write_text('{"input":"a","output":"b"}\n')
        (training / "configs" / f"{name}.yaml").write_text(CONFIG)
        body = {
            "name": name, "dataset_name": f"datasets/{name}.jsonl",
            "training_yaml_name": f"configs/{name}.yaml",
        }  # fmt: skip
        self.ask("POST", "/api/projects", json=body)

    def keep_busy(self) -> None:
        """Three runs, three engines and a job at any time."""
        if sum(map(rows.is_active, self.look("run").values())) < 3:
            self.ask("POST", f"/api/projects/p{self.projects}/runs")
        if len(self.look("engine")) < 3:
            delay = self.chance.uniform(0, 1)
            body = {
                "model_path": str(self.platform.folder), "restart_policy": "on-failure",
                "extra_args": f"--delay {delay:.2f} --children 1", **self.launch,
            }  # fmt: skip
            self.ask("POST", "/api/v1/deployments", json=body)
        if not any(map(rows.is_active, self.look("job").values())):
            self.new_job()

    def new_job(self) -> None:
        text = "".join(json.dumps({"text": row}, ensure_ascii=False) + "\n" for row in sentences())
        path = f"/api/v1/datasets/{self.dataset}/files"
        answer = self.ask("PUT", path, files={"file": ("storm.jsonl", text.encode())})
        if answer is not None and answer.status_code == 200:
            upload = answer.json()["upload_id"]
            self.ask("POST", f"/api/v1/datasets/uploads/{upload}/deidentify", json={})

    def wish(self) -> None:
        """One thing that somebody asks for, of a random row of its kind."""
        name, kind, wanted = self.chance.choice(WISHES)
        if kind == "project":
            self.retire_project()
            return
        found = [id for id, row in self.look(kind).items() if wanted(row)]
        if not found:
            return
        id = self.chance.choice(sorted(found))
        row = rows.rows(self.platform, kind)[id]
        if name.endswith("stop") or name == "delete":
            self.fates[kind][id].stop_tried = True
        method, path = self.place(name, kind, id, row)
        self.note(f"WISH {name} {kind} {id[:8]}")
        answer = self.ask(method, path, **({"json": {}} if method == "POST" else {}))
        self.note(f"  {name} {kind} {id[:8]}: {answer.status_code if answer else 'no answer'}")

    def retire_project(self) -> None:
        """Delete an older project with its runs, where they have ended, and begin another."""
        self.new_project()
        by_project: dict[str, list[str]] = {}
        busy = set()
        for id, row in self.look("run").items():
            by_project.setdefault(row["project_id"], []).append(id)
            busy |= {row["project_id"]} if rows.is_active(row) else set()
        old = sorted(set(by_project) - busy)
        if not old:
            return
        chosen = self.chance.choice(old)
        answer = self.ask("DELETE", f"/api/projects/{UUID(chosen)}")
        self.note(f"WISH delete project with {[id[:8] for id in by_project[chosen]]}: {answer}")

    def place(self, name: str, kind: str, id: str, row: rows.Row) -> tuple[str, str]:
        if kind == "run":
            return "POST", f"/api/projects/{UUID(row['project_id'])}/runs/{id}/{name}"
        if kind == "job":
            return "POST", f"/api/v1/datasets/jobs/{id}/{name}"
        path = f"/api/v1/deployments/{id}"
        force = str(self.chance.random() < 0.5).lower()
        if name == "delete":
            self.gone.add(id)
            return "DELETE", f"{path}?force={force}"
        return "POST", f"{path}/{name}" + (f"?force={force}" if name == "stop" else "")

    # What befalls it -------------------------------------------------------------------

    def wave(self, kind: str) -> None:
        self.keep_busy()
        time.sleep(self.chance.uniform(0, 0.8))
        self.wish()
        time.sleep(self.chance.uniform(0, 0.5))
        self.strike(kind)
        time.sleep(self.chance.uniform(0, 0.8))

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
            return f"missed: {error!r}"
        if kind in ("supervisor", "everything"):
            time.sleep(self.chance.uniform(0, 2))
            self.platform.start(wait=False)
        return ""

    def strike_theirs(self, kind: str) -> str:
        ids = {name: set(fates) for name, fates in self.fates.items()}
        found = candidates(kind, ids)
        if not found:
            return "finds nobody"
        id, one = self.chance.choice(sorted(found, key=lambda pair: (pair[0], pair[1].process.pid)))
        domain = next(name for name, known in ids.items() if id in known)
        try:
            one.process.send_signal(signal.SIGKILL)
        except psutil.Error:
            return f"{id[:8]} just gone"
        self.fates[domain][id].struck.append(kind)
        return f"{id[:8]} pid {one.process.pid}"


def sentences() -> list[str]:
    return [
        f"第{i}行 客户张伟手机号1380013{i:04d}，住在北京市朝阳区建国路{i}号" for i in range(ROWS)
    ]


def _active(row: rows.Row) -> bool:
    return rows.is_active(row)


def _ended(row: rows.Row) -> bool:
    return not rows.is_active(row)


def _whole(row: rows.Row) -> bool:
    return bool(row["status"] == "succeeded")


def _broken_off(row: rows.Row) -> bool:
    return row["status"] in ("stopped", "failed")


def _any(row: rows.Row) -> bool:
    return True


WISHES: list[tuple[str, str, Callable[[rows.Row], bool]]] = [
    ("stop", "run", _active),
    ("repeat", "run", _ended),
    ("resume", "run", _whole),
    ("stop", "engine", _active),
    ("restart", "engine", _any),
    ("restart", "engine", _ended),
    ("delete", "engine", _any),
    ("stop", "job", _active),
    ("resume", "job", _broken_off),
    ("delete", "project", _any),
]
