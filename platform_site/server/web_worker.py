"""gunicorn's worker class: uvicorn with what long event streams need at shutdown."""

from __future__ import annotations

from uvicorn_worker import UvicornWorker


class WebWorker(UvicornWorker):  # type: ignore[misc] # untyped package
    """Ends open event streams after two seconds, so that a restart is not held up by viewers."""

    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": "httptools",
        "lifespan": "off",
        "timeout_graceful_shutdown": 2,
        "server_header": False,
    }
