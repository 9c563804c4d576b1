"""The API key of an engine, one for each attempt: known to it and to the platform alone.

It is derived from the signing key, so that it is stored nowhere and every host of the platform
knows it. The row says which signing key that was; it says nothing for an engine that was started
without a key.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from deployments.models import Deployment

VARIABLE = "VLLM_API_KEY"
_SALT = "deployments.engine_key"


def signing_key_id(signing_key: str | None = None) -> str:
    """What tells signing keys apart and gives none away."""
    return _hmac(f"{_SALT}.id", "", signing_key or settings.SECRET_KEY)[:16]


def engine_key(row: Deployment) -> str:
    """The key of the row's current attempt; empty where it has none, or one we no longer know."""
    for signing_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if row.engine_key_id and row.engine_key_id == signing_key_id(signing_key):
            return _hmac(_SALT, f"{row.id}-{row.attempt}", signing_key)
    return ""


def authorization(row: Deployment) -> dict[str, str]:
    """The header by which the platform shows itself to the engine."""
    key = engine_key(row)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _hmac(salt: str, value: str, signing_key: str) -> str:
    return salted_hmac(salt, value, secret=signing_key, algorithm="sha256").hexdigest()
