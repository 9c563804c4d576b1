#!/usr/bin/env python3
"""Fetches the browser assets that the pages use, by the npm client, with their licences.

Run when a version below changes; what it writes under static/vendor is committed, so that a
closed network needs nothing at run time.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
PACKAGES = {
    "htmx.org@2.0.7": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    "uplot@1.6.32": {
        "dist/uPlot.esm.js": "uPlot.esm.js",
        "dist/uPlot.min.css": "uPlot.min.css",
        "LICENSE": "LICENSE",
    },
}
LICENCES = {"htmx.org": "0BSD", "uplot": "MIT"}


def fetch(package: str, files: dict[str, str], folder: Path) -> None:
    target = VENDOR / package.rpartition("@")[0]
    done = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
        for source, name in files.items():
            member = archive.extractfile(f"package/{source}")
            if member is None:
                raise SystemExit(f"{package} has no {source}")
            (target / name).write_bytes(member.read())
    print(package)


def main() -> None:
    lines = ["# Vendored browser assets", "", "Written by `make vendor`.", ""]
    with tempfile.TemporaryDirectory() as folder:
        for package, files in PACKAGES.items():
            fetch(package, files, Path(folder))
            name, _, version = package.rpartition("@")
            lines.append(f"- {name} {version}, {LICENCES[name]} (`{name}/LICENSE`)")
    (VENDOR / "README.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
