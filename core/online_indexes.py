"""Indexes of large tables made and dropped by a migration while others read and write.

On PostgreSQL CONCURRENTLY, outside a transaction (`atomic = False`); elsewhere as Django does.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation


class AddIndexOnline(AddIndex):
    """Makes an index; one that a broken attempt has left half made is made anew."""

    atomic = False

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, editor, before, after)
            return
        model = after.apps.get_model(app_label, self.model_name)
        name = editor.quote_name(self.index.name)
        editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        editor.add_index(model, self.index, concurrently=True)


class DropFieldIndexes(Operation):
    """Drops what `db_index` made of some fields, without making the table anew on SQLite.

    The state is changed beside it, by AlterField in SeparateDatabaseAndState.
    """

    reversible = True
    atomic = False

    def __init__(self, model_name: str, fields: list[str]) -> None:
        self.model_name, self.fields = model_name, fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: see above."""

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        model = before.apps.get_model(app_label, self.model_name)
        online = "CONCURRENTLY " if editor.connection.vendor == "postgresql" else ""
        for name in self.fields:
            column = model._meta.get_field(name).column
            found = editor._constraint_names(
                model, [column], index=True, unique=False, exclude=_kept(model)
            )
            for index in found:
                editor.execute(f"DROP INDEX {online}{editor.quote_name(index)}")

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """What was dropped is only speed: the release before works without it."""

    def describe(self) -> str:
        return f"Drop the indexes of {', '.join(self.fields)} of {self.model_name}"


def _kept(model: Any) -> set[str]:
    return {index.name for index in model._meta.indexes}
