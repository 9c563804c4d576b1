"""What datasets tell those who build on them, in the transaction of the change."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from django.dispatch import Signal

files_deleted = Signal()
"""With `actor` and `stored_names`, names that no other file has or will have. A receiver removes,
once the transaction is committed, the copies that it has made, and returns a list of `Kept`."""


class Kept(NamedTuple):
    """A copy that cannot go yet: who has it, and why, in words for people."""

    holder: str
    why: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()


def told(actor: Any, stored_names: list[str]) -> list[Kept]:
    """Send `files_deleted`; every copy that stays."""
    answers = files_deleted.send(Kept, actor=actor, stored_names=stored_names)
    return [kept for _receiver, answer in answers for kept in cast(list[Kept], answer)]
