"""One declared GPU, several runs: never two together, whatever dies; the queue says why."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deployments import engine_environment
from tests.support.live_platform import LivePlatform, LiveRun, wait_for

pytestmark = pytest.mark.processes
CONFIG = "job: {type: sft}\nmodel: {base: any}\ntraining: {num_gpus: 1}\n"
# Notes when it had which GPU; the exclusive lock is taken by none but a run that overlaps.
SCRIPT = """
log="$LLM_PLATFORM_TRAINING_DIR/times.log"
mkdir "$LLM_PLATFORM_TRAINING_DIR/gpu-in-use" || echo "OVERLAP $LLM_PLATFORM_RUN_ID" >> "$log"
echo "begin $LLM_PLATFORM_RUN_ID $CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER" >> "$log"
sleep 1.5
echo "end $LLM_PLATFORM_RUN_ID" >> "$log"
rmdir "$LLM_PLATFORM_TRAINING_DIR/gpu-in-use"
"""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[LivePlatform]:
    inventory = tmp_path / "gpus.json"
    inventory.write_text(json.dumps({"gpus": [{"index": 3, "name": "declared"}]}))
    folder = tmp_path / "live"
    folder.mkdir()
    made = LivePlatform(folder, **{**engine_environment(folder), "GPU_INVENTORY": str(inventory)})
    made.script(SCRIPT)
    made.start()
    yield made
    made.stop()


def times(platform: LivePlatform) -> list[list[str]]:
    log = platform.training_dir / "times.log"
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


def turn(run: LiveRun) -> dict[str, object] | None:
    return run.get()["queue"]  # type: ignore[no-any-return]


def test_they_run_one_after_the_other_and_the_queue_says_why(platform: LivePlatform) -> None:
    platform.project("one", CONFIG)
    runs = [platform.run("one") for _ in range(3)]
    wait_for(lambda: times(platform), what="the first has begun")
    waiting = [run for run in runs if turn(run)]
    assert len(waiting) == 2
    queue = platform.http.get("/api/runs/queue").json()
    assert [row["position"] for row in queue] == [1, 2]
    assert {row["run_id"] for row in queue} == {run.id for run in waiting}
    assert all("1" in row["why"] and "0" in row["why"] for row in queue)
    assert str(queue[0]["run_id"])[:8] in platform.http.get("/projects/queue/").text
    assert all(run.wait_end()["status"] == "succeeded" for run in runs)
    lines = times(platform)
    assert [line[0] for line in lines] == ["begin", "end"] * 3
    # By age; each with the device that it was given, and none without.
    assert [line[1] for line in lines if line[0] == "begin"] == [run.id for run in runs]
    assert all(line[2:] == ["3", "PCI_BUS_ID"] for line in lines if line[0] == "begin")
    assert platform.http.get("/api/runs/queue").json() == []


def test_no_kill_lets_two_have_the_gpu(platform: LivePlatform) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    platform.project("two", CONFIG)
    runs = [platform.run("two") for _ in range(4)]
    for _ in range(4):
        time.sleep(chance.uniform(0.2, 1.2))
        platform.kill(*chance.sample(["web", "worker", "agent"], 2))
    platform.wait_ready()
    ended = [run.wait_end(timeout=90) for run in runs]
    assert [data["status"] for data in ended] == ["succeeded"] * 4
    lines = times(platform)
    assert [line[0] for line in lines] == ["begin", "end"] * 4, lines


def test_a_deployment_and_a_run_never_have_the_same_gpu(platform: LivePlatform) -> None:
    launch = {"model_path": "owner/model"}
    answer = platform.http.post("/api/v1/deployments", json=launch)
    assert answer.status_code == 201, answer.text
    platform.project("three", CONFIG)
    run = platform.run("three")
    wait_for(lambda: turn(run), what="the run waits")
    time.sleep(2)
    assert times(platform) == []
    deployment = answer.json()["deployment_id"]
    removed = platform.http.delete(f"/api/v1/deployments/{deployment}?force=true")
    assert removed.status_code == 200, removed.text
    wait_for(lambda: times(platform), what="the run has begun")
    refused = platform.http.post("/api/v1/deployments", json=launch)
    assert refused.status_code == 503
    assert run.wait_end()["status"] == "succeeded"
    assert platform.http.post("/api/v1/deployments", json=launch).status_code == 201


def test_a_run_stopped_while_it_waits_never_begins(platform: LivePlatform) -> None:
    platform.project("four", CONFIG)
    first, second = platform.run("four"), platform.run("four")
    wait_for(lambda: turn(second), what="the second waits")
    assert second.stop().status_code == 200
    assert second.get()["status"] == "stopped"
    assert first.wait_end()["status"] == "succeeded"
    time.sleep(2)
    assert second.id not in {line[1] for line in times(platform)}
