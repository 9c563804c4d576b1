"""Two hosts by script: each starts it with its rank, on a disk of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.training.test_scripts import SFT, finish, metrics, start

pytestmark = pytest.mark.training


def start_hosts(roots: list[Path], python: str, config: str) -> list[subprocess.Popen[str]]:
    """One process a host, all on loopback."""
    port = str(free_port())
    return [
        start(
            root, python, "sft", config,
            NNODES=str(len(roots)), NODE_RANK=str(rank), NPROC="1",
            MASTER_ADDR="127.0.0.1", MASTER_PORT=port,
        )
        for rank, root in enumerate(roots)
    ]  # fmt: skip


@pytest.fixture
def hosts(training_dir: Path, tmp_path: Path) -> list[Path]:
    """Two training directories with the same scripts, model and data."""
    return [training_dir, Path(shutil.copytree(training_dir, tmp_path / "second"))]


def test_two_hosts_train_together_and_the_first_one_tells(
    hosts: list[Path], training_python: str
) -> None:
    processes = start_hosts(hosts, training_python, SFT % {"steps": 2, "save": 100})
    (first_code, first), (second_code, second) = [finish(one) for one in processes]
    assert (first_code, second_code) == (0, 0), first[-2000:] + second[-2000:]
    assert [line["step"] for line in metrics(first)] == [1, 2]
    assert metrics(second) == []
    assert (hosts[0] / "output" / "final" / "model.safetensors").is_file()
    assert not (hosts[1] / "output" / "metrics.jsonl").exists()
    document = (hosts[0] / "output" / "effective_config.yaml").read_text("utf-8")
    assert "processes: 2" in document

    # The checkpoint lies with the first alone: both say so, and neither waits for the other.
    processes = start_hosts(hosts, training_python, SFT % {"steps": 4, "save": 100})
    for code, output in [finish(one) for one in processes]:
        assert code != 0
        assert "do not find the same newest checkpoint" in output, output[-2000:]
