"""Which GPUs and port a launch gets, and why it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.errors import Invalid, Unavailable
from core.execution.hosts import host_report
from core.execution.models import Lease
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from deployments.run.state import transition
from deployments.services import Launch, deployment_launch

pytestmark = pytest.mark.django_db
GIB = 1024**3


def declare(settings: Any, tmp_path: Path, *gpus: tuple[int, int]) -> None:
    """GPUs with (memory in all, memory in use) in GiB."""
    entries = [
        {"index": index, "memory_total": total * GIB, "memory_used": used * GIB}
        for index, (total, used) in enumerate(gpus)
    ]
    path = tmp_path / "gpus.json"
    path.write_text(json.dumps({"gpus": entries}))
    settings.GPU_INVENTORY = str(path)
    host_report()


def launch(user: User, **asked: Any) -> Deployment:
    asked_for = Launch(**{"model_path": "owner/name", **asked})
    return deployment_launch(actor=Actor(user, "session"), launch=asked_for)


def model(tmp_path: Path, weights: int, layers: int = 32) -> str:
    folder = tmp_path / "host_training_dir" / "models" / "big"
    folder.mkdir(parents=True)
    config = {
        "num_hidden_layers": layers, "num_attention_heads": 32, "num_key_value_heads": 8,
        "hidden_size": 4096, "max_position_embeddings": 8192, "torch_dtype": "bfloat16",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    with (folder / "model.safetensors").open("wb") as file:
        file.truncate(weights)
    return str(folder)


def test_the_free_gpu_with_the_most_memory_is_taken(
    alice: User, settings: Any, tmp_path: Path
) -> None:
    declare(settings, tmp_path, (80, 70), (80, 10), (80, 40))
    assert [launch(alice).gpu_ids for _ in range(3)] == [[1], [2], [0]]
    with pytest.raises(Unavailable, match=r"1 GPUs are needed; of the 3"):
        launch(alice)
    assert Deployment.objects.count() == 3


def test_a_wanted_gpu_is_given_or_refused_with_the_reason(
    alice: User, settings: Any, tmp_path: Path
) -> None:
    declare(settings, tmp_path, (80, 0), (80, 0))
    first = launch(alice, preferred_gpu=1)
    assert first.gpu_ids == [1]
    with pytest.raises(Unavailable, match=r"GPU 1 .* is leased"):
        launch(alice, preferred_gpu=1)
    with pytest.raises(Invalid, match=r"There is no GPU 5 .*; there are: 0, 1") as refused:
        launch(alice, preferred_gpu=5)
    assert refused.value.field == "preferred_gpu"
    transition(first, DeploymentStatus.FAILED, code="never_began")
    assert launch(alice, preferred_gpu=1).gpu_ids == [1]


@pytest.mark.parametrize(
    "arguments", ["--tensor-parallel-size 2", "-tp=2", "--tensor_parallel_size=2", "-tp 1 -pp 2"]
)
def test_tensor_parallelism_leases_several(
    alice: User, settings: Any, tmp_path: Path, arguments: str
) -> None:
    declare(settings, tmp_path, (80, 0), (80, 0), (80, 0))
    made = launch(alice, extra_args=arguments, preferred_gpu=2)
    assert made.gpu_ids == [2, 0]
    with pytest.raises(Unavailable, match=r"2 GPUs are needed"):
        launch(alice, extra_args=arguments)
    assert Lease.objects.count() == 3


def test_a_model_that_cannot_fit_is_refused_and_a_tight_one_warned_of(
    alice: User, settings: Any, tmp_path: Path
) -> None:
    declare(settings, tmp_path, (24, 0), (24, 12))
    big = model(tmp_path, 40 * GIB)
    with pytest.raises(Invalid, match=r"The weights need 40.0 GiB on each GPU and it has 24.0"):
        launch(alice, model_path=big)
    split = launch(alice, model_path=big, extra_args="--tensor-parallel-size 2")
    assert split.warning_texts == [
        "Needs about 22.0 GiB a GPU; 12.0 of 24.0 GiB are free: it may run out"
    ]


def test_a_model_that_fits_is_not_warned_of(alice: User, settings: Any, tmp_path: Path) -> None:
    declare(settings, tmp_path, (80, 0))
    made = launch(alice, model_path=model(tmp_path, 14 * GIB), extra_args="--max-model-len 4096")
    assert made.warnings == []


def test_a_host_without_gpus_serves_by_its_cpu(alice: User, settings: Any) -> None:
    settings.GPU_INVENTORY = "none"
    assert launch(alice).gpu_ids == []
    with pytest.raises(Invalid, match=r"There is no GPU 0"):
        launch(alice, preferred_gpu=0)


def test_without_a_port_left_the_range_is_named(alice: User, settings: Any) -> None:
    settings.DEPLOY_PORT_LOW = settings.DEPLOY_PORT_HIGH = 29_999
    launch(alice)
    with pytest.raises(Unavailable, match=r"all from 29999 to 29999 are in use"):
        launch(alice)


def test_the_platforms_own_port_is_never_handed_out(alice: User, settings: Any) -> None:
    settings.DEPLOY_PORT_LOW, settings.DEPLOY_PORT_HIGH = 29_990, 29_991
    settings.PORT = 29_990
    assert launch(alice).port == 29_991


def test_a_gpu_that_disappears_is_said(alice: User, settings: Any, tmp_path: Path) -> None:
    from django.utils import timezone

    from deployments.watch.polling import facts_check

    declare(settings, tmp_path, (80, 0), (80, 0))
    made = launch(alice, preferred_gpu=1)
    Deployment.objects.update(status=DeploymentStatus.RUNNING, submitted_at=timezone.now())
    declare(settings, tmp_path, (80, 0))
    facts_check()
    made.refresh_from_db()
    assert made.notice == "GPU 1 is no longer seen on the host"
    declare(settings, tmp_path, (80, 0), (80, 0))
    facts_check()
    made.refresh_from_db()
    assert made.notice == ""


def test_an_inventory_that_cannot_be_read_is_said_and_keeps_what_was_known(
    settings: Any, tmp_path: Path
) -> None:
    declare(settings, tmp_path, (80, 0))
    Path(settings.GPU_INVENTORY).write_text("gpus: [{index: x}]")
    host = host_report()
    assert "gpus.json" in host.gpu_problem
    assert len(host.gpus) == 1


def test_a_clock_that_jumps_back_does_not_hold_a_restart_up(alice: User) -> None:
    """`next_launch_at` is then far away; no back-off is that long."""
    from datetime import timedelta

    from django.utils import timezone

    from deployments.run.lifecycle import MACHINE

    made = launch(alice)
    made.next_launch_at = timezone.now() + timedelta(seconds=20)
    assert not MACHINE.may_launch(made)
    made.next_launch_at = timezone.now() + timedelta(hours=5)
    assert MACHINE.may_launch(made)
    made.next_launch_at = timezone.now() - timedelta(hours=5)
    assert MACHINE.may_launch(made)


def test_a_restart_of_one_that_still_waits_leaves_no_deadline_behind(alice: User) -> None:
    """That deadline would kill the engine that is launched next, some seconds into its life."""
    from deployments.services import deployment_restart

    made = launch(alice)
    made = deployment_restart(actor=Actor(alice, "session"), deployment=made)
    assert (made.kill_reason_code, made.force_requested_at) == ("", None)
