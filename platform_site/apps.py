"""App configuration of the shared parts."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PlatformSiteConfig(AppConfig):
    name = "platform_site"
    label = "site"  # `platform_site` is core.execution's, whose tables bear it
    verbose_name = "LLM Platform"


class PlatformAdminConfig(AdminConfig):
    default_site = "platform_site.admin_site.PlatformAdminSite"
