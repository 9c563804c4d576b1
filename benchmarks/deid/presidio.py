"""Presidio's default analyzer with a spaCy model, and ours, on the same texts of structured types.

The spaCy model is made on the spot (the same layers as the small English one, weights untrained):
none can be had offline, and its speed, not its names, is what is compared here.

python -m benchmarks.deid.presidio [--seconds 20]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from spacy.training import Example

from benchmarks.deid.score import Found, count, figures, rows
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse

KINDS = {
    "PHONE_NUMBER": t.PHONE, "CREDIT_CARD": t.BANK_CARD, "IBAN_CODE": t.IBAN,
    "EMAIL_ADDRESS": t.EMAIL, "IP_ADDRESS": t.IP, "URL": t.URL, "US_SSN": t.ID_CARD,
    "US_PASSPORT": t.PASSPORT, "MAC_ADDRESS": t.MAC,
}  # fmt: skip


def spacy_model(folder: Path) -> str:
    """A pipeline of tok2vec, tagger, parser and ner, as en_core_web_sm has."""
    nlp = spacy.blank("en")
    for name in ("tok2vec", "tagger", "parser", "ner"):
        nlp.add_pipe(name)
    doc = nlp.make_doc("John lives in London")
    labels = {"entities": [(0, 4, "PERSON")], "heads": [1, 1, 1, 2],
              "deps": ["nsubj", "ROOT", "prep", "pobj"], "tags": ["NNP", "VBZ", "IN", "NNP"]}  # fmt: skip
    nlp.initialize(lambda: [Example.from_dict(doc, labels)])
    nlp.to_disk(folder)
    return str(folder)


def baseline(folder: Path) -> AnalyzerEngine:
    # With its bundled list, or it would ask the network at each address and be slower still.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # type: ignore[assignment]
    models = [{"lang_code": "en", "model_name": spacy_model(folder)}]
    configuration = {"nlp_engine_name": "spacy", "models": models}
    return AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=configuration).create_engine()
    )


def speed(finder: Callable[[list[str]], Any], texts: list[str], seconds: float) -> float:
    """Characters a second, once warm."""
    finder(texts[:20])
    done, began = 0, time.monotonic()
    while time.monotonic() - began < seconds:
        for at in range(0, len(texts), 50):
            finder(texts[at : at + 50])
            done += sum(map(len, texts[at : at + 50]))
            if time.monotonic() - began >= seconds:
                break
    return done / (time.monotonic() - began)


def only(chosen: list[dict[str, Any]], kinds: set[str]) -> list[dict[str, Any]]:
    """The rows with the labels of some types."""
    return [
        {**row, "entities": [one for one in row["entities"] if one["type"] in kinds]}
        for row in chosen
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        engine = baseline(Path(folder))

    def presidio(texts: list[str]) -> list[Found]:
        results = [engine.analyze(text, "en") for text in texts]
        return [
            [
                (one.start, one.end, KINDS[one.entity_type])
                for one in own
                if one.entity_type in KINDS
            ]
            for own in results
        ]

    def ours(texts: list[str]) -> list[Found]:
        found = analyse(texts, types=t.STRUCTURED)
        return [[(one.start, one.end, one.type) for one in spans] for spans in found]

    kinds = set(KINDS.values())
    print("| texts | finder | characters/s | F1 (types of both) | F1 (all structured) |")
    print("|---|---|---|---|---|")
    for lang in ("zh", "en"):
        chosen = rows(lang, None)
        texts = [row["text"] for row in chosen]
        for name, finder in (("Presidio's defaults", presidio), ("ours", ours)):
            both = _f1(only(chosen, kinds), finder, kinds)
            all_kinds = _f1(only(chosen, set(t.STRUCTURED)), finder, set(t.STRUCTURED))
            rate = speed(finder, texts, seconds)
            print(f"| {lang} | {name} | {rate:,.0f} | {both:.3f} | {all_kinds:.3f} |", flush=True)


def _f1(
    chosen: list[dict[str, Any]], finder: Callable[[list[str]], list[Found]], kinds: set[str]
) -> float:
    def kept(texts: list[str]) -> list[Found]:
        return [[one for one in own if one[2] in kinds] for own in finder(texts)]

    counts: Counter[tuple[str, str]] = count(chosen, kept)[0]
    return figures(counts, kinds)[2]


if __name__ == "__main__":
    main()
