"""What the wrapper does for a run's process tree and its folder, on any file system."""

from __future__ import annotations

import ast
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from core.execution import log_keeper, wrapper
from core.execution.run_folder import RunFolder
from tests.support.wrapped import Wrapped, until

NO_LINKS = "def no(*names): raise OSError(errno.{code}, 'no hard links here')\nos.link = no"


def zombies(parent: psutil.Process) -> list[int]:
    return [one.pid for one in parent.children() if one.status() == psutil.STATUS_ZOMBIE]


def test_orphans_are_reaped_while_the_script_goes_on(wrapped: Callable[..., Wrapped]) -> None:
    run = wrapped("for i in $(seq 30); do (sleep 0.05 &); done; sleep 1.5; exit 7")
    run.start()
    owner = run.wrapper()
    time.sleep(1.0)
    assert zombies(owner) == []
    assert run.wait().returncode == 7


def test_a_storm_of_orphans_does_not_take_the_scripts_exit(
    wrapped: Callable[..., Wrapped],
) -> None:
    runs = [wrapped("for i in $(seq 20); do (true &); done; exit 5") for _ in range(3)]
    for run in runs:
        run.start()
    assert [run.wait().returncode for run in runs] == [5, 5, 5]


@pytest.mark.parametrize("first", ["stop", "host"])
def test_a_host_that_goes_down_is_not_held_up(wrapped: Callable[..., Wrapped], first: str) -> None:
    """Also where somebody had asked the deaf command to stop before, without a deadline."""
    run = wrapped(
        "trap '' TERM; echo ready; while true; do sleep 0.1; done",
        grace=None,
        changes="wrapper.HOST_GRACE = 0.3",
    )
    served = run.command("serve")
    until(lambda: b"ready" in run.folder.log.read_bytes())
    if first == "stop":
        run.folder.request_stop()
        time.sleep(0.8)
        assert run.folder.result() is None
    served.send_signal(signal.SIGTERM)
    assert run.wait(5).returncode == -signal.SIGKILL
    assert served.wait(5) == 0


@pytest.mark.parametrize("code", ["EPERM", "EOPNOTSUPP", ""])
def test_one_of_many_starters_wins(wrapped: Callable[..., Wrapped], code: str) -> None:
    """With hard links, and on file systems that have none."""
    changes = NO_LINKS.format(code=code) if code else ""
    run = wrapped("echo once >> ran; sleep 0.3", changes=changes)
    starters = [run.command("start") for _ in range(8)]
    assert [one.wait(30) for one in starters] == [0] * 8
    assert run.wait().returncode == 0
    time.sleep(0.3)
    assert (run.folder.root / "ran").read_text() == "once\n"
    left = {path.name for path in run.folder.control.iterdir() if path.name.startswith("claim")}
    assert left <= {"claim", "claim.lock"}
    run.start()  # and never again
    time.sleep(0.5)
    assert (run.folder.root / "ran").read_text() == "once\n"


def test_an_error_that_is_not_of_links_is_not_taken_for_one(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped("true", changes=NO_LINKS.format(code="EIO"))
    assert run.command("serve").wait(30) != 0
    assert run.folder.claim() is None


def test_the_environment_of_a_run_is_nobody_elses_to_read(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped("true")
    run.start()
    run.wait()
    control = run.folder.control
    assert stat.S_IMODE(control.stat().st_mode) == 0o700
    assert stat.S_IMODE((control / "spec.json").stat().st_mode) == 0o600
    assert not list(control.glob("__pycache__"))  # the container's root would own it


def test_a_spec_of_the_release_before_still_starts(wrapped: Callable[..., Wrapped]) -> None:
    run = wrapped("echo works")
    path = run.folder.control / "spec.json"
    spec = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in spec.items() if not k.startswith("log_")}))
    run.start()
    assert run.wait().returncode == 0
    assert b"works" in run.folder.log.read_bytes()


@pytest.mark.parametrize("part", [wrapper, log_keeper])
def test_it_asks_no_more_of_a_container_than_python_3_8(part: ModuleType) -> None:
    tree = ast.parse(Path(str(part.__file__)).read_text(), feature_version=(3, 8))
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported <= sys.stdlib_module_names | {"log_keeper"}


def test_what_could_not_be_removed_is_said(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.create()
    assert folder.remove() == []
    assert not folder.root.exists()
    assert folder.remove() == []  # gone is gone
    folder.create()
    (folder.control / "claim").touch()
    folder.control.chmod(0o500)
    am_root = os.geteuid() == 0
    if am_root:
        os.seteuid(65534)  # nobody may nothing here
    try:
        assert folder.remove() != []
    finally:
        if am_root:
            os.seteuid(0)
        folder.control.chmod(0o700)
    assert (folder.control / "claim").exists()
