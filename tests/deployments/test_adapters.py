"""An adapter is attached though another of our workers was faster."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import User

from deployments.adapters import adapters_sync
from deployments.choices import DeploymentStatus
from deployments.models import Adapter, AdapterState, Deployment

LOADED = "The lora adapter 'tone' has already been loaded."


class Engine(BaseHTTPRequestHandler):
    """Refuses every load as vLLM does, and, where `raced`, has the adapter by then."""

    raced = True
    served: set[str] = set()

    def do_GET(self) -> None:
        self._answer(200, {"data": [{"id": name} for name in self.served]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.raced:
            type(self).served = {body["lora_name"]}
        self._answer(400, {"error": {"message": LOADED if self.raced else "No such rank"}})

    def _answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Engine.served = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
@pytest.mark.parametrize("raced", [True, False])
def test_what_another_has_loaded_meanwhile_is_attached(
    alice: User, port: int, settings: Any, raced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEPLOY_ADDRESS = "127.0.0.1"
    monkeypatch.setattr(Engine, "raced", raced)
    row = Deployment.objects.create(
        owner=alice, model_path="m", host=settings.PLATFORM_HOST, port=port,
        status=DeploymentStatus.RUNNING, vllm_cmd="vllm serve m --enable-lora",
    )  # fmt: skip
    adapter = Adapter.objects.create(deployment=row, name="tone", path="/a")
    adapters_sync(row.id)
    adapter.refresh_from_db()
    wanted = (AdapterState.ATTACHED, "") if raced else (AdapterState.REFUSED, "No such rank")
    assert (adapter.state, adapter.message) == wanted
