"""The one way from state to state of a row that owns a process, and its words in the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils import timezone

from core.execution.claims import Launched
from core.execution.leases import Holder, lease_release
from core.execution.log_events import LogEvent, Render, write_events
from core.execution.run_folder import RunFolder

R = TypeVar("R", bound=Launched)
Fields = dict[str, Any]
LEVELS = {"failed": "error", "stopped": "warning"}


class IllegalTransition(Exception):
    """Somebody asked for a change of state that the table does not have."""


@dataclass(frozen=True)
class Transitions(Generic[R]):
    """What a kind of row may become, and what follows from that."""

    name: str
    """Of the kind: in leases, in errors."""
    model: type[R]
    event: type[LogEvent]
    owner: str
    """The event's field that names the row."""
    table: Mapping[str, frozenset[str]]
    active: Collection[str]
    folder: Callable[[R], RunFolder]
    render: Render
    at_end: Callable[[datetime, str, Fields], Fields]
    """Fields of a row that ends, from the moment and the reason."""
    has_log: bool = True
    """Whether events are written into the folder's log; else the rows alone keep them."""

    def transition(
        self,
        row: R,
        to: str,
        *,
        code: str,
        params: Fields | None = None,
        in_log: bool = False,
        still: Fields | None = None,
        within: Callable[[R], object] | None = None,
        **fields: Any,
    ) -> bool:
        """Move `row` if it still is where, and in the attempt in which, we saw it.

        Compare-and-set, in one transaction with its event, with `within`, and at its end with
        its leases. `still`: what else must be so; `in_log`: the wrapper has written the line.
        False if somebody else moved it first. Either way `row` is refreshed. Raises
        IllegalTransition.
        """
        if to not in self.table[row.status]:
            raise IllegalTransition(f"{self.name} {row.pk}: {row.status} -> {to}")
        ended = to not in self.active
        changes: Fields = {"status": to, **fields}
        if ended:
            settled = {"notice_code": "", "notice_params": {}, "trouble_count": 0, "retry_at": None}
            changes = {**settled, **self.at_end(timezone.now(), code, params or {}), **changes}
        if hasattr(row, "updated_at"):
            changes["updated_at"] = timezone.now()
        with transaction.atomic():
            same = self.model._default_manager.filter(
                pk=row.pk, status=row.status, attempt=row.attempt, **(still or {})
            )
            moved = same.update(**changes)
            if moved:
                level = LEVELS.get(to, "info")
                self.event_add(row, code=code, params=params, level=level, in_log=in_log)
                if within is not None:
                    within(row)
                if ended:
                    lease_release(self.holder(row))
        row.refresh_from_db()
        self.events_flush(row)
        return bool(moved)

    def holder(self, row: R) -> Holder:
        """Who has the row's leases."""
        return Holder(self.name, row.pk)

    def event_add(
        self,
        row: R,
        *,
        code: str,
        params: Fields | None = None,
        level: str = "info",
        in_log: bool = False,
    ) -> None:
        """Record a line in the caller's transaction; `events_flush` writes it into the log."""
        self.event._default_manager.create(
            **{self.owner: row}, code=code, params=params or {}, level=level,
            written=in_log or not self.has_log,
        )  # fmt: skip

    def events_flush(self, row: R) -> None:
        """Write the lines that are not in the log yet."""
        if self.has_log:
            lines = self.event._default_manager.filter(**{self.owner: row})
            write_events(lines, self.folder(row), self.render)
