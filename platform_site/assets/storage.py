"""What `{% static %}` says: the name of the copy where there is a build, else the file's own."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from platform_site.assets.builds import current


class AssetStorage(StaticFilesStorage):
    @cached_property
    def urls(self) -> dict[str, str]:
        """Of the sources as they were when this process first asked; empty without a build."""
        build = current()
        if settings.DEBUG or not build.is_whole():
            return {}
        return {name: super(AssetStorage, self).url(copy) for name, copy in build.names.items()}

    def url(self, name: str | None) -> str:
        return self.urls.get(name or "") or super().url(name)
