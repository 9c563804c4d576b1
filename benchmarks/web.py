"""What a request costs: CPU, requests a second, latencies, of each hot route and page.

`python -m benchmarks.web [--other CHECKOUT] [--seconds N]` starts the web part of this checkout
(and of the other one, asked in turn with it) with a database of its own, and asks by `wrk` over
eight connections. `--url URL [--pid PID]` asks any running server that speaks the contract instead.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.support.live_platform import ROOT, free_port, wait_for

BASELINE = Path(__file__).parent / "baselines" / "web.json"
CONNECTIONS, PROJECTS = 8, 200
POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name": "d"}'
"""
PAGES = ("/", "/datasets/", "/projects/", "/deployments/", "/audit/", "/static/css/app.css")


@dataclass(frozen=True)
class Server:
    """One that is measured; `pid` is of the parent of all its processes."""

    name: str
    url: str
    pid: int | None

    def cpu_seconds(self) -> float:
        if self.pid is None:
            return float("nan")
        parent = psutil.Process(self.pid)
        times = [one.cpu_times() for one in [parent, *parent.children(recursive=True)]]
        return float(sum(one.user + one.system for one in times))


def filled(server: Server) -> dict[str, str]:
    """Rows to be asked for; the routes by name."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http:
        for number in range(len(http.get("/api/projects").json()), PROJECTS):
            body = {"name": f"p{number}", "dataset_name": "d", "training_yaml_name": "c"}
            http.post("/api/projects", json=body).raise_for_status()
        made = http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
        for number in range(2):
            file = {"file": (f"{number}.jsonl", b'{"a": 1}\n')}
            http.put(f"/api/v1/datasets/{made}/files", files=file).raise_for_status()
        pages = {page: page for page in PAGES if http.get(page).status_code == 200}
    api = ("/healthz", "/api/projects", "/api/v1/deployments")
    dataset = {"GET dataset": f"/api/v1/datasets/{made}", "POST dataset": "/api/v1/datasets"}
    return {**{path: path for path in api}, **dataset, **pages}


def measure(server: Server, name: str, path: str, seconds: int) -> dict[str, float]:
    """One route for so long. Units: ms, requests a second, bytes."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", server.url + path]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if name.startswith("POST"):
            script.write(POST)
            script.flush()
            command[1:1] = ["-s", script.name]
        before = server.cpu_seconds()
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = server.cpu_seconds() - before
    if "Non-2xx" in said:
        raise SystemExit(f"{server.name} {name}: {said}")
    requests, read = re.findall(r"(\d+) requests in [\d.]+s, ([\d.]+\wB)", said)[0]
    return {
        "cpu_ms": round(1000 * spent / int(requests), 3),
        "per_second": float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]),
        "p50_ms": _ms(re.findall(r" 50%\s+(\S+)", said)[0]),
        "p99_ms": _ms(re.findall(r" 99%\s+(\S+)", said)[0]),
        "bytes": round(_bytes(read) / int(requests)),
    }


def _ms(text: str) -> float:
    number, unit = re.findall(r"([\d.]+)(us|ms|s|m)$", text)[0]
    return round(float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}[unit], 2)


def _bytes(text: str) -> float:
    units = {"B": 1.0, "KB": 1024.0, "MB": 1024.0**2, "GB": 1024.0**3}
    return float(text.rstrip("KMGB")) * units[text.lstrip("0123456789.")]


@contextmanager
def served(name: str, tree: Path, folder: Path) -> Iterator[Server]:
    """The web part of a checkout, with folders of its own and as many processes as by default."""
    port = free_port()
    environment = {
        **os.environ, "PLATFORM_PROFILE": "local", "PORT": str(port), "GPU_INVENTORY": "none",
        "PLATFORM_VAR": str(folder / "var"), "LLM_APP_STORAGE": str(folder / "storage"),
        "HOST_TRAINING_DIR": str(folder / "training"), "DEPLOY_LOG_DIR": str(folder / "logs"),
    }  # fmt: skip
    manage = [sys.executable, str(tree / "manage.py")]
    subprocess.run([*manage, "prepare"], cwd=tree, env=environment, check=True)
    process = subprocess.Popen([*manage, "serve", "--only", "web"], cwd=tree, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{url}/healthz", trust_env=False).status_code == 200, 90)
        yield Server(name, url, process.pid)
    finally:
        process.terminate()
        process.wait()


def compare(servers: list[Server], seconds: int, rounds: int) -> dict[str, dict[str, float]]:
    """In turn, A B A B; the best round of each route counts. Prints a line for each."""
    routes = {server.name: filled(server) for server in servers}
    best: dict[str, dict[str, float]] = {}
    for name in routes[servers[0].name]:
        for _round in range(rounds):
            for server in servers:
                found = measure(server, name, routes[server.name][name], seconds)
                key = f"{server.name} {name}"
                if key not in best or found["per_second"] > best[key]["per_second"]:
                    best[key] = found
                time.sleep(0.2)
        for server in servers:
            key = f"{server.name} {name}"
            print(f"{key:32}", "  ".join(f"{unit} {value}" for unit, value in best[key].items()))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=Path, help="a second checkout")
    parser.add_argument("--url", help="a running server")
    parser.add_argument("--pid", type=int, help="its parent process on this machine")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help=f"write {BASELINE.name}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.url:
            compare([Server("server", asked.url, asked.pid)], asked.seconds, asked.rounds)
            return
        with served("this", ROOT, Path(folder) / "this") as this:
            if asked.other is None:
                best = compare([this], asked.seconds, asked.rounds)
            else:
                with served("other", asked.other.resolve(), Path(folder) / "other") as other:
                    best = compare([other, this], asked.seconds, asked.rounds)
    if asked.keep:
        BASELINE.parent.mkdir(exist_ok=True)
        BASELINE.write_text(json.dumps(best, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
