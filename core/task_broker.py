"""django-q2's broker in the database, with a cheap look before it asks for tasks."""

from __future__ import annotations

from functools import cached_property
from time import sleep
from typing import Any

from django.db import DatabaseError
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

from core.look import Look


class QuietBroker(ORM):  # type: ignore[misc] # untyped package
    """Asks as often as the library's own, of which each look compiles a query and connects anew."""

    @cached_property
    def _look(self) -> Look:
        return Look(OrmQ.objects.filter(key=self.list_key))

    def dequeue(self) -> Any:
        try:
            # Those that wait for their time, or are held by a worker, are found too: the library's
            # own question then sorts them out.
            if not self._look.finds():
                sleep(Conf.POLL)
                return None
        except DatabaseError:
            pass  # the question that follows says so, on a connection of its own
        return super().dequeue()
