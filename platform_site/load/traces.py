"""What use leaves behind: the audit trail, and the usage of the door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from core.accounts.models import AuditEntry
from deployments.models import Usage
from platform_site.load.insert import insert
from platform_site.load.people import PREFIX, Chance, Person
from platform_site.load.sizes import DAYS, REQUESTS_A_ROW, Sizes

ACTIONS = {
    "token.use": 40, "login": 20, "run.start": 10, "dataset.upload": 8, "dataset.create": 5,
    "dataset.download": 5, "deployment.launch": 3, "run.stop": 3, "project.create": 3,
    "see dataset": 2, "dataset.delete": 1,
}  # fmt: skip
REFUSED = {"see dataset", "login"}
MODELS = 40


def traces_make(chance: Chance, people: list[Person], sizes: Sizes) -> None:
    insert(AuditEntry, _entries(chance, people, sizes.audit))
    insert(Usage, _usage(chance, people, sizes.requests // REQUESTS_A_ROW))


def _entries(chance: Chance, people: list[Person], count: int) -> Iterator[dict[str, Any]]:
    """The oldest first, as they were written."""
    actions, weights = list(ACTIONS), list(ACTIONS.values())
    step = timedelta(days=DAYS) / count
    at = chance.now - timedelta(days=DAYS)
    for _number in range(count):
        at += step
        action = chance.random.choices(actions, weights)[0]
        person, thing = people[chance.few(len(people))], chance.uuid()
        yield {
            "at": at, "user_id": person.id, "username": person.name, "via": "session",
            "address": f"10.0.{chance.few(250)}.{chance.few(250)}", "action": action,
            "refused": action in REFUSED and chance.random.random() < 0.2,
            "object_type": action.partition(".")[0], "object_id": str(thing),
            "object_name": f"{PREFIX}{thing.hex[:8]}", "changes": {"name": [None, thing.hex[:8]]},
        }  # fmt: skip


def _usage(chance: Chance, people: list[Person], count: int) -> Iterator[dict[str, Any]]:
    """Each row of another user, token, model or day than all others."""
    models = [f"{PREFIX}model-{number:02}" for number in range(MODELS)]
    digests = [hashlib.sha256(model.encode()).hexdigest() for model in models]
    today = chance.now.date()
    for number in range(count):
        rest, day = divmod(number, DAYS)
        rest, model = divmod(rest, MODELS)
        token, person = divmod(rest, len(people))
        tokens = chance.few(4000)
        yield {
            "day": today - timedelta(days=day), "user_id": people[person].id,
            "token_name": f"load {token:04}", "model": models[model],
            "model_digest": digests[model], "requests": REQUESTS_A_ROW, "failed": 0,
            "prompt_tokens": tokens, "completion_tokens": tokens // 3,
        }  # fmt: skip
