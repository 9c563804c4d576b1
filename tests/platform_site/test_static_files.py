"""Static files: names that tell contents, how they are answered, and what a start does for them."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import httpx
import pytest
from django.templatetags.static import static
from django.test import override_settings

from core.asgi.request_guard import Receive, Send
from platform_site.assets import build
from platform_site.assets.application import StaticFiles
from platform_site.assets.builds import Build, all_builds, current
from platform_site.assets.sources import sources
from tests.support.asgi import scope_of
from tests.support.live_platform import LivePlatform

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.[^"']+)["']""")
USED = re.compile(r"""{% static '([^']+)' %}""")
LINKED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The build of the real sources."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder):
        assert build.ensure()
        yield current()


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Path:
    """A few sources of this test's own."""
    folder = tmp_path / "sources"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "a.js").write_text('import { b } from "./b.js";\n')
    (folder / "js" / "b.js").write_text("export const b = 1;\n" * 99)
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    return folder


async def _django(scope: Any, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"django"})


def ask(*paths: str, method: str = "GET", scheme: str = "http", **headers: str) -> Any:
    """The answers of a web process that starts now; the only one by itself."""

    async def answers() -> list[httpx.Response]:
        transport = httpx.ASGITransport(StaticFiles(_django))
        async with httpx.AsyncClient(
            transport=transport, base_url=f"{scheme}://localhost", headers={"Accept-Encoding": ""}
        ) as http:
            return [await http.request(method, path, headers=headers) for path in paths]

    found = asyncio.run(answers())
    return found[0] if len(found) == 1 else found


def test_pages_name_what_may_be_kept_for_ever_and_comes_compressed(made: Build) -> None:
    url = static("css/app.css")
    assert HASHED.search(url)
    answer = ask(url, **GZIP)
    assert answer.status_code == 200
    assert answer.content == sources()["css/app.css"].read_bytes()
    assert set(answer.headers["Cache-Control"].split(", ")) == {
        "public", "max-age=31536000", "immutable",
    }  # fmt: skip
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Type"].startswith("text/css")
    assert int(answer.headers["Content-Length"]) < len(answer.content) / 3


def test_a_name_that_tells_nothing_is_not_kept_for_ever(made: Build) -> None:
    answer = ask("/static/css/app.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=60, public"
    assert "Content-Encoding" not in answer.headers


def test_headers_are_those_of_every_answer(made: Build) -> None:
    headers = ask(static("img/mark.svg")).headers
    assert headers["Content-Type"] == "image/svg+xml"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Set-Cookie" not in headers


def test_conditions_parts_and_methods(made: Build) -> None:
    url = static("js/run.js")
    whole = ask(url)
    for condition in (
        {"If-None-Match": whole.headers["ETag"]},
        {"If-Modified-Since": whole.headers["Last-Modified"]},
    ):
        same = ask(url, **condition)
        assert (same.status_code, same.content) == (304, b"")
    assert ask(url, **{"If-None-Match": '"x"'}).status_code == 200
    part = ask(url, Range="bytes=2-5")
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    head = ask(url, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert ask(url, method="POST").status_code == 405


def test_what_the_table_has_not_is_django_s_to_refuse(made: Build) -> None:
    paths = [
        "/static/", "/static/css", "/static/css/", "/static/nothing.css", "/static/../manage.py",
        "/static/css/app.000000000000.css", "/static/..%2fmanage.py", "/static/\\x",
        "/static//etc/passwd", "/static/css/app.css/", "/static/css/../css/app.css",
        "/static/builds/lock", "/static/css/app.css.gz", "/static/a\0", "//static/css/app.css",
        f"{static('css/app.css')}.gz", f"/static/{made.record.parents[1]}/css/app.css",
    ]  # fmt: skip
    served = StaticFiles(_django)
    assert [path for path in paths if served._answer(scope_of(path, "GET")) is not None] == []
    assert ask("/static/nothing.css").content == b"django"


def test_plain_http_is_left_to_the_redirect(made: Build, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    url = static("css/app.css")
    assert ask(url).content == b"django"
    assert ask(url, scheme="https").status_code == 200


def test_scripts_import_one_another_by_names_that_are_kept_for_ever(made: Build) -> None:
    found = 0
    for name, copy in made.names.items():
        if not name.startswith("js/"):
            continue
        text = (made.record.parents[1] / copy).read_text()
        for imported in IMPORT.findall(text):
            target = normpath(join(dirname(copy), imported))
            assert target in made.files, f"{name} imports {imported}"
            assert HASHED.search(target)
            found += 1
        assert len(IMPORT.findall(text)) == len(IMPORT.findall(sources()[name].read_text()))
    assert found >= 8


def test_styles_name_only_what_is_there(made: Build) -> None:
    for name, copy in made.names.items():
        if not copy.endswith(".css"):
            continue
        text = (made.record.parents[1] / copy).read_text()
        for named in re.findall(r"""url\(["']?([^"')]+)""", text):
            if not named.startswith(("data:", "#")):
                assert normpath(join(dirname(copy), named)) in made.files, f"{name}: {named}"


def test_every_name_in_a_template_has_its_copy(made: Build) -> None:
    texts = [path.read_text() for path in Path("templates").rglob("*.html")]
    used = {name for text in texts for name in USED.findall(text)}
    assert len(used) >= 10
    assert sorted(used - made.names.keys()) == []


def test_a_changed_source_has_a_new_name_and_the_old_one_is_still_answered(own: Path) -> None:
    assert build.ensure()
    before = current().names
    StaticFiles(_django)
    (own / "js" / "b.js").write_text("export const b = 2;\n")
    assert static("js/a.js") == f"/static/{before['js/a.js']}"
    assert build.ensure()
    after = current().names
    assert before["js/b.js"] != after["js/b.js"]
    assert before["js/a.js"] != after["js/a.js"]  # it imports the other
    for old, new in zip(
        *(ask(*(f"/static/{names[one]}" for one in sorted(names))) for names in (before, after)),
        strict=True,
    ):
        assert (old.status_code, new.status_code) == (200, 200)
        assert "immutable" in old.headers["Cache-Control"]


def test_what_no_page_can_still_name_is_removed(own: Path, settings: Any) -> None:
    foreign = Path(settings.STATIC_ROOT) / "js" / "foreign.js"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("not ours")
    names = []
    for number in range(build.KEPT + 2):
        (own / "js" / "b.js").write_text(f"export const b = {number};\n")
        assert build.ensure()
        names.append(current().names)
    assert len(all_builds()) == build.KEPT
    statuses = [ask(f"/static/{one['js/b.js']}").status_code for one in names]
    assert statuses == [404, 404, 200, 200, 200]
    assert foreign.exists()


def test_an_unchanged_start_writes_nothing_and_a_damaged_build_is_made_anew(
    own: Path, settings: Any
) -> None:
    def written() -> dict[str, int]:
        files = Path(settings.STATIC_ROOT).rglob("*.*js*")
        return {str(one): one.stat().st_ino for one in files if one.is_file()}

    assert build.ensure()
    first = written()
    assert build.ensure()
    assert written() == first
    damaged = Path(settings.STATIC_ROOT) / current().names["js/b.js"]
    damaged.write_bytes(b"")  # as a power cut leaves it
    assert not current().is_whole()
    assert static("js/b.js") == "/static/js/b.js"
    assert build.ensure()
    assert ask(f"/static/{current().names['js/b.js']}").content == (own / "js/b.js").read_bytes()


def test_starters_at_once_make_one_whole_build(own: Path, settings: Any) -> None:
    done: list[bool] = []
    starters = [threading.Thread(target=lambda: done.append(build.ensure())) for _ in range(4)]
    for one in starters:
        one.start()
    for one in starters:
        one.join()
    assert done == [True] * 4
    assert current().is_whole()
    assert [one.name for one in (Path(settings.STATIC_ROOT) / "builds").glob("tmp*")] == []


def test_without_room_pages_use_the_files_as_they_lie(
    own: Path, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("a folder cannot be made in here")
    settings.STATIC_ROOT = tmp_path / "file" / "static"
    assert not build.ensure()
    assert "STATIC_DIR" in caplog.text
    url = static("js/a.js")
    assert url == "/static/js/a.js"
    answer = ask(url)
    assert answer.content == (own / "js" / "a.js").read_bytes()
    assert "immutable" not in answer.headers["Cache-Control"]


def test_with_debug_an_edit_shows_at_once(own: Path, settings: Any) -> None:
    assert build.ensure()
    settings.DEBUG = True
    assert static("js/b.js") == "/static/js/b.js"
    served = StaticFiles(_django)
    for text in ("one", "another"):
        (own / "js" / "b.js").write_text(text)
        found = served._find("/static/js/b.js")
        assert found is not None
        assert found.get_response("GET", {}).file.read() == text.encode()
    assert served._find("/static/../sources/js/b.js") is None


def test_a_proxy_may_read_what_is_made(own: Path, settings: Any, closed_umask: None) -> None:
    assert build.ensure()
    for path in Path(settings.STATIC_ROOT).rglob("*"):
        assert path.stat().st_mode & 0o444 == 0o444, path


@pytest.fixture
def closed_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.processes
def test_all_that_pages_link_is_answered(shared_platform: LivePlatform) -> None:
    run = shared_platform.run(shared_platform.project("static-files")["id"])
    pages = ["/", "/datasets/", "/projects/", "/deployments/", "/audit/", "/api/docs", "/admin/",
             "/nowhere", run.page]  # fmt: skip
    linked = set()
    for page in pages:
        linked |= set(LINKED.findall(shared_platform.http.get(page).text))
    assert len(linked) > 12
    for url in linked:
        answer = shared_platform.http.get(url)
        assert (answer.status_code, bool(HASHED.search(url))) == (200, True), url
        assert "immutable" in answer.headers["Cache-Control"]
    assert shared_platform.http.get("/static/nothing.js").status_code == 404
    run.stop()
