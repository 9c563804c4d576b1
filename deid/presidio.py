"""The recognisers inside Presidio's analyzer, where an operator's own recognisers join them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider

from deid.engine.finding import select
from deid.engine.policy import Policy
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse, chosen
from deid.engine.recognition.types import Span

LANGUAGE = "zh"
NO_MODEL = {"nlp_engine_name": "no_op", "models": [{"lang_code": LANGUAGE, "model_name": "none"}]}


class PlatformRecognizer(EntityRecognizer):
    """All of the platform's recognisers as one; mixed languages, so one language for all."""

    def __init__(self) -> None:
        super().__init__(
            supported_entities=list(t.ALL), name="platform", supported_language=LANGUAGE
        )

    def load(self) -> None:
        """Loads the word lists; the network comes with the first Chinese text (it has threads)."""
        analyse(["John Smith"])

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Presidio's interface."""
        return [
            RecognizerResult(span.type, span.start, span.end, min(span.score, 1.0))
            for span in analyse([text], types=entities, model=settings.DEID_MODEL)[0]
        ]


@lru_cache(maxsize=1)
def analyzer() -> AnalyzerEngine:
    """The one of this process: no model is downloaded, none of Presidio's own patterns is in it."""
    logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)
    registry = RecognizerRegistry(
        recognizers=[PlatformRecognizer()], supported_languages=[LANGUAGE]
    )
    engine = NlpEngineProvider(nlp_configuration=NO_MODEL).create_engine()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[LANGUAGE])


def find_by_presidio(
    policy: Policy, texts: Sequence[str], *, fields: Sequence[str] | None = None
) -> list[list[Span]]:
    """As `finding.find`, asking Presidio. Fields' names are not its business: texts that
    have one are read by the recognisers directly."""
    found = []
    for number, text in enumerate(texts):
        if fields and fields[number]:
            spans = analyse(
                [text],
                types=policy.types,
                fields=[fields[number]],
                threshold=policy.threshold,
                model=settings.DEID_MODEL,
                recall=policy.recall,
            )[0]
        else:
            results = analyzer().analyze(
                text, LANGUAGE, entities=sorted(policy.types), score_threshold=policy.threshold
            )
            own = [Span(one.start, one.end, one.entity_type, one.score) for one in results]
            spans = chosen(own, policy.types, policy.threshold)
        found.append(select(policy, text, spans))
    return found
