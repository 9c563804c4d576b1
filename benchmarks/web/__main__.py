"""What a request costs: CPU, queries, thread crossings, bytes, rate, latencies, of each hot row.

    python -m benchmarks.web                        beside the figures of the release before
    python -m benchmarks.web --other CHECKOUT       in turn with a second checkout
    python -m benchmarks.web --against URL [--against-pid PID]
                                                    in turn with any server of the contract
    python -m benchmarks.web --token                in turn with itself where everybody logs in

Starts the web part of this checkout with folders of its own and as many processes as by default,
and asks by `wrk` over eight connections: every row of each server in turn, round after round. The
best round counts. `x` columns are ratios to the first server. CPU is that of the whole process
tree, and steadier than rates on a machine that has other work. `--keep` writes the first server's
figures, or with no second one this checkout's own, to baselines/web.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.web.load import Figures, measure, need_wrk
from benchmarks.web.rows import Row, rows_of
from benchmarks.web.servers import Server, served
from benchmarks.web.table import Prices, heading, lines
from tests.support.live_platform import ROOT

BASELINE = ROOT / "benchmarks" / "baselines" / "web.json"
COUNTS = Path(__file__).with_name("counts.py")
PAUSE = 0.2


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    second = parser.add_mutually_exclusive_group()
    second.add_argument("--other", type=Path, help="a second checkout")
    second.add_argument("--against", metavar="URL", help="a running server of the contract")
    second.add_argument("--token", action="store_true", help="with PLATFORM_AUTH=required")
    parser.add_argument("--against-pid", type=int, help="its parent process on this machine")
    parser.add_argument("--seconds", type=int, default=4, help="of a row, a round and a server")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="rows whose names have this in them")
    parser.add_argument("--keep", action="store_true", help=f"write {BASELINE.name}")
    return parser.parse_args()


@contextmanager
def servers_for(asked: argparse.Namespace) -> Iterator[list[Server]]:
    """What is compared with comes first."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = []
        if asked.other:
            other = asked.other.resolve()
            found.append(stack.enter_context(served("other", other, folder / "other")))
        if asked.against:
            found.append(Server("theirs", asked.against.rstrip("/"), asked.against_pid))
        found.append(stack.enter_context(served("this", ROOT, folder / "this")))
        if asked.token:
            closed = served("token", ROOT, folder / "token", PLATFORM_AUTH="required")
            found.append(stack.enter_context(closed))
        yield found


def rows_by_server(servers: list[Server], part: str) -> dict[str, dict[str, Row]]:
    """By the server's name and the row's. A token opens no page: those need a session."""
    return {
        one.name: {row.name: row for row in rows_of(one, pages=not one.headers) if part in row.name}
        for one in servers
    }


def compare(servers: list[Server], asked: argparse.Namespace, prices: Prices) -> None:
    """Prints a row as soon as it is measured."""
    rows = rows_by_server(servers, asked.only)
    counts = {one.name: counted(one, list(rows[one.name].values())) for one in servers}
    print(heading(), flush=True)
    for name in dict.fromkeys(name for found in rows.values() for name in found):
        having = [one for one in servers if name in rows[one.name]]
        found = in_turn(having, {one.name: rows[one.name][name] for one in having}, asked)
        for server, figures in found.items():
            if figures is not None:
                figures |= counts[server].get(name, {})
        prices.rows[name] = prices.rows.get(name, {}) | found
        print("\n".join(lines(prices, name)), flush=True)


def in_turn(
    servers: list[Server], rows: dict[str, Row], asked: argparse.Namespace
) -> dict[str, Figures | None]:
    """A B A B; of each server the round with the highest rate."""
    best: dict[str, Figures | None] = {one.name: None for one in servers}
    for _round in range(asked.rounds):
        for one in servers:
            found, before = measure(one, rows[one.name], asked.seconds), best[one.name]
            if found and (before is None or found["per_second"] > before["per_second"]):
                best[one.name] = found
            time.sleep(PAUSE)
    return best


def counted(server: Server, rows: list[Row]) -> dict[str, Any]:
    """Queries and hops of each row, of a server whose code is here; see counts.py."""
    if server.tree is None:
        return {}
    done = subprocess.run(
        [sys.executable, str(COUNTS)], cwd=server.tree, env=server.environment, text=True,
        input=json.dumps({"rows": [row.told() for row in rows], "headers": server.headers}),
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def kept() -> dict[str, Figures]:
    found: dict[str, Figures] = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    return found


def main() -> None:
    asked = asked_for()
    need_wrk()
    with servers_for(asked) as servers:
        prices = Prices([one.name for one in servers])
        if len(servers) == 1 and (before := kept()):
            prices.servers.insert(0, "before")
            prices.rows = {row: {"before": figures} for row, figures in before.items()}
        compare(servers, asked, prices)
        if asked.keep:
            text = json.dumps(prices.of(servers[0].name), indent=1, sort_keys=True)
            BASELINE.write_text(text + "\n")


if __name__ == "__main__":
    main()
