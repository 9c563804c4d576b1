"""A platform on which all is well, for doctor; and how doctor is asked."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.execution.hosts import host_report
from core.execution.leases import Holder, lease_take
from core.execution.models import LeaseKind
from core.execution.process_identity import identity
from core.execution.run_folder import RunFolder
from core.liveness import touch
from datasets.models import Dataset, DatasetFile, FileJob, JobKind
from deid.models import PolicyVersion
from deployments.models import Deployment
from deployments.run.paths import run_folder as deployment_folder
from projects.models import Project, Run
from projects.runs.paths import run_folder

LONG = timedelta(hours=1)


@pytest.fixture
def well(db: None, settings: Any) -> None:
    """An agent runs here and has just reported; nothing else is served on this machine."""
    Path(settings.DEID_KEY_DIR).chmod(0o700)
    (Path(settings.PLATFORM_VAR) / "serve-agent.json").write_text("{}")
    touch("agent")
    host_report()


@pytest.fixture
def doctor(tmp_path: Path, capsys: Any) -> Callable[..., dict[str, dict[str, Any]]]:
    """Ask it, by its command; whatever it finds, it has changed nothing."""

    def asked(status: int = 1) -> dict[str, dict[str, Any]]:
        before = everything(tmp_path)
        out = StringIO()
        try:
            call_command("doctor", "--json", "--second-look=0", "--language=en", stdout=out)
            code = 0
        except SystemExit as end:
            code = int(str(end.code))
        assert everything(tmp_path) == before, "doctor has changed something"
        found = json.loads(out.getvalue())["findings"]
        assert code == status, found
        return {one["code"]: one for one in found}

    return asked


def everything(folder: Path) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """The database as SQL, and each file's time of change and size."""
    connection.ensure_connection()
    files = {str(one): one.stat() for one in sorted(folder.rglob("*"))}
    return list(connection.connection.iterdump()), {
        name: (facts.st_mtime_ns, facts.st_size if stat.S_ISREG(facts.st_mode) else 0)
        for name, facts in files.items()
    }


def dead() -> dict[str, Any]:
    """Who a process was that no longer lives."""
    return {**identity(), "pid": 2**30}


def begin(folder: RunFolder, who: dict[str, Any]) -> None:
    folder.create()
    (folder.control / "claim").write_text(json.dumps(who))


class Plant:
    """Makes rows, files and processes as trouble leaves them."""

    def __init__(self, alice: Any, host: str) -> None:
        self.alice, self.host = alice, host
        self.processes: list[subprocess.Popen[bytes]] = []

    def project(self) -> Project:
        return Project.objects.create(
            owner=self.alice, name=str(uuid4()), dataset_name="d", training_yaml_name="c"
        )

    def run(self, *, who: dict[str, Any] | None = None, **fields: Any) -> Run:
        """Of this host; one with `who` was handed over and began as that process."""
        if who is not None:
            fields = {"submitted_at": timezone.now(), "executor": "local", **fields}
        run = Run.objects.create(**{"project": self.project(), "host": self.host, **fields})
        if who is not None:
            begin(run_folder(run), who)
        return run

    def old(self, row: Any, **fields: Any) -> Any:
        """As `update` leaves it, made and changed an hour ago."""
        moments = {"created_at": timezone.now() - LONG, "updated_at": timezone.now() - LONG}
        known = {field.name for field in row._meta.fields}
        past = {name: moment for name, moment in moments.items() if name in known}
        type(row).objects.filter(pk=row.pk).update(**past, **fields)
        row.refresh_from_db()
        return row

    def deployment(self, **fields: Any) -> Deployment:
        """Running and healthy on a leased port."""
        now = timezone.now()
        usual = {
            "owner": self.alice, "model_path": "m", "host": self.host, "port": 9000,
            "status": "running", "submitted_at": now, "executor": "local", "health_ok": True,
            "health_at": now, "running_at": now,
        }  # fmt: skip
        made = Deployment.objects.create(**usual | fields)
        begin(deployment_folder(made), identity())
        if made.port is not None:
            lease_take(Holder("deployment", made.id), made.host, LeaseKind.PORT, [str(made.port)])
        return made

    def upload(self, **fields: Any) -> DatasetFile:
        dataset = Dataset.objects.create(owner=self.alice, name="d")
        usual = {"name": "a.jsonl", "stored_name": f"{uuid4()}.jsonl", "size": 3, "sha256": "0"}
        return DatasetFile.objects.create(dataset=dataset, **usual | fields)

    def job(self, source: DatasetFile, **fields: Any) -> FileJob:
        version = PolicyVersion.objects.first()
        assert version is not None
        return FileJob.objects.create(
            kind=JobKind.SCAN, dataset=source.dataset, source=source, policy_version=version,
            host=self.host, **fields,
        )  # fmt: skip

    def process(self, *more: str, mark: str = "", cwd: Path | None = None) -> int:
        """A living one with that mark, and with `more` on its command line."""
        environment = {"PATH": os.defpath} | ({"LLM_PLATFORM_RUN_ID": mark} if mark else {})
        argv = ["sh", "-c", "sleep 60; :", "sh", *more]
        one = subprocess.Popen(argv, env=environment, cwd=cwd, start_new_session=True)
        self.processes.append(one)
        return one.pid


@pytest.fixture
def plant(alice: Any, settings: Any, well: None) -> Iterator[Plant]:
    made = Plant(alice, settings.PLATFORM_HOST)
    yield made
    for process in made.processes:
        os.killpg(process.pid, 9)
        process.wait()
