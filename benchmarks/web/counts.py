"""How many queries and thread crossings a request costs: counted within the application.

    python /somewhere/benchmarks/web/counts.py < ROWS

Works on the checkout that is the working directory, whose application it loads into this process,
with the database that the environment names. Prints a line of JSON; see `counts_of`.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

WARM = 3
seen: Counter[str] = Counter()


def _counted(name: str, action: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(action)
    def counting(*arguments: Any, **options: Any) -> Any:
        seen[name] += 1
        return action(*arguments, **options)

    return counting


def watch() -> None:
    """Count each query of each connection, and each piece of work for another thread."""
    from asgiref.current_thread_executor import CurrentThreadExecutor
    from asgiref.sync import AsyncToSync
    from django.db.backends.utils import CursorWrapper

    crossings = [(ThreadPoolExecutor, "submit"), (CurrentThreadExecutor, "submit"),
                 (AsyncToSync, "__call__")]  # fmt: skip
    queries = [(CursorWrapper, "execute"), (CursorWrapper, "executemany")]
    for name, found in (("hops", crossings), ("queries", queries)):
        for owner, method in found:
            setattr(owner, method, _counted(name, getattr(owner, method)))


async def counts_of(rows: list[dict[str, Any]], headers: dict[str, str]) -> dict[str, Any]:
    """By the rows' names, of a request that comes after a few of its kind."""
    import httpx

    from platform_site.asgi import application

    transport = httpx.ASGITransport(application)
    base = f"http://127.0.0.1:{os.environ['PORT']}"
    found = {}
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as http:
        for row in rows:
            for _time in range(WARM):
                seen.clear()
                answer = await http.request(
                    row["method"], row["path"], headers=row["headers"], content=row["body"].encode()
                )
            answer.raise_for_status()
            found[row["name"]] = {name: seen[name] for name in ("queries", "hops")}
    return found


def main() -> None:
    sys.path[0] = str(Path.cwd())  # the checkout's packages, not this script's folder
    asked = json.load(sys.stdin)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
    watch()
    print(json.dumps(asyncio.run(counts_of(asked["rows"], asked["headers"]))), flush=True)
    os._exit(0)  # threads of the application may never end


if __name__ == "__main__":
    main()
