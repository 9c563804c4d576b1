"""App configuration of the shared parts."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PlatformSiteConfig(AppConfig):
    name = "platform_site"
    verbose_name = "LLM Platform"


class PlatformAdminConfig(AdminConfig):
    default_site = "platform_site.admin_site.PlatformAdminSite"
