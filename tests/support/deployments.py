"""Deployments of a running platform, seen through the API and on the machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.support.live_platform import ROOT, LivePlatform, wait_for
from tests.support.ports import port_range

ENGINE = ROOT / "tests" / "support" / "engine.py"
ENGINE_TEMPLATE = (
    f"{sys.executable} {ENGINE} {{model_path}} --port {{port}} --host {{host}} {{extra_args}}"
)


def engine_environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings of a platform whose engines are ours."""
    low, high = port_range()
    return {
        "VLLM_CMD_TEMPLATE": ENGINE_TEMPLATE,
        "DEPLOY_LOG_DIR": str(folder / "deploy_logs"),
        "DEPLOY_PORT_LOW": str(low),
        "DEPLOY_PORT_HIGH": str(high),
        "GPU_INVENTORY": "none",
        "HEALTH_INTERVAL": "0.5",
        "METRICS_INTERVAL": "1",
        "RATE_LIMIT_START": "1000/second",
        **more,
    }


def declared_gpus(folder: Path, count: int, memory: int = 0) -> str:
    """A file that declares so many GPUs; its path."""
    path = folder / "gpus.yaml"
    lines = [f"  - {{index: {index}, memory_total: {memory}}}" for index in range(count)]
    path.write_text("gpus:\n" + "\n".join(lines) + "\n")
    return str(path)


class LiveDeployment:
    """One deployment."""

    def __init__(self, platform: LivePlatform, data: dict[str, Any]) -> None:
        self.platform = platform
        self.id: str = data["deployment_id"]
        self.path = f"/api/v1/deployments/{self.id}"
        self.page = f"/deployments/{self.id}/"
        self.first = data

    def get(self) -> dict[str, Any]:
        answer = self.platform.http.get(self.path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait(self, *statuses: str, timeout: float = 40.0) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            data = self.get()
            return data if data["status"] in statuses else None

        return dict(wait_for(there, timeout, f"{self.id} is {statuses}: {self.get()}"))

    def wait_healthy(self, timeout: float = 40.0) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            data = self.get()
            assert data["status"] not in ("failed", "stopped"), (data, self.log())
            return data if data["health_ok"] else None

        return dict(wait_for(there, timeout, f"{self.id} is healthy"))

    def delete(self, force: bool = False) -> httpx.Response:
        return self.platform.http.delete(self.path, params={"force": str(force).lower()})

    def stop(self, force: bool = False) -> httpx.Response:
        query = f"?force={str(force).lower()}"
        return self.platform.http.post(f"{self.path}/stop{query}")

    def restart(self) -> httpx.Response:
        return self.platform.http.post(f"{self.path}/restart")

    def log(self) -> str:
        return self.platform.http.get(f"{self.path}/log").text

    def processes(self) -> list[psutil.Process]:
        return [one for one, mark in marked() if mark.startswith(self.id)]


def marked() -> list[tuple[psutil.Process, str]]:
    """Every living process that carries a mark of the platform, with the mark."""
    found = []
    for process in psutil.process_iter():
        try:
            mark = process.environ().get("LLM_PLATFORM_RUN_ID")
            if mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append((process, mark))
        except psutil.Error:
            continue
    return found


def stand_in_model(platform: LivePlatform) -> Path:
    """A folder that passes for a model with whoever does not load it."""
    folder = platform.training_dir / "models" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    return folder


def launch(platform: LivePlatform, extra_args: str = "", **body: Any) -> LiveDeployment:
    """Launch an engine of ours; its model is any folder."""
    answer = try_launch(platform, extra_args, **body)
    assert answer.status_code == 201, answer.text
    return LiveDeployment(platform, answer.json())


def try_launch(platform: LivePlatform, extra_args: str = "", **body: Any) -> httpx.Response:
    asked = {"model_path": str(stand_in_model(platform)), "extra_args": extra_args, **body}
    return platform.http.post("/api/v1/deployments", json=asked)


def leases(platform: LivePlatform) -> list[tuple[str, str, str]]:
    """(kind, value, holder's id) of every lease, as the database has them."""
    import sqlite3

    connection = sqlite3.connect(platform.var / "platform.sqlite3", timeout=20)
    try:
        rows = connection.execute("select kind, value, holder_id from platform_site_lease")
        return [(str(kind), str(value), str(holder)) for kind, value, holder in rows]
    finally:
        connection.close()
