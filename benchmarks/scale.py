"""What each list, page and call costs where there are many rows: CPU, queries and bytes.

`python -m benchmarks.scale` measures the database of the environment, filled before by
`manage.py make_load`. `--code FOLDER` measures another checkout's code over that database, `--json
FILE` writes the figures, `--against FILE` prints them beside former ones.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TRIES = 3
MOST_MS = 150
PAGES = [
    "/", "/datasets/", "/datasets/?q=00012", "/datasets/{dataset}/", "/projects/",
    "/projects/?q=0001", "/projects/{project}/", "/projects/{project}/runs/{run}/",
    "/projects/queue/", "/projects/new/", "/deployments/", "/deployments/?tag=load",
    "/deployments/?status=running", "/deployments/{deployment}/", "/deployments/compare/",
    "/deployments/usage/", "/deployments/gpus/", "/deid/policies/", "/account/", "/audit/",
    "/audit/?user={name}", "/audit/?action=run.start", "/audit/?action=data",
    "/audit/?text=nothing-like-it", "/audit/?text={dataset}", "/audit/?refused=true",
    "/api/projects", "/api/projects/{project}", "/api/projects/{project}/runs",
    "/api/projects/{project}/runs/{run}", "/api/runs/queue", "/api/v1/deployments",
    "/api/v1/deployments/{deployment}", "/api/v1/datasets/{dataset}",
    "/api/v1/datasets/{dataset}/jobs", "/api/v1/audit", "/api/v1/audit?limit=1000",
    "/api/v1/audit?text=nothing-like-it", "/api/v1/audit?before=500000", "/api/v1/me",
    "/admin/", "/admin/accounts/auditentry/", "/admin/accounts/auditentry/?q=nothing-like-it",
    "/admin/datasets/dataset/", "/admin/datasets/datasetfile/", "/admin/datasets/datasetfile/add/",
    "/admin/datasets/filejob/", "/admin/projects/project/", "/admin/projects/run/",
    "/admin/projects/run/?status__exact=failed", "/admin/deployments/deployment/",
    "/admin/deployments/usage/", "/admin/auth/user/", "/admin/accounts/apitoken/",
]  # fmt: skip
WORKER = """
import json, time
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from datasets.models import Dataset
from deployments.models import Deployment
from projects.models import Project, Run

pages, tries = json.loads({arguments!r}), {tries}
first = Project.objects.raw("SELECT project_id AS id FROM projects_run GROUP BY project_id"
                            " ORDER BY COUNT(*) DESC LIMIT 1")[0].id
run = Run.objects.filter(project_id=first, status="succeeded").first()
ids = dict(project=first, run=run.id, dataset=Dataset.objects.first().id,
           deployment=Deployment.objects.filter(status="stopped").first().id,
           name="load-0000")
admin = User.objects.get_or_create(username="load-admin")[0]
admin.groups.set(Group.objects.filter(name="admin"))
client = Client(SERVER_NAME="localhost")
client.force_login(admin, backend="core.accounts.backends.PasswordBackend")
found = {{}}
for page in pages:
    path = page.format(**ids)
    client.get(path)
    cpu = []
    for _ in range(tries):
        began = time.process_time()
        answer = client.get(path)
        size = len(b"".join(answer) if answer.streaming else answer.content)
        cpu.append(1000 * (time.process_time() - began))
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    found[page] = dict(status=answer.status_code, cpu_ms=round(min(cpu), 1),
                       queries=len(queries), bytes=size)
print("FIGURES" + json.dumps(found))
"""


def measured(code: Path, pages: list[str]) -> dict[str, Any]:
    """Of the code in a folder, over the database of the environment; in a process of its own."""
    script = WORKER.format(arguments=json.dumps(pages), tries=TRIES)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", script],
        cwd=code, env={**os.environ, "LOG_LEVEL": "ERROR"}, text=True, check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    line = next(one for one in done.stdout.splitlines() if one.startswith("FIGURES"))
    found: dict[str, Any] = json.loads(line.removeprefix("FIGURES"))
    return found


def shown(found: dict[str, Any], former: dict[str, Any]) -> None:
    print(f"{'':44} {'CPU ms':>15} {'queries':>11} {'bytes':>19}")
    for page, now in found.items():
        then = former.get(page, {})
        pairs = [
            f"{then[name]:,} → {now[name]:,}" if name in then else f"{now[name]:,}"
            for name in ("cpu_ms", "queries", "bytes")
        ]
        mark = " !" if now["cpu_ms"] > MOST_MS or now["status"] >= 400 else ""
        print(f"{page:44} {pairs[0]:>15} {pairs[1]:>11} {pairs[2]:>19}{mark}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--code", type=Path, default=Path(__file__).resolve().parents[1])
    options.add_argument("--json", type=Path)
    options.add_argument("--against", type=Path)
    options.add_argument("--only", default="", help="pages with this in their path")
    given = options.parse_args()
    found = measured(given.code, [page for page in PAGES if given.only in page])
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=1) + "\n")
    former = json.loads(given.against.read_text()) if given.against is not None else {}
    shown(found, former)


if __name__ == "__main__":
    main()
