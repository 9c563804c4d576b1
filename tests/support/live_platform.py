"""The real platform as its users run it: `manage.py serve` with folders of its own."""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "job: {type: sft}\nmodel: {base: any}\n"
NAMES = ("web", "worker", "agent")
OF_THE_MACHINE = {"disk_low", "disk_full", "inodes_low"}
# Several commands of manage.py in one process, whose start takes longer than most of them.
COMMANDS = r"""
import json, sys
import manage
for sys.argv in json.load(sys.stdin):
    manage.main()
    print(end="\0", flush=True)
"""


PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def end_with_the_tests() -> None:
    """A platform of tests that are cut off is told Ctrl-C as their process dies."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@cache
def migrated_database() -> Path:
    """An SQLite file with this release's tables and no rows of anybody's, made once."""
    folder = Path(tempfile.mkdtemp(prefix="llm-platform-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = {**os.environ, "PLATFORM_PROFILE": "local", "PLATFORM_VAR": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"],
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    return folder / "platform.sqlite3"


def wait_for(condition: Callable[[], Any], timeout: float = 30.0, what: str = "") -> Any:
    """The first true value of `condition`; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not true within {timeout} s: {what or condition}")


class LivePlatform:
    """Starts, kills and restarts the platform; speaks HTTP to it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.training_dir = folder / "training"
        self.storage = folder / "storage"
        self.var = folder / "var"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        for name in ("scripts", "datasets", "configs"):
            (self.training_dir / name).mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
            "PLATFORM_PROFILE": "local",
            "HOST_TRAINING_DIR": str(self.training_dir),
            "LLM_APP_STORAGE": str(self.storage),
            "PLATFORM_VAR": str(self.var),
            "DEPLOY_LOG_DIR": str(folder / "deploy_logs"),
            "STATIC_DIR": str(ROOT / ".cache" / "static"),  # one for all: names tell contents
            "PORT": str(self.port),
            "TRAINING_EXECUTOR": "local",
            "WEB_WORKERS": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def start(self, *names: str, wait: bool = True) -> None:
        """Serve it, or only these parts of it."""
        self._bring_tables()
        log = (self.folder / "serve.log").open("ab")
        only = [word for name in names for word in ("--only", name)]
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", *only],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=end_with_the_tests,
        )  # fmt: skip
        if wait:
            self.wait_ready()

    def _bring_tables(self) -> None:
        """So that the start finds nothing to migrate, unless it keeps its rows elsewhere."""
        database = self.var / "platform.sqlite3"
        if "DATABASE_URL" not in self.environment and not database.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(migrated_database(), database)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def manage_all(self, *commands: tuple[str, ...]) -> list[str]:
        """Commands one after the other in one process; what each has printed."""
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS], cwd=ROOT, env=self.environment, text=True, check=True,
            input=json.dumps([("manage.py", *command) for command in commands]),
            stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout.split("\0")[:-1]

    def users(self, people: dict[str, str], password: str, token: str) -> dict[str, str]:
        """Make these users, a role each by name, that log in with `password`; their tokens."""
        file = self.folder / "password"
        file.write_text(password)
        more = ("--password-file", str(file))
        made = [("createadmin", name, "--role", role, *more) for name, role in people.items()]
        told = self.manage_all(*made, *(("createtoken", name, token) for name in people))
        return dict(zip(people, (text.strip() for text in told[len(made) :]), strict=True))

    def doctor(self) -> list[dict[str, Any]]:
        """What the operator's command finds, but for what is the machine's and not ours."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "doctor", "--json", "--language=en"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        found = json.loads(done.stdout)["findings"]
        return [one for one in found if one["code"] not in OF_THE_MACHINE]

    def wait_ready(self) -> None:
        wait_for(lambda: self.http.get("/healthz").status_code == 200, 60, "the server answers")

    def groups(self) -> dict[str, int]:
        """Process group of each child."""
        record = json.loads((self.var / "serve.json").read_text())
        return dict(zip(NAMES, (group["pid"] for group in record["groups"]), strict=True))

    def kill(self, *names: str) -> None:
        """kill -9 of whole children; the supervisor lives and replaces them."""
        groups = self.groups()
        for name in names:
            try:
                os.killpg(groups[name], signal.SIGKILL)
            except ProcessLookupError:
                continue

    def kill_everything(self) -> None:
        """kill -9 of the supervisor and of all its children."""
        assert self.process is not None
        groups = self.groups()
        self.process.kill()
        self.process.wait()
        for pid in groups.values():
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def stop(self) -> float:
        """Ctrl-C, as a person would; returns the seconds it took."""
        assert self.process is not None
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        return time.monotonic() - started

    def log_tail(self) -> str:
        """The end of the server's log, with its tracebacks."""
        return (self.folder / "serve.log").read_text(errors="replace")[-4000:]

    def web_memory(self) -> int:
        """Resident bytes of the web server's processes together."""
        leader = psutil.Process(self.groups()["web"])
        return sum(one.memory_info().rss for one in (leader, *leader.children(recursive=True)))

    # What users do --------------------------------------------------------------------

    def script(self, body: str, name: str = "run_train_full_sft.sh") -> None:
        (self.training_dir / "scripts" / name).write_text(f"#!/usr/bin/env bash\n{body}\n")

    def project(self, name: str, config: str = CONFIG) -> dict[str, Any]:
        (self.training_dir / "datasets" / f"{name}.jsonl").write_text(
            '{"input":"a","output":"b"}\n'
        )
        (self.training_dir / "configs" / f"{name}.yaml").write_text(config)
        answer = self.http.post(
            "/api/projects",
            json={
                "name": name,
                "dataset_name": f"datasets/{name}.jsonl",
                "training_yaml_name": f"configs/{name}.yaml",
            },
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def submit(self, path: str, **form: str) -> httpx.Response:
        """What a browser does: the page's token, then the form."""
        page = self.http.get(path)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        return self.http.post(path, data={**form, "csrfmiddlewaretoken": token[1]})

    def run(self, project: str) -> LiveRun:
        answer = self.http.post(f"/api/projects/{project}/runs")
        assert answer.status_code == 201, answer.text
        return LiveRun(self, answer.json())


class LiveRun:
    """One run, seen through the API and through its folder."""

    def __init__(self, platform: LivePlatform, data: dict[str, Any]) -> None:
        self.platform = platform
        self.id = data["id"]
        self.path = f"/api/projects/{data['project_id']}/runs/{data['id']}"
        self.page = f"/projects/{data['project_id']}/runs/{data['id']}/"
        self.folder = platform.training_dir / "runs" / self.id

    def get(self) -> dict[str, Any]:
        answer = self.platform.http.get(self.path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, *statuses: str, timeout: float = 60.0) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            data = self.get()
            return data if data["status"] in statuses else None

        found: dict[str, Any] = wait_for(there, timeout, f"run {self.id} is {statuses}")
        return found

    def wait_end(self, timeout: float = 60.0) -> dict[str, Any]:
        return self.wait("succeeded", "failed", "stopped", timeout=timeout)

    def wait_line(self, text: str, timeout: float = 30.0) -> None:
        wait_for(lambda: text in self.log(), timeout, f"{text!r} in the log")

    def stop(self) -> httpx.Response:
        return self.platform.http.post(f"{self.path}/stop")

    def log(self) -> str:
        return self.platform.http.get(f"{self.path}/log").text

    def script_lines(self) -> list[str]:
        return [line for line in self.log().splitlines() if not line.startswith("[platform]")]

    def processes(self) -> list[psutil.Process]:
        """Every living process on this machine whose environment names the run."""
        found = []
        for process in psutil.process_iter():
            try:
                named = process.environ().get("LLM_PLATFORM_RUN_ID") == self.id
                if named and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found
