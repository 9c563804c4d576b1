"""The answer of deidentify:test, as the contract has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from deid.engine.formats.texts import Outcome
from deid.models import PolicyVersion


def answer_of(values: dict[str, Any], version: PolicyVersion, outcome: Outcome) -> dict[str, Any]:
    """`mapping` and `entities` only where they are asked for."""
    answer: dict[str, Any] = {"deidentified": outcome.texts, "policy_version": version.name}
    if (values.get("options") or {}).get("return_mapping"):
        answer["mapping"] = [{old: new} for old, new in outcome.mapping.items()]
        answer["entities"] = [asdict(entity) for entity in outcome.entities]
    return answer
