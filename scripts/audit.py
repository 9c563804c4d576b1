"""Known vulnerabilities of what is locked (pip-audit).

Where no database answers nothing was audited, and that is a failure: unless AUDIT_OFFLINE=accepted
says that this machine is known to reach none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = "AUDIT_OFFLINE"
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 2


def report_of(requirements: Path) -> str:
    """What pip-audit prints: JSON, or nothing that is JSON where it could not ask."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pip_audit", "--requirement", str(requirements),
            "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def verdict(report: str, *, offline_accepted: bool) -> tuple[int, list[str]]:
    """The exit status and what to say."""
    packages = _packages(report)
    unseen = [package["name"] for package in packages if "skip_reason" in package]
    found = [package for package in packages if package.get("vulns")]
    said = [f"{one['name']} {one['version']}: {json.dumps(one['vulns'])}" for one in found]
    seen = len(packages) - len(unseen)
    if found:
        said.append(f"pip-audit: {seen} packages, {len(found)} with known vulnerabilities")
        return VULNERABLE, said
    if not packages or unseen:
        what = f"not audited: {', '.join(unseen)}" if seen else "NOTHING WAS AUDITED"
        said.append(f"pip-audit: no vulnerability database answered; {what}")
        said.append(
            f"pip-audit: accepted, because {ACCEPTED}=accepted is set" if offline_accepted else
            f"pip-audit: this fails; set {ACCEPTED}=accepted where none can be reached"
        )  # fmt: skip
        return CLEAN if offline_accepted else NOT_AUDITED, said
    return CLEAN, [f"pip-audit: {seen} packages, none with known vulnerabilities"]


def _packages(report: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(report)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return []


def main() -> int:
    report = report_of(ROOT / "requirements" / "base.txt")
    accepted = os.environ.get(ACCEPTED) == "accepted"
    status, said = verdict(report, offline_accepted=accepted)
    print("\n".join(said), file=sys.stderr if status else sys.stdout)
    return status


if __name__ == "__main__":
    sys.exit(main())
