"""Errors by which a database says that it does not answer: gone, locked, out of connections."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy

DATABASE_AWAY = (OperationalError, InterfaceError)
DATABASE_AWAY_MESSAGE = gettext_lazy("The database does not answer: try again in a moment")
