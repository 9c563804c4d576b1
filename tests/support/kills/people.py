"""What people ask of a platform under a storm, at random and without waiting for its health."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.support.kills import rows
from tests.support.live_platform import CONFIG, LivePlatform

ROWS = 2500
POLICY = {"policy_id": "storm", "content": {"default": "pseudonym", "key": "storm"}}
MOST_ENGINES = 4  # of six GPUs: runs need some too
PATIENCE = 4.0  # of people, while the web server is being replaced
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


class People:
    """Each question may stay unanswered; what it has made or ended is seen in the rows."""

    def __init__(self, platform: LivePlatform, seed: int, **launch: Any) -> None:
        """`launch`: what else is asked of each engine."""
        self.platform, self.seed, self.launch = platform, seed, launch
        self.chance = random.Random(seed)
        self.began = time.monotonic()
        self.timeline: list[str] = []
        self.fates: dict[str, dict[str, Fate]] = {"run": {}, "engine": {}, "job": {}}
        self.project = ""
        self.dataset = ""
        self.note(f"seed {seed}")

    # What is noted ---------------------------------------------------------------------

    def note(self, text: str) -> None:
        self.timeline.append(f"{time.monotonic() - self.began:7.1f} {text}")

    def story_of(self, id: str) -> str:
        return "\n".join(line for line in self.timeline if id[:8] in line)

    def look(self, kind: str) -> dict[str, rows.Row]:
        """Its rows now; those that we have not heard of (an answer was lost) are taken in."""
        found = rows.rows(self.platform, kind)
        for id in found:
            if id not in self.fates[kind]:
                self.fates[kind][id] = Fate()
                self.note(f"{kind} {id[:8]} appears")
        return found

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """None where the platform was killed under the question."""
        try:
            answer = self.platform.http.request(method, path, **more)
        except httpx.HTTPError as error:
            self.note(f"  {method} {path}: {type(error).__name__}")
            return None
        self.note(f"  {method} {path}: {answer.status_code}")
        return answer

    def wait_for_web(self) -> None:
        """For a while; then the storm goes on without them."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self.platform.http.get("/healthz", timeout=PATIENCE)
                return
            except httpx.HTTPError:
                time.sleep(0.1)

    # What there is to be ---------------------------------------------------------------

    def prepare(self) -> None:
        self.platform.script(SCRIPT)
        answer = self.platform.http.post("/api/v1/datasets", json={"name": "storm"})
        self.dataset = answer.json()["id"]
        assert self.platform.http.post("/api/v1/deid/policies", json=POLICY).status_code == 201
        self.new_project()
        assert self.project

    def new_project(self) -> None:
        name = f"p{len(self.timeline)}"
        training = self.platform.training_dir
        (training / "datasets" / f"{name}.jsonl").write_text('{"input":"a","output":"b"}\n')
        (training / "configs" / f"{name}.yaml").write_text(CONFIG)
        body = {
            "name": name, "dataset_name": f"datasets/{name}.jsonl",
            "training_yaml_name": f"configs/{name}.yaml",
        }  # fmt: skip
        answer = self.ask("POST", "/api/projects", json=body)
        if answer is not None and answer.status_code == 201:
            self.project = name

    def keep_busy(self) -> None:
        """Three runs, three engines and a job at any time."""
        if sum(map(rows.is_active, self.look("run").values())) < 3:
            self.new_run()
        if len(self.look("engine")) < 3:
            self.new_engine()
        if not any(map(rows.is_active, self.look("job").values())):
            self.new_job()

    def new_run(self) -> str:
        answer = self.ask("POST", f"/api/projects/{self.project}/runs")
        return str(answer.json()["id"]) if answer is not None and answer.is_success else ""

    def new_engine(self) -> str:
        delay = self.chance.uniform(0, 1)
        body = {
            "model_path": str(self.platform.folder), "restart_policy": "on-failure",
            "extra_args": f"--delay {delay:.2f} --children 1", **self.launch,
        }  # fmt: skip
        answer = self.ask("POST", "/api/v1/deployments", json=body)
        made = answer is not None and answer.is_success
        return str(answer.json()["deployment_id"]) if made and answer is not None else ""

    def new_job(self) -> None:
        lines = (json.dumps({"text": one}, ensure_ascii=False) + "\n" for one in sentences())
        path = f"/api/v1/datasets/{self.dataset}/files"
        answer = self.ask("PUT", path, files={"file": ("storm.jsonl", "".join(lines).encode())})
        if answer is not None and answer.is_success:
            upload, asked = answer.json()["upload_id"], {"policy_id": POLICY["policy_id"]}
            self.ask("POST", f"/api/v1/datasets/uploads/{upload}/deidentify", json=asked)

    # What is asked for -----------------------------------------------------------------

    def wish(self) -> None:
        """One thing that somebody asks for, of a random row of its kind."""
        name, kind, wanted = self.chance.choice(WISHES)
        if name == "regret":
            self.regret(kind)
        elif name == "retire":
            self.retire_project()
        elif found := {id: row for id, row in self.look(kind).items() if wanted(row)}:
            id = self.chance.choice(sorted(found))
            self.note(f"WISH {name} {kind} {id[:8]} ({found[id]['status']})")
            self.fates[kind][id].stop_tried |= name in ("stop", "delete")
            self.ask(*self.place(name, kind, found[id]), json={})

    def regret(self, kind: str) -> None:
        """Start one and stop it at once, wherever between the two it is then."""
        if kind == "engine" and len(self.look("engine")) >= MOST_ENGINES:
            return
        id = self.new_run() if kind == "run" else self.new_engine()
        if id:
            time.sleep(self.chance.uniform(0, 0.4))
            row = self.look(kind)[id]
            self.note(f"WISH stop new {kind} {id[:8]} ({row['status']})")
            self.fates[kind][id].stop_tried = True
            self.ask(*self.place("stop", kind, row), json={})

    def place(self, name: str, kind: str, row: rows.Row) -> tuple[str, str]:
        """Method and path of that wish."""
        id = UUID(row["id"])
        if kind == "run":
            return "POST", f"/api/projects/{UUID(row['project_id'])}/runs/{id}/{name}"
        if kind == "job" and name == "delete":
            return "DELETE", f"/api/v1/datasets/uploads/{UUID(row['source_id'])}"
        if kind == "job":
            return "POST", f"/api/v1/datasets/jobs/{id}/{name}"
        force = f"?force={str(self.chance.random() < 0.5).lower()}"
        if name == "delete":
            return "DELETE", f"/api/v1/deployments/{id}{force}"
        return "POST", f"/api/v1/deployments/{id}/{name}" + (force if name == "stop" else "")

    def retire_project(self) -> None:
        """Begin another project, and delete an older one whose runs have ended, with its runs."""
        self.new_project()
        runs = self.look("run").values()
        names = {
            row["id"]: row["name"]
            for row in rows.query(self.platform, "select id, name from projects_project")
        }
        busy = {row["project_id"] for row in runs if rows.is_active(row)}
        if old := sorted(id for id in set(names) - busy if names[id] != self.project):
            chosen = self.chance.choice(old)
            gone = [row["id"][:8] for row in runs if row["project_id"] == chosen]
            self.note(f"WISH delete project {names[chosen]} with runs {gone}")
            try:
                answer = self.platform.submit(f"/projects/{UUID(chosen)}/delete/")
                self.note(f"  {answer.status_code}")
            except (httpx.HTTPError, AssertionError) as error:
                self.note(f"  {type(error).__name__}")


def sentences() -> list[str]:
    return [
        f"第{i}行 客户张伟手机号1380013{i:04d}，住在北京市朝阳区建国路{i}号" for i in range(ROWS)
    ]


def _is(*statuses: str) -> Callable[[rows.Row], bool]:
    return lambda row: row["status"] in statuses


def _ended(row: rows.Row) -> bool:
    return not rows.is_active(row)


def _any(row: rows.Row) -> bool:
    return True


WISHES: list[tuple[str, str, Callable[[rows.Row], bool]]] = [
    ("stop", "run", rows.is_active),
    ("regret", "run", _any),
    ("repeat", "run", _ended),
    ("resume", "run", _is("succeeded")),
    ("retire", "project", _any),
    ("stop", "engine", rows.is_active),
    ("regret", "engine", _any),
    ("restart", "engine", _any),
    ("restart", "engine", _ended),
    ("delete", "engine", _any),
    ("stop", "job", rows.is_active),
    ("resume", "job", _is("stopped", "failed")),
    ("delete", "job", _is("succeeded")),
]
