"""What an engine and a run get of the platform, and what they do not: real processes tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.deployments import LiveDeployment, engine_environment, launch
from tests.support.live_platform import CONFIG, ROOT, LivePlatform, wait_for

pytestmark = pytest.mark.processes
MESSAGES = [{"role": "user", "content": "hi"}]
HIDDEN = {
    "SECRET_KEY": "s3cret-of-the-platform-with-fifty-characters-and-more-abc",
    "OIDC_CLIENT_SECRET": "s3cret-oidc",
    "AWS_SECRET_ACCESS_KEY": "s3cret-aws",
    "WANDB_API_KEY": "s3cret-wandb",
    "PGPASSWORD": "s3cret-database",
    "VLLM_API_KEY": "s3cret-of-another-engine",
    "DJANGO_SETTINGS_MODULE": "platform_site.settings",
    "SOME_SHELL_VARIABLE": "s3cret-shell",
    "PYTHONPATH": str(ROOT),
}
GIVEN = {
    "HF_TOKEN": "hub", "VLLM_LOGGING_LEVEL": "INFO", "https_proxy": "http://127.0.0.1:9",
    "TRAINING_PYTHON": "python3", "MY_CLUSTER_NAME": "c1", "LC_ALL": "C.UTF-8",
}  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    folder = tmp_path_factory.mktemp("isolation")
    live = LivePlatform(
        folder, **engine_environment(folder), **HIDDEN, **GIVEN, CHILD_ENVIRONMENT="MY_CLUSTER_*"
    )
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="module")
def told(platform: LivePlatform) -> Iterator[tuple[LiveDeployment, dict[str, Any]]]:
    """A healthy engine, with what it says of itself."""
    file = platform.folder / "told.json"
    made = launch(platform, f"--served-model-name m --enable-lora --tell {file}")
    made.wait_healthy()
    yield made, json.loads(file.read_text())
    made.delete(force=True)


def test_an_engine_runs_in_its_own_folder_and_sees_no_secret(
    platform: LivePlatform, told: tuple[LiveDeployment, dict[str, Any]]
) -> None:
    made, said = told
    assert said["cwd"] == str(platform.folder / "deploy_logs" / made.id / "1" / "output")
    assert str(ROOT) not in said["path"]
    assert "" not in said["path"]
    environment = said["env"]
    for name in HIDDEN.keys() - {"VLLM_API_KEY"}:
        assert name not in environment
    assert "s3cret" not in json.dumps(environment)
    assert {name: environment.get(name) for name in GIVEN} == GIVEN


def test_a_run_sees_none_either(platform: LivePlatform) -> None:
    platform.script('env > "$LLM_PLATFORM_OUTPUT_DIR/env"')
    (platform.training_dir / "datasets" / "d.jsonl").write_text("{}\n")
    (platform.training_dir / "configs" / "c.yaml").write_text(CONFIG)
    platform.project("tells")
    run = platform.run("tells")
    assert run.wait_end()["status"] == "succeeded", run.log()
    lines = next(platform.training_dir.glob("runs/*/output/env")).read_text()
    assert "s3cret" not in lines
    assert set(GIVEN) <= {line.partition("=")[0] for line in lines.splitlines()}


def test_an_engine_answers_to_its_key_alone_and_nobody_finds_it(
    platform: LivePlatform, told: tuple[LiveDeployment, dict[str, Any]]
) -> None:
    made, said = told
    key = said["env"]["VLLM_API_KEY"]
    assert len(key) >= 32
    base = f"http://127.0.0.1:{made.get()['port']}"
    body = {"model": "m", "messages": MESSAGES}
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Token {key}"}):
        answer = httpx.post(f"{base}/v1/chat/completions", json=body, headers=headers)
        assert answer.status_code == 401
    theirs = {"Authorization": "Bearer the-client-s-own"}  # never the engine's to see
    answer = platform.http.post("/v1/chat/completions", json=body, headers=theirs)
    assert answer.status_code == 200, answer.text
    shown = [
        platform.http.get(path, headers={"Accept": "*/*"}).text
        for path in (made.path, made.page, f"{made.path}/log", "/api/v1/deployments",
                     "/admin/accounts/auditentry/", f"/admin/deployments/deployment/{made.id}/")
    ]  # fmt: skip
    files = [path for path in platform.folder.rglob("*") if path.is_file()]
    files.remove(platform.folder / "told.json")
    assert platform.var / "platform.sqlite3" in files
    for text in [*shown, *(path.read_bytes().decode("latin-1") for path in files)]:
        assert key not in text
    for process in made.processes():
        assert key not in " ".join(process.cmdline())


def test_each_attempt_has_a_key_of_its_own_and_adapters_are_still_attached(
    platform: LivePlatform, told: tuple[LiveDeployment, dict[str, Any]]
) -> None:
    made, said = told
    adapter = platform.training_dir / "models" / "adapter"
    adapter.mkdir(parents=True)
    (adapter / "adapter_config.json").write_text("{}")
    asked = {"name": "one", "path": str(adapter)}
    assert platform.http.post(f"{made.path}/adapters", json=asked).status_code == 201
    wait_for(lambda: made.get()["adapters"][0]["state"] == "attached", 20, "it is attached")
    made.restart()
    file = platform.folder / "told.json"

    def another() -> bool:
        now = json.loads(file.read_text() or "{}")
        return bool(now and now["env"]["VLLM_API_KEY"] != said["env"]["VLLM_API_KEY"])

    wait_for(another, 20, "it was started with another key")
    made.wait_healthy()
    body = {"model": "m", "messages": MESSAGES}
    wait_for(
        lambda: platform.http.post("/v1/chat/completions", json=body).status_code == 200,
        10, "the door has the new key",
    )  # fmt: skip


def test_a_relative_path_is_served_by_the_name_it_was_asked_for(platform: LivePlatform) -> None:
    """The engine's folder is not the platform's, so its command names the model in full."""
    folder = ROOT / "models" / "isolation-test"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    try:
        made = launch(platform, model_path="./models/isolation-test")
        assert str(folder) in made.wait_healthy()["vllm_cmd"]
        for name in ("./models/isolation-test", str(folder), "isolation-test"):
            body = {"model": name, "messages": MESSAGES}
            answer = platform.http.post("/v1/chat/completions", json=body)
            assert answer.status_code == 200, answer.text
        made.delete(force=True)
    finally:
        (folder / "config.json").unlink()
        folder.rmdir()
        if not list(folder.parent.iterdir()):
            folder.parent.rmdir()
