"""What a load's people have made: datasets, projects with their runs, deployments.

All of it is said to be on hosts that do not exist, and what waits for GPUs wants more than there
are: no agent looks after it, and nothing is ever started.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.accounts.roles import Role
from datasets.models import (
    CheckStatus,
    Dataset,
    DatasetFile,
    DatasetStatus,
    DataState,
    FileJob,
    FileJobEvent,
    JobKind,
    JobStatus,
    Review,
    ReviewRow,
    ReviewStatus,
    TrainConfig,
)
from deid.models import DEFAULT_POLICY, PolicyVersion
from deployments.choices import DeploymentStatus
from deployments.models import Deployment, DeploymentEvent, EngineSample
from platform_site.load.insert import insert
from platform_site.load.people import PREFIX, Chance, Person
from platform_site.load.sizes import Sizes
from projects.models import Artifact, Project, Run, RunEvent, RunStatus

HOSTS = [f"{PREFIX}host-{number}" for number in range(8)]
GPUS_OF_NO_HOST = 10_000
RUN_ENDS = {RunStatus.SUCCEEDED: 75, RunStatus.FAILED: 15, RunStatus.STOPPED: 10}
RUNNING, WAITING = 40, 40  # runs, at most
ENDED = {DeploymentStatus.STOPPED: 70, DeploymentStatus.FAILED: 30}
SERVING = 20  # one deployment in so many
JUDGED = 10  # rows of a file that people have looked at
SAMPLES = 60  # of each that serves
METHODS = ["sft", "lora", "dpo", "ppo", "grpo"]
Rows = Iterator[dict[str, Any]]


class Work:
    """Makes it table by table; rows of one table name those of the one before."""

    def __init__(self, chance: Chance, people: list[Person], sizes: Sizes) -> None:
        self.chance, self.sizes = chance, sizes
        self.makers = [one for one in people if one.role >= Role.DATA_SCIENTIST] or people

    def ids(self, count: int) -> list[UUID]:
        return [self.chance.uuid() for _number in range(count)]

    def make(self) -> None:
        self._datasets(self.ids(self.sizes.datasets))
        self._projects(self.ids(self.sizes.projects))
        self._deployments(self.ids(self.sizes.deployments))

    # --- Datasets -------------------------------------------------------------------------

    def _datasets(self, ids: list[UUID]) -> None:
        insert(Dataset, (self._dataset(number, one) for number, one in enumerate(ids)))
        files = [(one, self.chance.uuid()) for one in ids for _n in range(self.chance.few(4) + 1)]
        insert(DatasetFile, (self._file(*pair) for pair in files))
        insert(TrainConfig, (self._config(one) for one in ids[::3]))
        jobs = [(self.chance.uuid(), *pair) for pair in files[::4]]
        version = PolicyVersion.objects.filter(policy__slug=DEFAULT_POLICY).values("id")[0]["id"]
        insert(FileJob, (self._job(version, *one) for one in jobs))
        insert(FileJobEvent, self._events("job_id", [one[0] for one in jobs]))
        reviews = [(self.chance.uuid(), file) for _dataset, file in files[::8]]
        insert(Review, (self._review(*one) for one in reviews))
        insert(ReviewRow, self._review_rows([key for key, _file in reviews]))

    def _dataset(self, number: int, key: UUID) -> dict[str, Any]:
        return {
            "id": key, "name": f"{PREFIX}dataset-{number:06}", "type": "jsonl",
            "task_type": self.chance.random.choice(METHODS), "status": DatasetStatus.READY,
            "created_at": self.chance.moment(), **self.chance.ownership(self.makers),
        }  # fmt: skip

    def _file(self, dataset: UUID, key: UUID) -> dict[str, Any]:
        return {
            "id": key, "dataset_id": dataset, "name": f"rows-{key.hex[:6]}.jsonl",
            "stored_name": f"{PREFIX}{key}.jsonl", "size": 1000 + self.chance.few(50_000_000),
            "sha256": key.hex * 2, "uploaded_at": self.chance.moment(),
            "check_status": CheckStatus.OK, "line_count": 1 + self.chance.few(100_000),
            "data_state": self.chance.random.choice(DataState.values),
        }  # fmt: skip

    def _config(self, dataset: UUID) -> dict[str, Any]:
        return {
            "dataset_id": dataset, "filename": "config.yaml", "size": 900,
            "stored_name": f"{PREFIX}{dataset}.yaml", "sha256": dataset.hex * 2,
            "uploaded_at": self.chance.moment(),
        }  # fmt: skip

    def _job(self, version: int, key: UUID, dataset: UUID, file: UUID) -> dict[str, Any]:
        created = self.chance.moment()
        return {
            "id": key, "dataset_id": dataset, "source_id": file, "policy_version_id": version,
            "kind": self.chance.random.choice(JobKind.values), "host": HOSTS[0],
            "status": JobStatus.SUCCEEDED, "reason_code": "succeeded", "submitted_at": created,
            "created_at": created, "started_at": created, "finished_at": created,
            "report": {"entities": 3, "rows": 100, "types": {"PHONE_NUMBER": 3}},
        }  # fmt: skip

    def _review(self, key: UUID, file: UUID) -> dict[str, Any]:
        return {
            "id": key, "file_id": file, "seed": 1, "wanted": JUDGED, "total": 100,
            "status": ReviewStatus.OPEN, "created_at": self.chance.moment(),
        }  # fmt: skip

    def _review_rows(self, reviews: list[UUID]) -> Rows:
        for review in reviews:
            for number in range(1, JUDGED + 1):
                yield {"review_id": review, "number": number, "text": "{}", "verdict": "clean"}

    # --- Projects and runs ----------------------------------------------------------------

    def _projects(self, ids: list[UUID]) -> None:
        insert(Project, (self._project(number, one) for number, one in enumerate(ids)))
        runs = self.ids(self.sizes.runs)
        insert(Run, (self._run(number, key, ids) for number, key in enumerate(runs)))
        insert(RunEvent, self._events("run_id", runs))
        insert(Artifact, self._artifacts(runs[::3]))

    def _project(self, number: int, key: UUID) -> dict[str, Any]:
        made = self.chance.moment()
        return {
            "id": key, "name": f"{PREFIX}project-{number:05}", "dataset_name": "rows.jsonl",
            "training_yaml_name": "config.yaml", "description": "Made to see how things scale.",
            "created_at": made, "updated_at": made, **self.chance.ownership(self.makers),
        }  # fmt: skip

    def _run(self, number: int, key: UUID, projects: list[UUID]) -> dict[str, Any]:
        created, status = self.chance.moment(), self.chance.of(RUN_ENDS)
        wanted, host = 1, self.chance.random.choice(HOSTS)
        some = self.sizes.runs // 20
        if number < min(RUNNING, some):
            status = RunStatus.RUNNING
        elif number < min(RUNNING, some) + min(WAITING, some):
            status, wanted, host = RunStatus.PENDING, GPUS_OF_NO_HOST, ""
        ended = status in RUN_ENDS
        return {
            "id": key, "project_id": projects[self.chance.few(len(projects))],
            "started_by_id": self.makers[0].id, "status": status, "host": host,
            "progress": 1.0 if status == RunStatus.SUCCEEDED else self.chance.random.random(),
            "step": 1000, "max_steps": 1000, "start_command": "bash scripts/run_train_full_sft.sh",
            "inputs": {"dataset": "d" * 200, "config": "c" * 100}, "command": ["bash", "x.sh"],
            "digests": {"dataset": key.hex * 2, "config": key.hex * 2},
            "executor": "local" if host else "", "reason_code": status if ended else "",
            "created_at": created, "updated_at": created,
            "started_at": created, "submitted_at": created if host else None,
            "finished_at": created + timedelta(minutes=30) if ended else None,
            "indexed_at": created if ended else None,
            "method": self.chance.random.choice(METHODS), "gpus_wanted": wanted, "gpu_ids": [],
        }  # fmt: skip

    def _artifacts(self, runs: list[UUID]) -> Rows:
        for run in runs:
            for name in ("output/final/model.safetensors", "run.log"):
                yield {
                    "run_id": run, "path": name, "size": 10_000_000, "modified_ns": 1,
                    "sha256": run.hex * 2,
                }  # fmt: skip

    def _events(self, owner: str, keys: list[UUID]) -> Rows:
        for key in keys:
            for code in ("launched", "stopped"):
                yield {owner: key, "code": code, "timestamp": self.chance.now, "written": True}

    # --- Deployments ----------------------------------------------------------------------

    def _deployments(self, ids: list[UUID]) -> None:
        insert(Deployment, (self._deployment(number, one) for number, one in enumerate(ids)))
        insert(DeploymentEvent, self._events("deployment_id", ids))
        insert(EngineSample, self._samples(ids[::SERVING]))

    def _deployment(self, number: int, key: UUID) -> dict[str, Any]:
        created, serves = self.chance.moment(), number % SERVING == 0
        model = f"/models/{PREFIX}model-{self.chance.few(300):03}"
        status = DeploymentStatus.RUNNING if serves else self.chance.of(ENDED)
        return {
            "id": key, "model_path": model, "served_names": [model], "tags": ["load"],
            "status": status, "host": self.chance.random.choice(HOSTS), "port": 8000 + number % 999,
            "gpu_ids": [number % 8], "executor": "local", "submitted_at": created,
            "vllm_cmd": f"vllm serve {model} --port 8000", "health_ok": serves, "health_ms": 4,
            "health_at": created if serves else None, "history": [[1, "up"]] * 30,
            "reason_code": "" if serves else "stopped",
            "created_at": created, "updated_at": created, "started_at": created,
            "running_at": created, "stopped_at": None if serves else created,
            **self.chance.ownership(self.makers),
        }  # fmt: skip

    def _samples(self, deployments: list[UUID]) -> Rows:
        for deployment in deployments:
            for number in range(SAMPLES):
                at = self.chance.now - timedelta(seconds=240 * number)
                yield {"deployment_id": deployment, "at": at, "running": 1, "tokens_per_second": 9}
