"""What the operator has look for personal data beside us: a model, a file of recognisers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid, Unavailable
from core.safe_yaml import load_mapping
from deid.engine.recognition.besides import Besides
from deid.engine.recognition.own.form import Entry, RecognizerError
from deid.engine.recognition.own.registry import Failure, Registered, registered
from deid.labels import TYPES

LARGEST = 4 << 20


def besides() -> Besides:
    """Of this process: the file is read once, and again after a restart.

    Raises Unavailable where it cannot be: then nothing is called free of personal data either.
    """
    try:
        return _besides(settings.DEID_MODEL, settings.DEID_RECOGNIZERS)
    except RecognizerError as error:
        raise Unavailable(
            _("The operator's file of recognisers cannot be used; ask them to look at its page")
        ) from error


@lru_cache(maxsize=4)
def _besides(model: str, path: str) -> Besides:
    if not path:
        return Besides(model)
    found = Besides(model, content_of_file(path))
    registered(found.recognizers)
    return found


def content_of_file(path: str) -> str:
    """What the file says, as JSON. Raises RecognizerError."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise RecognizerError(f"{path}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise RecognizerError(f"{path}: larger than {LARGEST} bytes")
    try:
        return json.dumps(load_mapping(data, field=path), ensure_ascii=False)
    except Invalid as error:
        raise RecognizerError(error.message) from error
    except (TypeError, ValueError) as error:
        raise RecognizerError(f"{path}: must be text, numbers, lists and mappings only") from error


@dataclass(frozen=True)
class Shown:
    """One recogniser of the file, for those who ask what is looked for."""

    entry: Entry
    kinds: Sequence[str]
    patterns: int
    words: int
    failures: Sequence[Failure]


def recognizers_list() -> list[Shown]:
    """Those of the file, with the tests that fail. Raises Unavailable."""
    document = besides().recognizers
    if not document:
        return []
    own = registered(document)
    failures = list(own.failures())
    return [
        Shown(
            entry,
            sorted(own.offers[entry.name].kinds),
            len(entry.form.get("patterns") or []),
            len(entry.form.get("deny_list") or []),
            [one for one in failures if one.name == entry.name],
        )
        for entry in own.entries
    ]


def types_shown() -> dict[str, str]:
    """Types that a policy may name, with their names: the platform's, then the operator's."""
    own = {kind: kind for offer in besides().offers.values() for kind in sorted(offer.kinds)}
    return own | {kind: str(label) for kind, label in TYPES.items()}


def problems(path: str) -> list[str]:
    """What is wrong with a file, its own tests among it."""
    try:
        own = Registered(json.loads(content_of_file(path)))
    except RecognizerError as error:
        return [str(error)]
    return [
        f"{one.name}: in {one.text!r} it finds {list(one.found)}, not {list(one.wanted)}"
        for one in own.failures()
    ]
