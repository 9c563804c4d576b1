"""Runs a platform with a stand-in engine out of the checkout that is the working directory.

    python /somewhere/benchmarks/stand.py '{"WEB_WORKERS": "1"}' '--tokens 100'

Prints one line of JSON that says where it is; ends with its standard input. So one benchmark
measures two checkouts, each by its own code.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path.cwd())  # the checkout's packages, not this script's folder

from tests.support.deployments import engine_environment, launch  # noqa: E402
from tests.support.live_platform import LivePlatform  # noqa: E402


def main(settings: str, engine: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    chosen = {"HEALTH_INTERVAL": "5", "METRICS_INTERVAL": "10", **json.loads(settings)}
    platform = LivePlatform(folder, **engine_environment(folder, **chosen))
    platform.start()
    try:
        made = launch(platform, f"--served-model-name bench {engine}")
        port = made.wait_healthy()["port"]
        facts = {
            "door": platform.port,
            "direct": port,
            "key": made.processes()[0].environ()["VLLM_API_KEY"],
            "web": platform.groups()["web"],
            "supervisor": platform.process.pid if platform.process else 0,
            "folder": str(folder),
        }
        print(json.dumps(facts), flush=True)
        sys.stdin.read()
        made.delete(force=True)
    finally:
        platform.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
