"""A model of the operator's own, from a folder on disk, that reads beside our recognisers.

`spacy:FOLDER`, `transformers:FOLDER` (token classification) or `gliner:FOLDER`. Nothing is
downloaded. The library must be installed beside the platform; spaCy is (Presidio brings it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from deid.engine.recognition import types as t
from deid.engine.recognition.types import Span

KINDS = ("spacy", "transformers", "gliner")
SCORE = 0.8
# What models call them; types of ours are taken by their own names.
LABELS = {
    "PER": t.PERSON, "PERSON": t.PERSON, "NAME": t.PERSON, "ORG": t.ORGANIZATION,
    "ORGANIZATION": t.ORGANIZATION, "COMPANY": t.ORGANIZATION, "ADDRESS": t.ADDRESS,
    "LOC": t.LOCATION, "GPE": t.LOCATION,
} | {kind: kind for kind in t.ALL}  # fmt: skip
ASKED = {"person": t.PERSON, "organization": t.ORGANIZATION, "street address": t.ADDRESS}
Reader = Callable[[Sequence[str]], list[list[Span]]]


class ModelError(ValueError):
    """The model cannot be had; the message says why."""


def parts_of(reference: str) -> tuple[str, Path]:
    """Kind and folder of a reference. Raises ModelError."""
    kind, _colon, folder = reference.partition(":")
    if kind not in KINDS or not folder:
        raise ModelError(f"must be one of {', '.join(KINDS)}, a colon and a folder")
    if not Path(folder).is_dir():
        raise ModelError(f"{folder} is not a folder")
    return kind, Path(folder)


@lru_cache(maxsize=1)
def reader_of(reference: str) -> Reader:
    """Loads the model; once in each process. Raises ModelError."""
    kind, folder = parts_of(reference)
    try:
        return {"spacy": _spacy, "transformers": _transformers, "gliner": _gliner}[kind](folder)
    except ImportError as error:
        raise ModelError(f"{kind} is not installed here") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder} cannot be loaded by {kind}: {error}") from error


def _spacy(folder: Path) -> Reader:
    import spacy

    nlp = spacy.load(folder)

    def read(texts: Sequence[str]) -> list[list[Span]]:
        return [
            _spans((one.start_char, one.end_char, one.label_, SCORE) for one in document.ents)
            for document in nlp.pipe(texts)
        ]

    return read


def _transformers(folder: Path) -> Reader:
    from transformers import pipeline

    tagger = pipeline("token-classification", model=str(folder), aggregation_strategy="simple")

    def read(texts: Sequence[str]) -> list[list[Span]]:
        return [
            _spans((o["start"], o["end"], o["entity_group"], float(o["score"])) for o in own)
            for own in tagger(list(texts))
        ]

    return read


def _gliner(folder: Path) -> Reader:
    from gliner import GLiNER

    model = GLiNER.from_pretrained(str(folder), local_files_only=True)

    def read(texts: Sequence[str]) -> list[list[Span]]:
        return [
            _spans(
                (o["start"], o["end"], ASKED[o["label"]], float(o["score"]))
                for o in model.predict_entities(text, list(ASKED))
            )
            for text in texts
        ]

    return read


def _spans(found: Any) -> list[Span]:
    return [
        Span(start, end, LABELS[label.upper()], score, "model")
        for start, end, label, score in found
        if label.upper() in LABELS and end > start
    ]
