"""Known vulnerabilities of what is locked (pip-audit); says so where no database can be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def audited(requirements: Path) -> list[dict[str, object]] | None:
    """Each package with what is known of it; None where the database did not answer."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pip_audit", "--requirement", str(requirements),
            "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    known = [package for package in packages if "skip_reason" not in package]
    return known or None


def main() -> int:
    packages = audited(ROOT / "requirements" / "base.txt")
    if packages is None:
        print("pip-audit: no vulnerability database can be reached from here; nothing was audited")
        return 0
    found = [package for package in packages if package["vulns"]]
    for package in found:
        print(f"{package['name']} {package['version']}: {json.dumps(package['vulns'])}")
    print(f"pip-audit: {len(packages)} packages, {len(found)} with known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
