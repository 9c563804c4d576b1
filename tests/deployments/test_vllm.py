"""The real vLLM on the CPU, with the demo's tiny model and an adapter trained by the platform."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import psutil
import pytest

from tests.support.deployments import LiveDeployment, engine_environment, leases
from tests.support.live_platform import ROOT, LivePlatform, wait_for

pytestmark = [pytest.mark.vllm, pytest.mark.processes, pytest.mark.timeout(900)]
CHECK = ROOT.parent / "shared" / "contract" / "check.py"
QUESTION: Any = [{"role": "user", "content": "What is the capital of France?"}]
START = 240.0  # seconds; 25 to 60 here


@pytest.fixture(scope="module")
def vllm_platform(
    vllm: str, demo_model: Path, tmp_path_factory: pytest.TempPathFactory, training_python: str
) -> Iterator[LivePlatform]:
    folder = tmp_path_factory.mktemp("vllm")
    template = (
        f"{vllm} serve {{model_path}} --host {{host}} --port {{port}} "
        "--max-model-len 512 --enforce-eager --dtype bfloat16 {extra_args}"
    )
    settings = engine_environment(
        folder,
        VLLM_CMD_TEMPLATE=template,
        VLLM_CPU_KVCACHE_SPACE="1",
        TRAINING_PYTHON=training_python,
    )
    platform = LivePlatform(folder, **settings)
    training = ROOT / "training"
    shutil.copytree(training / "scripts", platform.training_dir / "scripts", dirs_exist_ok=True)
    shutil.copyfile(training / "requirements.txt", platform.training_dir / "requirements.txt")
    shutil.copytree(demo_model, platform.training_dir / "models" / "demo-tiny")
    for source in (training / "demo").glob("*.jsonl"):
        shutil.copy(source, platform.training_dir / "datasets")
    shutil.copy(training / "demo" / "demo_lora.yaml", platform.training_dir / "configs")
    platform.start()
    yield platform
    platform.stop()


def test_the_contracts_check_passes_with_a_model(
    vllm_platform: LivePlatform, demo_model: Path
) -> None:
    if not CHECK.is_file():
        pytest.skip("the contract is not beside this checkout")
    argv = [sys.executable, str(CHECK), vllm_platform.url, "--model-path", str(demo_model),
            "--training-dir", str(vllm_platform.training_dir)]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600)
    lines = done.stdout.splitlines()
    assert "ok    deployment becomes running and healthy" in lines, done.stdout
    assert "ok    deleted deployment is 404" in lines, done.stdout
    assert [line for line in lines if line.startswith("FAIL")] == [], done.stdout
    assert leases(vllm_platform) == []


def train_an_adapter(platform: LivePlatform) -> Any:
    answer = platform.http.post(
        "/api/projects",
        json={
            "name": "capitals",
            "dataset_name": "datasets/sft_demo.jsonl",
            "training_yaml_name": "configs/demo_lora.yaml",
        },
    )
    assert answer.status_code == 201
    run = platform.run("capitals")
    assert run.wait_end(timeout=300)["status"] == "succeeded", run.log()
    return run


def test_an_adapter_from_a_run_is_served_and_answers_differently_from_its_base(
    vllm_platform: LivePlatform,
) -> None:
    run = train_an_adapter(vllm_platform)
    path = run.page.replace("/projects/", "/deployments/from-run/").replace("/runs/", "/")
    answer = vllm_platform.submit(path)
    assert answer.status_code == 302, answer.text
    identifier = answer.headers["Location"].strip("/").rpartition("/")[2]
    data = vllm_platform.http.get(f"/api/v1/deployments/{identifier}").json()
    made = LiveDeployment(vllm_platform, data)
    assert "--enable-lora" in data["vllm_cmd"]
    phases = set()

    def healthy() -> bool:
        now = made.get()
        assert now["status"] in ("starting", "running"), (now["reason"], made.log()[-3000:])
        phases.add(now["phase"])
        return bool(now["health_ok"])

    wait_for(healthy, START, "vLLM is healthy")
    assert len(phases) >= 3, phases
    adapter = data["adapters"][0]["name"]
    wait_for(lambda: made.get()["adapters"][0]["state"] == "attached", 20, "it is attached")
    client = openai.OpenAI(base_url=f"{vllm_platform.url}/v1", api_key="none", max_retries=0)
    wait_for(lambda: adapter in {one.id for one in client.models.list()}, 10, "the door has it")

    def ask(model: str) -> str:
        stream = client.chat.completions.create(
            model=model, messages=QUESTION, max_tokens=24, temperature=0, stream=True
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream)

    base, trained = ask("demo-tiny"), ask(adapter)
    assert base
    assert trained
    assert base != trained
    # Detached and attached again while it runs.
    assert vllm_platform.http.delete(f"{made.path}/adapters/{adapter}").status_code == 200
    wait_for(lambda: not made.get()["adapters"], 20, "it is detached")
    again = vllm_platform.http.post(
        f"{made.path}/adapters", json={"name": "again", "path": data["adapters"][0]["path"]}
    )
    assert again.status_code == 201, again.text
    wait_for(lambda: made.get()["adapters"][0]["state"] == "attached", 20, "it is back")
    wait_for(lambda: "again" in {one.id for one in client.models.list()}, 10, "the door has it")
    assert ask("again") == trained
    samples = wait_for(
        lambda: vllm_platform.http.get(f"{made.path}/metrics").json(), 20, "figures are read"
    )
    assert {"running", "waiting", "kv_cache", "tokens_per_second"} <= set(samples[-1])
    port = made.get()["port"]
    # It answers to the platform's key alone; its health is anybody's to ask.
    for path, status in (("/v1/models", 401), ("/v1/load_lora_adapter", 401), ("/health", 200)):
        assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == status, path
    assert made.delete().status_code == 200
    assert made.processes() == []
    assert not [one for one in psutil.net_connections() if one.laddr and one.laddr.port == port
                and one.status == psutil.CONN_LISTEN]  # fmt: skip
    assert leases(vllm_platform) == []


def test_a_model_that_vllm_cannot_load_says_why(vllm_platform: LivePlatform) -> None:
    empty = vllm_platform.folder / "empty"
    empty.mkdir()
    (empty / "config.json").write_text("{}")
    answer = vllm_platform.http.post("/api/v1/deployments", json={"model_path": str(empty)})
    made = LiveDeployment(vllm_platform, answer.json())
    made.wait("failed", timeout=120)
    english = vllm_platform.http.get(made.path, headers={"Accept-Language": "en"}).json()
    assert "\n" not in english["reason"]
    assert str(empty) in english["reason"] or "config" in english["reason"], english["reason"]
    made.delete()
