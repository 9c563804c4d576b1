"""Who was found a moment ago, with their role and teams: callers come many times a second.

What is known counts for KNOWN_SECONDS: a token that is revoked in another process, or a role that
is taken away there, works for that long. In the process that takes it away it ends at once.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_delete, post_save

from core.accounts import roles, tokens
from core.accounts.models import ApiToken
from core.asgi.recent import Recent

KNOWN_SECONDS = 1.0
_operators: Recent[str, User] = Recent(size=1, seconds=KNOWN_SECONDS)
_tokens: Recent[str, ApiToken] = Recent(size=10_000, seconds=KNOWN_SECONDS)


def local_operator() -> User:
    """As roles.local_operator, of a moment ago where that is known."""
    known, began = _operators.get(roles.LOCAL_OPERATOR), time.monotonic()
    if known is None:
        known = roles.local_operator()
        roles.role_of(known)
        _operators.put(roles.LOCAL_OPERATOR, known, since=began)
    return known


def token_find(text: str) -> ApiToken | None:
    """As tokens.token_find, of a moment ago where that is known; its end is never overlooked."""
    digest, began = tokens.digest_of(text), time.monotonic()
    known = _tokens.get(digest)
    if known is not None:
        return None if known.is_expired else known
    found = tokens.token_find(text)
    if found is not None:
        roles.role_of(found.user)
        _tokens.put(digest, found, since=began)
    return found


def forget(**_signal: Any) -> None:
    """Forget everybody: somebody has changed."""
    _operators.clear()
    _tokens.clear()


def connect() -> None:
    """Forget whenever a user, a group, a membership or a token is written in this process."""
    for model in (User, Group, ApiToken):
        post_save.connect(forget, sender=model)
        post_delete.connect(forget, sender=model)
    m2m_changed.connect(forget, sender=User.groups.through)
