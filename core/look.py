"""Cheap looks at the database: is there a row at all? For processes that ask again and again."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Look:
    """Whether any of some querysets has a row: one statement, which the ORM compiles once.

    Compiling a query costs ten times what a database takes to answer that there is nothing. The
    connection is kept; whoever asks does so always in one thread.
    """

    def __init__(self, *querysets: QuerySet[Any, Any]) -> None:
        parts: list[str] = []
        parameters: list[Any] = []
        for queryset in querysets:
            sql, values = queryset.order_by().values_list("pk")[:1].query.sql_with_params()
            parts.append(f"EXISTS ({sql})")
            parameters += values
        self._sql = f"SELECT 1 WHERE {' OR '.join(parts)}"
        self._parameters = parameters

    def finds(self) -> bool:
        connection.close_at = None  # else it would be closed at the age of CONN_MAX_AGE: at once
        try:
            with connection.cursor() as cursor:
                cursor.execute(self._sql, self._parameters)
                return cursor.fetchone() is not None
        except Exception:
            connection.close()
            raise
