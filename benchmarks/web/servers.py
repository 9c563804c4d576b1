"""The servers that are measured: the web part of a checkout, or one that runs already."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.support.live_platform import wait_for
from tests.support.ports import free_port

TRAINING = {
    "datasets/d.jsonl": '{"input": "a", "output": "b"}\n',
    "configs/c.yaml": "job: {type: sft}\nmodel: {base: any}\n",
    "scripts/run_train_full_sft.sh": "true\n",
}


@dataclass(frozen=True)
class Server:
    """`pid` is of the parent of all its processes; `tree` and `environment` are a checkout's."""

    name: str
    url: str
    pid: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tree: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def cpu_seconds(self) -> float | None:
        if self.pid is None:
            return None
        parent = psutil.Process(self.pid)
        times = [one.cpu_times() for one in [parent, *parent.children(recursive=True)]]
        return float(sum(one.user + one.system for one in times))

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=60, trust_env=False)


@contextmanager
def served(name: str, tree: Path, folder: Path, **settings: str) -> Iterator[Server]:
    """The web part of a checkout, with folders of its own and as many processes as by default.

    Whom PLATFORM_AUTH=required keeps out is let in by a token.
    """
    port = free_port()
    environment = _environment(folder, port) | settings
    manage = [sys.executable, str(tree / "manage.py")]
    options: dict[str, Any] = {"cwd": tree, "env": environment}
    for file, text in TRAINING.items():
        (folder / "training" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "training" / file).write_text(text)
    subprocess.run([*manage, "prepare"], check=True, **options)
    headers = _token(manage, folder, options) if "PLATFORM_AUTH" in settings else {}
    serve = [*manage, "serve", "--only", "web"]
    process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, **options)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{url}/healthz", trust_env=False).status_code == 200, 90)
        yield Server(name, url, process.pid, headers, tree, environment)
    finally:
        process.terminate()
        process.wait()


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return kept | {
        "PLATFORM_PROFILE": "local", "PORT": str(port), "GPU_INVENTORY": "none",
        "PLATFORM_VAR": str(folder / "var"), "LLM_APP_STORAGE": str(folder / "storage"),
        "HOST_TRAINING_DIR": str(folder / "training"), "DEPLOY_LOG_DIR": str(folder / "logs"),
        "TRAINING_EXECUTOR": "local", "PYTHONWARNINGS": "ignore",
        "RATE_LIMIT_UPLOAD": "1000000/second",
    }  # fmt: skip


def _token(manage: list[str], folder: Path, options: dict[str, Any]) -> dict[str, str]:
    password = folder / "password"
    password.write_text("correct horse battery")
    made = [*manage, "createadmin", "ada", "--password-file", str(password)]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **options)
    token = subprocess.check_output(
        [*manage, "createtoken", "ada", "benchmark"], text=True, **options
    )
    return {"Authorization": f"Bearer {token.strip()}"}
