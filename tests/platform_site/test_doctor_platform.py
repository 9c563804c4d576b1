"""Doctor names what is wrong with hosts, parts, disks, files, keys and settings."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from core.accounts import audit
from core.execution.models import Host
from core.execution.process_identity import boot_id, identity
from datasets.storage import files_folder
from deid import keys
from deid.models import DeidPolicy, PolicyVersion, VaultEntry
from platform_site.doctor import examine as doctor_of
from platform_site.doctor.database import read_only
from platform_site.doctor.disks import GIB
from platform_site.doctor.findings import Finding, tell
from platform_site.management.commands.doctor import as_text, callers_language
from tests.platform_site.conftest import LONG, Plant
from tests.support.live_platform import ROOT

FAR_PAST = timezone.now() - timedelta(days=30)


def test_hosts_that_are_silent(doctor: Any, plant: Plant) -> None:
    Host.objects.create(name="empty", seen_at=FAR_PAST)
    Host.objects.create(name="busy", seen_at=FAR_PAST)
    plant.run(host="busy", status="running", submitted_at=FAR_PAST)
    found = doctor()
    assert found["host_away"]["subject"] == "empty"
    assert found["host_silent"]["subject"] == "busy" and "run ×1" in found["host_silent"]["what"]


def test_rows_of_a_host_that_nobody_knows(doctor: Any, plant: Plant) -> None:
    plant.run(host="never-heard-of", status="running", submitted_at=FAR_PAST)
    assert doctor()["host_unknown"]["subject"] == "never-heard-of"


def test_a_machine_that_has_another_name_now(doctor: Any, plant: Plant) -> None:
    Host.objects.create(name="before", seen_at=FAR_PAST, boot_id=boot_id())
    plant.run(host="before", status="running", submitted_at=FAR_PAST)
    assert doctor()["host_renamed"]["mend"] == "Set PLATFORM_HOST=before until these have ended"


def test_a_clock_that_is_ahead_and_a_shared_sqlite_file(doctor: Any, plant: Plant) -> None:
    Host.objects.create(name="tomorrow", seen_at=timezone.now() + LONG, gpu_problem="NVML: no")
    assert set(doctor()) == {"host_ahead", "sqlite_shared", "gpus_unreadable"}


def test_parts_that_give_no_sign_of_life(doctor: Any, plant: Plant, settings: Any) -> None:
    var = Path(settings.PLATFORM_VAR)
    os.utime(var / "agent.alive", (0, 0))
    assert set(doctor()) == {"agent_silent"}
    (var / "serve-agent.json").rename(var / "serve.json")
    settings.PORT = 1  # where nobody listens
    assert set(doctor()) == {"agent_silent", "worker_silent", "web_silent"}
    (var / "serve.json").unlink()
    assert set(doctor()) == {"not_served"}


def test_tasks_that_wait(doctor: Any, plant: Plant) -> None:
    late = timezone.now() - LONG
    OrmQ.objects.create(key=plant.host, payload="", lock=late)
    OrmQ.objects.create(key="nobody", payload="", lock=late)
    OrmQ.objects.create(key=plant.host, payload="", lock=timezone.now() + LONG)  # in hand
    found = doctor()
    assert found["queue_backed_up"]["what"].startswith("1 ")
    assert found["queue_of_nobody"]["subject"] == "nobody"


def test_folders_that_are_gone_read_only_or_full(
    doctor: Any, plant: Plant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LLM_APP_STORAGE = Path(settings.PLATFORM_VAR) / "nowhere"
    assert set(doctor()) == {"folder_absent"}
    settings.LLM_APP_STORAGE = settings.PLATFORM_VAR
    with monkeypatch.context() as patch:  # root may write anywhere
        patch.setattr("platform_site.doctor.disks.os.access", lambda path, mode: False)
        assert set(doctor()) == {"folder_read_only"}
    real = os.statvfs(settings.PLATFORM_VAR)
    block = real.f_frsize

    class Small:
        f_bavail, f_frsize, f_blocks = GIB // 2 // block, block, 100 * GIB // block
        f_files, f_favail = 1_000_000, 5

    monkeypatch.setattr("platform_site.doctor.disks.os.statvfs", lambda path: Small)
    found = doctor()
    assert set(found) == {"disk_full", "inodes_low"}
    Small.f_bavail = 3 * GIB // block
    assert {"disk_low", "inodes_low"} == set(doctor())


def test_uploads_without_files_and_files_without_uploads(doctor: Any, plant: Plant) -> None:
    missing = plant.upload()
    found = doctor()
    assert set(found) == {"upload_missing"}
    assert found["upload_missing"]["subject"] == str(missing.id)
    files_folder().mkdir()
    (files_folder() / missing.stored_name).write_bytes(b"12345")
    assert "5" in doctor()["upload_damaged"]["what"]
    (files_folder() / missing.stored_name).write_bytes(b"123")
    stray = files_folder() / "stray.jsonl"
    stray.touch()
    assert doctor(status=0) == {}  # it may just be on its way
    os.utime(stray, (0, 0))
    assert doctor()["file_without_row"]["subject"] == str(stray)


def test_keys_that_are_missing_damaged_or_open(doctor: Any, plant: Plant, settings: Any) -> None:
    policy = DeidPolicy.objects.create(slug="kept", owner=plant.alice)
    PolicyVersion.objects.create(policy=policy, number=1, name="1", content={"key": "k"})
    found = doctor()
    assert found["key_missing"]["subject"] == "k" and "kept 1" in found["key_missing"]["what"]
    keys.key_make("k")
    assert doctor(status=0) == {}
    keys.key_path("k").chmod(0o644)
    assert doctor()["secret_open"]["mend"] == f"chmod 600 {keys.key_path('k')}"
    keys.key_path("k").chmod(0o600)
    keys.key_path("k").write_text("zz")
    assert set(doctor()) == {"key_damaged"}
    keys.key_path("k").unlink()
    PolicyVersion.objects.filter(policy=policy).update(content={})
    VaultEntry.objects.create(policy=policy, source=policy.id, original_digest=b"1",
                              replacement_digest=b"2", sealed="x")  # fmt: skip
    assert doctor()["key_missing"]["subject"] == keys.VAULT


def test_a_backup_that_is_old(doctor: Any, plant: Plant) -> None:
    audit.record(None, "backup", "/b.tar", username="root")
    assert doctor(status=0) == {}
    with connection.cursor() as cursor:
        cursor.execute("update accounts_auditentry set at = %s", [FAR_PAST])
    assert "30" in doctor()["backup_old"]["what"]


def test_a_docker_engine_that_is_needed_and_silent(
    doctor: Any, plant: Plant, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    settings.TRAINING_EXECUTOR = "auto"
    assert doctor(status=0) == {}  # nobody needs it
    run = plant.run(who=identity(), status="running", executor="docker")
    type(run).objects.update(handle={"container_id": "x"})
    assert set(doctor()) == {"docker_silent", "process_unknown"}


def test_debug_outside_the_local_profile(doctor: Any, plant: Plant, settings: Any) -> None:
    settings.DEBUG, settings.LOCAL = True, False
    assert set(doctor()) == {"debug_on"}


def test_migrations_that_were_not_applied(doctor: Any, plant: Plant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'deployments'")
    found = doctor()
    assert set(found) == {"migrations_missing"}
    assert "deployments.0001_initial" in found["migrations_missing"]["what"]


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(
    doctor: Any, plant: Plant, settings: Any
) -> None:
    plant.old(plant.run())
    settings.DEID_KEY_DIR = 5  # no path
    assert set(doctor()) == {"check_failed", "not_launched"}


def test_what_only_passes_by_is_not_told(
    plant: Plant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Path(settings.PLATFORM_VAR) / "serve-agent.json"
    record.unlink()
    monkeypatch.setattr("platform_site.doctor.examine.time.sleep", lambda _: record.touch())
    assert doctor_of.examine() == []


def test_nothing_can_be_written_while_it_looks(plant: Plant) -> None:
    with read_only(), pytest.raises(OperationalError, match="readonly"), transaction.atomic():
        Host.objects.create(name="x")
    Host.objects.create(name="x")


def ask_as_a_process(var: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PLATFORM_VAR": str(var), "LC_ALL": "en_US.UTF-8"}
    argv = [sys.executable, str(ROOT / "manage.py"), "doctor", "--second-look=0"]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, cwd=ROOT)


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    """A missing file stays missing."""
    done = ask_as_a_process(tmp_path / "empty")
    assert done.returncode == 2 and "The database does not answer" in done.stderr
    assert sorted(one.name for one in (tmp_path / "empty").iterdir()) == ["secret_key"]


@pytest.mark.parametrize("in_use", [False, True])
def test_a_file_of_sqlite_is_left_as_it_is(tmp_path: Path, in_use: bool) -> None:
    """Whether somebody has it open or not, no file beside it appears or changes."""
    (tmp_path / "secret_key").write_text("".join(map(str, range(100))))
    other = sqlite3.connect(tmp_path / "platform.sqlite3")
    other.executescript("pragma journal_mode = wal; create table t (x)")
    if not in_use:
        other.close()
    assert (tmp_path / "platform.sqlite3-wal").exists() == in_use

    def files() -> dict[str, int]:
        """But for the marks of readers, which every reader sets."""
        marks = "platform.sqlite3-shm"
        return {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir() if one.name != marks}

    before = files()
    done = ask_as_a_process(tmp_path)
    assert done.returncode == 1 and "migrations_missing" in done.stdout, done.stderr
    assert files() == before
    other.close()


def test_every_code_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert [code for code in doctor_of.CODES if f"`{code}`" not in manual] == []


def test_it_is_told_in_the_callers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert callers_language() == "zh-hans"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert callers_language() == "en"  # the platform's, in these tests
    told = tell(Finding("host_away", "far"), doctor_of.CODES)
    assert told.what == "The host far has not reported; nothing hangs on it"
    assert as_text([]).startswith("All is well") and "host_away" in as_text([told])
