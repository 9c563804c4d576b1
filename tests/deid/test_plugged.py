"""An operator's own model, from a folder on disk, improves what is found."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import spacy

from deid.engine.finding import find
from deid.engine.policy import parse
from deid.engine.recognition.besides import Besides
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.plugged import ModelError, parts_of, reader_of
from tests.support.live_platform import ROOT
from tests.training.conftest import VENV_PYTHON

TEXT = "yesterday the table came, with chairs and two lamps"


@pytest.fixture
def model(tmp_path: Path) -> str:
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "PERSON", "pattern": "table"}, {"label": "ORG", "pattern": "two lamps"},
         {"label": "GPE", "pattern": "chairs"}]
    )  # fmt: skip
    nlp.to_disk(tmp_path / "model")
    return f"spacy:{tmp_path / 'model'}"


def test_what_it_finds_joins_what_we_find(model: str) -> None:
    assert analyse([TEXT]) == [[]]
    spans = analyse([TEXT], besides=Besides(model))[0]
    assert [(TEXT[one.start : one.end], one.type) for one in spans] == [
        ("table", "PERSON"), ("two lamps", "ORGANIZATION"),
    ]  # fmt: skip
    policy = parse({"default": "drop"})
    assert len(find(policy, [TEXT], besides=Besides(model))[0]) == 2


@pytest.mark.parametrize("reference", ["", "spacy", "spacy:", "onnx:/tmp", "spacy:/nonexistent"])
def test_a_reference_that_cannot_be_is_said(reference: str) -> None:
    with pytest.raises(ModelError):
        parts_of(reference)


def test_a_folder_that_is_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        reader_of(f"spacy:{tmp_path}")
    with pytest.raises(ModelError, match="not installed"):
        reader_of(f"gliner:{tmp_path}")


@pytest.mark.training
def test_a_real_transformers_model_reads_from_its_folder(tmp_path: Path) -> None:
    texts = ["yesterday quimby came", "it rained"]
    program = ROOT / "tests" / "support" / "tiny_tagger.py"
    done = subprocess.run(
        [VENV_PYTHON, program, tmp_path / "model", json.dumps(texts)],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == [[[10, 16, "PERSON"]], []]
