"""`manage.py agent`: watches active runs more finely than a schedule can."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from platform_site.server.agent import Agent


class Command(BaseCommand):
    help = "Watch active runs, re-adopt them after restarts, keep the worker honest."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(Agent().run())
