"""Answers for static files by the event loop: what is known by name, and nothing else.

A copy whose name tells its content may be kept for ever. The files' own names are answered too,
for a minute: they are all there is without a build, and pages of older releases use them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise import WhiteNoise
from whitenoise.responders import MissingFileError, StaticFile

from core.asgi.request_guard import Application, Receive, Send
from platform_site.assets.builds import all_builds
from platform_site.assets.sources import sources
from platform_site.middleware import EVERYWHERE, constant_headers

Find = Callable[[str], StaticFile | None]
# What such an answer depends on.
ASKED = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}


class StaticFiles:
    """An ASGI application before Django's, which answers for what is not known here."""

    def __init__(self, django: Application) -> None:
        self._django = django
        # Pages of this process name from now on what it knows, whatever is installed meanwhile.
        staticfiles_storage.url("")
        self._find = finder()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        answer = None
        if scope["scheme"] == "https" or not settings.SECURE_SSL_REDIRECT:
            answer = self._answer(scope)
        if answer is None:
            await self._django(scope, receive, send)
            return
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, scope: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes] | None:
        found = self._find(scope["path"])
        if found is None:
            return None
        asked = {
            ASKED[name]: text.decode("latin-1") for name, text in scope["headers"] if name in ASKED
        }
        try:
            answer = found.get_response(scope["method"], asked)
        except FileNotFoundError:  # removed since the start
            return None
        content = b""
        if answer.file is not None:
            with answer.file:
                content = answer.file.read()
        headers = [(name.lower().encode(), text.encode()) for name, text in answer.headers]
        return int(answer.status), headers, content


def finder() -> Find:
    """By paths. With DEBUG files are looked for anew each time, so that edits show."""
    known = _Known(autorefresh=settings.DEBUG)
    if settings.DEBUG:
        for one in reversed(list(get_finders())):
            for storage in getattr(one, "storages", {}).values():
                known.add_files(storage.location, settings.STATIC_URL)
        return cast(Find, known.find_file)
    for name, path in sources().items():
        known.add(name, path)
    for build in all_builds():
        if build.is_whole():
            for name in build.names.values():
                with suppress(MissingFileError):  # an old one that another start just removes
                    known.add(name, Path(settings.STATIC_ROOT) / name, for_ever=True)
    return cast(Find, known.files.get)


class _Known(WhiteNoise):  # type: ignore[misc] # an untyped package
    """WhiteNoise's table: of each file the headers, conditions, ranges and what is compressed."""

    FOREVER = 31_536_000  # a year, the longest that means anything

    def __init__(self, *, autorefresh: bool) -> None:
        self._for_ever: set[str] = set()
        constant = constant_headers(secure=settings.PLATFORM_HTTPS) | EVERYWHERE

        def add_headers(headers: Headers, path: str, url: str) -> None:
            for name, text in constant.items():
                headers[name] = text

        super().__init__(
            None, autorefresh=autorefresh, max_age=60, allow_all_origins=False,
            add_headers_function=add_headers,
        )  # fmt: skip

    def add(self, name: str, path: Path, *, for_ever: bool = False) -> None:
        url = settings.STATIC_URL + name
        if for_ever:
            self._for_ever.add(url)
        self.add_file_to_dictionary(url, str(path))

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url in self._for_ever
