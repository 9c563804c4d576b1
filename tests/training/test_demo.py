"""Every method of the demo trains for real on the platform, learns what is stated, and resumes.

The demo's configurations set their seeds. Beside each bound: what was measured on two CPU cores.
"""

from __future__ import annotations

import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docker.conftest import NAME, make_engine, platform_on
from tests.support.docker_engine import DockerEngine, training_python_binds
from tests.support.live_platform import LivePlatform, LiveRun, wait_for

pytestmark = [pytest.mark.training, pytest.mark.processes, pytest.mark.timeout(1800)]
PATIENCE = 600.0  # seconds for a run; ten to sixty on two cores that do nothing else

BASE_LOSS = 4.0  # at least, of the base on the held-out answers, in nats a token: 4.51
TRAINED_LOSS = {"sft": 2.0, "lora": 3.1}  # at most, of the trained model: 1.51 and 2.55
REWARD_ACCURACY = 0.9  # more than this of the held-out pairs: 1.0
CHANCE = 0.8  # less than this before training, where 0.5 is expected of 24 pairs: 0.375
PPO_RISE = 1.5  # at least, of the mean reward, last 5 steps against the first 3: 3.5
PPO_THANKS = 3  # at least so many more of 12 prompts are answered with a thank-you: 12
THANKS = re.compile(r"谢谢|感谢|Thank")

ALWAYS = {"step", "max_steps", "loss", "learning_rate", "tokens_per_second", "elapsed_seconds"}
SAMPLED = {"kl", "reward", "reward_std", "mean_length"}
FIGURES = {
    "sft": {"grad_norm"},
    "lora": {"grad_norm"},
    "reward": {"accuracy", "margin"},
    "dpo": {"rewards/accuracies", "rewards/margins"},
    "kto": {"kl"},
    "ppo": {*SAMPLED, "policy_loss", "value_loss", "clip_fraction", "entropy"},
    "grpo": SAMPLED,
    "rloo": SAMPLED,
}
SLOWLY = {
    "sft": {"training.gradient_accumulation_steps": 8},
    "ppo": {"training.rollout_batch_size": 64},
}
LEFT = {"final", "metrics.jsonl", "effective_config.yaml", "environment.json", "tensorboard"}
Ended = Callable[[str], LiveRun]


def with_demo(platform: LivePlatform, material: Path) -> None:
    """Bring the demo's models along, which were made once, so that make_demo finds them there."""
    shutil.copytree(material, platform.training_dir, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def platform(
    tmp_path_factory: pytest.TempPathFactory, demo_material: Path, training_python: str
) -> Iterator[LivePlatform]:
    made = LivePlatform(tmp_path_factory.mktemp("demo") / "live", TRAINING_PYTHON=training_python)
    with_demo(made, demo_material)
    made.start()
    made.manage("make_demo")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def ended(platform: LivePlatform) -> Ended:
    """A demo project's run, made once, that has ended."""
    runs: dict[str, LiveRun] = {}

    def of(method: str) -> LiveRun:
        if method not in runs:
            runs[method] = platform.run(f"demo-{method}")
            runs[method].wait_end(timeout=PATIENCE)
        return runs[method]

    return of


def answer(run: LiveRun, what: str) -> Any:
    found = run.platform.http.get(f"{run.path}/{what}")
    assert found.status_code == 200, found.text
    return found.json()


def steps_of(run: LiveRun) -> list[dict[str, Any]]:
    """The run's metrics lines, a step each."""
    return [point for point in answer(run, "metrics")["points"] if "event" not in point]


@pytest.mark.parametrize("method", FIGURES)
def test_a_method_trains_on_this_host(ended: Ended, method: str) -> None:
    run = ended(method)
    data = run.get()
    assert data["status"] == "succeeded", run.log()[-3000:]
    assert (data["progress"], data["executor"], data["method"]) == (1.0, "local", method)
    points = steps_of(run)
    assert [point["step"] for point in points] == list(range(1, data["max_steps"] + 1))
    assert ALWAYS | FIGURES[method] <= set(points[-1]), sorted(points[-1])
    paths = [file["path"] for file in answer(run, "artifacts")]
    assert {path.split("/")[1] for path in paths if path.startswith("output/")} >= LEFT
    weights = "adapter_model" if method == "lora" else "model"
    assert f"output/final/{weights}.safetensors" in paths
    assert "output/final/tokenizer.json" in paths
    whole = f"checkpoint-{data['max_steps']}"
    assert data["checkpoints"][-1] == whole
    assert f"output/{whole}/trainer_state.json" in paths
    wait_for(lambda: all(file["sha256"] for file in answer(run, "artifacts")), what="digests")


@pytest.mark.parametrize("method", sorted(TRAINED_LOSS))
def test_fine_tuning_lowers_the_loss_on_held_out_answers(ended: Ended, method: str) -> None:
    found = answer(ended(method), "evaluation")
    assert found["rows"] == 40
    assert found["base"]["loss"] > BASE_LOSS
    assert found["trained"]["loss"] < TRAINED_LOSS[method]
    assert found["trained"]["perplexity"] < found["base"]["perplexity"]
    assert {"prompt", "base", "trained"} == set(found["answers"][0])


def test_the_reward_model_tells_held_out_answers_apart(ended: Ended) -> None:
    found = answer(ended("reward"), "evaluation")
    assert found["rows"] == 24
    assert found["base"]["accuracy"] < CHANCE
    assert found["trained"]["accuracy"] > REWARD_ACCURACY


def test_ppo_raises_the_reward_and_the_policy_says_thank_you(ended: Ended) -> None:
    rewards = [point["reward"] for point in steps_of(ended("ppo"))]
    assert sum(rewards[-5:]) / 5 - sum(rewards[:3]) / 3 > PPO_RISE, rewards
    found = answer(ended("ppo"), "evaluation")
    before, after = (
        sum(bool(THANKS.search(one[who])) for one in found["answers"])
        for who in ("base", "trained")
    )
    assert after >= before + PPO_THANKS, found["answers"]


def test_an_adapter_is_merged_by_a_run_of_its_own(platform: LivePlatform, ended: Ended) -> None:
    adapter = ended("lora")
    merged = LiveRun(platform, platform.http.post(f"{adapter.path}/merge").json())
    data = merged.wait_end(timeout=PATIENCE)
    assert data["status"] == "succeeded", merged.log()[-3000:]
    assert (data["parent_id"], data["origin"]) == (adapter.id, "merge")
    paths = [file["path"] for file in answer(merged, "artifacts")]
    assert "output/final/model.safetensors" in paths
    assert "output/final/adapter_config.json" not in paths


def interrupt(run: LiveRun, how: str, step: int) -> None:
    """Stop it as a person does, or kill its processes as a full memory does, at a step."""
    wait_for(lambda: (run.get()["step"] or 0) >= step, PATIENCE, f"step {step}")
    if how == "stop":
        assert run.stop().status_code == 200
        assert run.wait_end()["status"] == "stopped"
        return
    for process in run.processes():
        if "trainer" in process.cmdline():
            process.send_signal(signal.SIGKILL)
    assert run.wait_end()["status"] == "failed"


def start_slowly(platform: LivePlatform, method: str) -> LiveRun:
    """The demo with more work in each step, so that there is time to interrupt it."""
    body = {"changes": SLOWLY[method]}
    return LiveRun(
        platform, platform.http.post(f"/api/projects/demo-{method}/runs", json=body).json()
    )


@pytest.mark.parametrize(("method", "how"), [("sft", "stop"), ("ppo", "kill")])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(
    platform: LivePlatform, method: str, how: str
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    first, uninterrupted = start_slowly(platform, method), start_slowly(platform, method)
    steps = 60 if method == "sft" else 30
    interrupt(first, how, random.Random(seed).randrange(steps // 3, 2 * steps // 3))
    assert uninterrupted.wait_end(timeout=PATIENCE)["status"] == "succeeded"
    whole = steps_of(uninterrupted)
    made = platform.http.post(f"{first.path}/resume")
    assert made.status_code == 201, made.text
    second = LiveRun(platform, made.json())
    data = second.wait_end(timeout=PATIENCE)
    assert data["status"] == "succeeded", second.log()[-3000:]
    assert (data["parent_id"], data["origin"]) == (first.id, "resume")
    checkpoint = int(data["resumed_from"].removeprefix("checkpoint-"))
    assert 0 < checkpoint < len(whole)
    # None lost, none done twice: neither in the curve nor in what the second has trained.
    points = steps_of(second)
    assert [point["step"] for point in points] == [point["step"] for point in whole]
    own = [line for line in second.script_lines() if line.startswith('{"step"')]
    assert f'{{"step": {checkpoint + 1},' in own[0]
    for name in ("loss", "reward") if method == "ppo" else ("loss",):
        difference = abs(points[-1][name] - whole[-1][name])
        print(f"{name}: differs by {difference:.2e} after resuming at step {checkpoint}")
        assert difference < 0.02
    assert answer(second, "evaluation")["trained"]["loss"] == pytest.approx(
        answer(uninterrupted, "evaluation")["trained"]["loss"], abs=0.02
    )


@pytest.fixture
def engine() -> Iterator[DockerEngine]:
    made = make_engine(live_restore=True)
    yield made
    made.cleanup()


@pytest.mark.docker
def test_the_demo_trains_in_a_container(
    engine: DockerEngine, tmp_path: Path, demo_material: Path, training_python: str
) -> None:
    platform = platform_on(engine, tmp_path / "live")
    with_demo(platform, demo_material)
    container = engine.container(
        NAME,
        platform.training_dir,
        read_only=training_python_binds(),
        environment={"TRAINING_PYTHON": training_python},
    )
    platform.environment["TRAINING_PYTHON"] = training_python
    platform.start()
    try:
        platform.manage("make_demo")
        runs = [platform.run(f"demo-{method}") for method in ("lora", "ppo")]
        for run in runs:
            data = run.wait_end(timeout=PATIENCE)
            assert data["status"] == "succeeded", run.log()[-3000:]
            assert data["executor"] == "docker"
        merged = LiveRun(platform, platform.http.post(f"{runs[0].path}/merge").json())
        assert merged.wait_end(timeout=PATIENCE)["status"] == "succeeded", merged.log()[-3000:]
    finally:
        platform.stop()
        container.remove(force=True)
