"""The key of an engine: whose it is, and what becomes of it when the signing key changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from core.errors import Unavailable
from core.execution.models import Host
from deployments.adapters import base_url
from deployments.models import Deployment
from deployments.run.engine_key import authorization, engine_key, signing_key_id
from deployments.watch.health import asked_of

pytestmark = pytest.mark.django_db


def row_of(owner: User, **fields: Any) -> Deployment:
    return Deployment.objects.create(owner=owner, model_path="/m", port=8000, **fields)


def test_engines_and_attempts_have_different_keys(alice: User) -> None:
    rows = [row_of(alice, engine_key_id=signing_key_id(), attempt=n) for n in (1, 1, 2)]
    keys = {engine_key(row) for row in rows}
    assert len(keys) == 3
    assert all(len(key) == 64 for key in keys)
    assert authorization(rows[0]) == {"Authorization": f"Bearer {engine_key(rows[0])}"}


def test_one_that_was_started_without_a_key_is_asked_without_one(alice: User) -> None:
    assert authorization(row_of(alice)) == {}


def test_a_former_signing_key_still_opens_engines(alice: User, settings: Any) -> None:
    row = row_of(alice, engine_key_id=signing_key_id())
    key, former = engine_key(row), settings.SECRET_KEY
    settings.SECRET_KEY = "another signing key of more than fifty characters, really"
    assert engine_key(row) == ""
    settings.SECRET_KEY_FALLBACKS = [former]
    assert engine_key(row) == key


def test_an_engine_of_an_unknown_host_has_no_address(alice: User, settings: Any) -> None:
    """Its port on this machine would be somebody else's."""
    row = row_of(alice, host="gone", health_path="/health")
    with pytest.raises(Unavailable):
        base_url(row)
    assert asked_of([row])[0][0] is None
    Host.objects.create(name="there", address="fd00::1")
    assert base_url(row_of(alice, host="there")) == "http://[fd00::1]:8000"
