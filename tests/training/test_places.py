"""Where a configuration may lead the trainer: to its own folders, and nowhere else by any way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.live_platform import ROOT

OTHER = "4f6e0f35-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def trainer_is_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "training" / "scripts"))
    for name in list(os.environ):
        if name.startswith("LLM_PLATFORM_"):
            monkeypatch.delenv(name)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A training folder as the platform hands it to a run, beside files that are none of it."""
    root = tmp_path / "training"
    for folder in ("models/tiny", "checkpoints/old", f"runs/{OTHER}/output/final", "../opened/big",
                   "../secret/model", "datasets", "configs", "scripts"):  # fmt: skip
        (root / folder).mkdir(parents=True)
        (root / folder / "config.json").write_text("{}")
    for file in ("datasets/d.jsonl", "configs/x.jsonl", "../secret/rows.jsonl", "x.jsonl",
                 f"runs/{OTHER}/inputs.jsonl"):  # fmt: skip
        (root / file).write_text("{}\n")
    monkeypatch.setenv("LLM_PLATFORM_TRAINING_DIR", str(root))
    monkeypatch.setenv("LLM_PLATFORM_DATASET", str(root / "datasets" / "d.jsonl"))
    monkeypatch.setenv("LLM_PLATFORM_OUTPUT_DIR", str(root / "runs" / "mine" / "output"))
    monkeypatch.setenv("LLM_PLATFORM_MODEL_ROOTS", str(tmp_path / "opened"))
    return root


def load(root: Path, kind: str = "sft", **document: Any) -> Any:
    from trainer.config import load as trainer_load

    path = root / "configs" / "c.yaml"
    path.write_text(yaml.safe_dump({"model": {"base": "tiny"}, **document}, sort_keys=False))
    return trainer_load(path, kind)


def refused(root: Path, **document: Any) -> str:
    from trainer.errors import ConfigError

    with pytest.raises(ConfigError) as error:
        load(root, **document)
    return str(error.value)


@pytest.mark.parametrize("name", ["d.jsonl", "datasets/d.jsonl"])
def test_rows_lie_in_datasets(root: Path, name: str) -> None:
    found = load(root, evaluation={"data": name})
    assert found.eval_dataset == (root / "datasets" / "d.jsonl").resolve()


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../secret/rows.jsonl", "datasets/../../secret/rows.jsonl", "link.jsonl",
     "folder/rows.jsonl", "x.jsonl", "configs/x.jsonl", f"runs/{OTHER}/inputs.jsonl", "~/.bashrc",
     "pipe", "a\x00b", "a\nb", " ", "n" * 5000, "datasets"],
)  # fmt: skip
def test_rows_elsewhere_are_refused_with_key_and_line(root: Path, name: str) -> None:
    (root / "datasets" / "link.jsonl").symlink_to(root / ".." / "secret" / "rows.jsonl")
    (root / "datasets" / "folder").symlink_to(root / ".." / "secret")
    os.mkfifo(root / "datasets" / "pipe")
    message = refused(root, evaluation={"data": name})
    assert message.startswith("c.yaml, line 4: evaluation.data: "), message


def test_rows_that_the_platform_has_found_are_taken(root: Path, monkeypatch: Any) -> None:
    upload = str(root / "runs" / "mine" / "inputs" / "u.jsonl")
    monkeypatch.setenv("LLM_PLATFORM_EVALUATION_DATA", upload)
    assert load(root, evaluation={"data": "u.jsonl"}).eval_dataset == Path(upload)
    assert load(root).eval_dataset is None


@pytest.mark.parametrize(
    "name",
    ["tiny", "models/tiny", "checkpoints/old", f"runs/{OTHER}/output/final", "{root}/models/tiny",
     "{opened}/big", "linked", "named"],
)  # fmt: skip
def test_models_lie_in_their_folders_or_where_an_operator_has_opened(
    root: Path, tmp_path: Path, name: str
) -> None:
    (root / "models" / "linked").symlink_to(tmp_path / "opened" / "big")
    name = name.format(root=root, opened=tmp_path / "opened")
    found = load(root, model={"base": name}, registry={"named": "models/tiny"})
    assert (found.base / "config.json").is_file()


@pytest.mark.parametrize(
    "name",
    ["{secret}/model", "../secret/model", "models/../../secret/model", "linked", "holds", "scripts",
     "datasets", f"runs/{OTHER}", "runs", "named", "{opened}/../secret/model", "/", ".", "nowhere"],
)  # fmt: skip
def test_models_elsewhere_are_refused_with_key_and_line(
    root: Path, tmp_path: Path, name: str
) -> None:
    secret = tmp_path / "secret"
    (root / "models" / "linked").symlink_to(secret / "model")
    (root / "models" / "holds").mkdir()
    (root / "models" / "holds" / "config.json").write_text("{}")
    (root / "models" / "holds" / "tokenizer.json").symlink_to(secret / "rows.jsonl")
    (root / "runs" / OTHER / "config.json").write_text("{}")
    (root / "runs" / "config.json").write_text("{}")
    name = name.format(secret=secret, opened=tmp_path / "opened")
    message = refused(root, model={"base": name}, registry={"named": str(secret / "model")})
    assert message.startswith("c.yaml, line 2: model.base "), message


def test_a_script_by_hand_takes_any_model_but_no_rows_from_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer import places

    for name in [name for name in os.environ if name.startswith("LLM_PLATFORM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(places, "__file__", str(root / "scripts" / "trainer" / "places.py"))
    model, data = str(tmp_path / "secret" / "model"), {"train": "d.jsonl"}
    found = load(root, model={"base": model}, data=data)
    assert found.base == Path(model)
    assert found.output == (root / "checkpoints" / "c").resolve()
    assert "data.train" in refused(root, data={"train": str(tmp_path / "secret" / "rows.jsonl")})
    assert load(root, data=data, output_dir="mine/x").output == (root / "mine" / "x").resolve()
    for output in ("/tmp/x", "../x", "datasets", "scripts/trainer", f"runs/{OTHER}/output", "."):
        assert "output_dir" in refused(root, data=data, output_dir=output)
    (root / "out").symlink_to(tmp_path / "secret")
    assert "output_dir" in refused(root, data=data, output_dir="out/x")


def test_the_base_that_an_adapter_names_lies_where_models_may(root: Path, tmp_path: Path) -> None:
    from trainer.errors import ConfigError
    from trainer.places import model_folder

    assert model_folder(str(root / "models" / "tiny"), "config.json").name == "tiny"
    for named in (str(tmp_path / "secret" / "model"), ""):
        with pytest.raises(ConfigError):
            model_folder(named, "config.json")
