"""App configuration of what runs programs: hosts and leases."""

from __future__ import annotations

from django.apps import AppConfig


class ExecutionConfig(AppConfig):
    name = "core.execution"
    label = "platform_site"  # of its tables, migrations and permissions since the first release
    verbose_name = "LLM Platform"
