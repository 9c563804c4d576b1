"""What proving who one is costs a request: open mode, an API token, a browser's session."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from tests.support.live_platform import LivePlatform

REQUESTS = 500
PASSWORD = "a password for measuring"  # noqa: S105


def median_ms(http: httpx.Client, path: str) -> float:
    """Median time of one request, in milliseconds, over one connection."""
    times = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        http.get(path).raise_for_status()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def session(platform: LivePlatform) -> httpx.Client:
    browser = httpx.Client(base_url=platform.url, trust_env=False)
    browser.get("/login/")
    form = {
        "username": "adam",
        "password": PASSWORD,
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    assert browser.post("/login/", data=form).status_code == 302
    return browser


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for mode in ("open", "required"):
            platform = LivePlatform(Path(folder) / mode, PLATFORM_AUTH=mode)
            platform.start()
            try:
                print(f"{mode}: /healthz {median_ms(platform.http, '/healthz'):.1f} ms", end="")
                if mode == "open":
                    print(f", /api/v1/me {median_ms(platform.http, '/api/v1/me'):.1f} ms")
                    continue
                (platform.folder / "password").write_text(PASSWORD)
                argument = f"--password-file={platform.folder / 'password'}"
                platform.manage("createadmin", "adam", argument)
                token = platform.manage("createtoken", "adam", "t").strip()
                platform.http.headers["Authorization"] = f"Bearer {token}"
                print(
                    f", /api/v1/me by token {median_ms(platform.http, '/api/v1/me'):.1f} ms", end=""
                )
                print(f", by session {median_ms(session(platform), '/api/v1/me'):.1f} ms")
            finally:
                platform.stop()


if __name__ == "__main__":
    main()
