"""Who may do what: every route of the platform, for everybody. A new route needs a line here.

Columns: anonymous · viewer (object visible to everyone) · owner (a data scientist) · stranger (a
data scientist, another's private object) · operator · admin (the same private object).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PEOPLE = ("anonymous", "viewer", "owner", "stranger", "operator", "admin")
FILE = "file"  # a multipart upload stands for this body
CONFIG = "config"


@dataclass(frozen=True)
class Line:
    method: str
    path: str
    expected: tuple[int, ...]
    body: Any = None
    form: dict[str, Any] = field(default_factory=dict)


D, P = "/api/v1/datasets/{dataset}", "/api/projects/{project}"
R = P + "/runs/{run}"
PD, PP = "/datasets/{dataset}/", "/projects/{project}/"
E, PE = "/api/v1/deployments/{deployment}", "/deployments/{deployment}/"
A, PA = "/api/v1/deid/policies/alices-policy", "/deid/policies/{policy}/"
J, PJ = "/api/v1/datasets/jobs/{job}", "/datasets/jobs/{job}/"
POLICY = {"policy_id": "n", "content": {"default": "drop"}}
NEW_POLICY = {"policy_id": "n", "content": "default: drop"}
SHARE = {"visibility": "everyone"}
LAUNCH = {"model_path": "a/b", "restart_policy": "never"}
NEW_PROJECT = {"name": "n", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}
START = {"action": "start", "config": "job: {type: sft}", "base": "", "priority": "0"}
TOKEN = {"name": "n", "scopes": ["read"]}

SEEN = (401, 200, 200, 404, 200, 200)
READ = (401, 200, 200, 200, 200, 200)
CHANGED = (401, 403, 200, 404, 200, 200)
STARTED = (401, 403, 202, 404, 202, 202)
PAGE = (302, 200, 200, 200, 200, 200)
SEEN_PAGE = (302, 200, 200, 404, 200, 200)
CHANGING_PAGE = (302, 403, 200, 404, 200, 200)
MADE_PAGE = (302, 403, 302, 302, 302, 302)
CHANGED_PAGE = (302, 403, 302, 404, 302, 302)
APPROVED = (401, 403, 403, 404, 200, 200)
OPERATORS = (401, 403, 403, 403, 200, 200)
OPERATORS_PAGE = (302, 403, 403, 403, 200, 200)
ADMINS_PAGE = (302, 403, 403, 403, 403, 200)

# Route (as the URL configuration has it) -> what may be done with it.
MATRIX: dict[str, list[Line]] = {
    "healthz": [Line("GET", "/healthz", (200,) * 6)],
    "api/v1/deployments/_internal/health": [
        Line("GET", "/api/v1/deployments/_internal/health", READ)
    ],
    "api/schema": [Line("GET", "/api/schema", READ)],
    "api/docs": [
        Line("GET", "/api/docs", READ),
        Line("GET", "/api/docs?script=", READ),
    ],
    "api/v1/me": [Line("GET", "/api/v1/me", READ)],
    "api/v1/tokens": [
        Line("GET", "/api/v1/tokens", READ),
        Line("POST", "/api/v1/tokens", (401, 201, 201, 201, 201, 201), TOKEN),
    ],
    "api/v1/tokens/<str:token_id>": [
        Line("DELETE", "/api/v1/tokens/{token}", (401, 404, 200, 404, 404, 200))
    ],
    "api/v1/audit": [Line("GET", "/api/v1/audit", OPERATORS)],
    "api/v1/deidentify:test": [
        Line("POST", "/api/v1/deidentify:test", READ, {"text": ["x"]}),
        # Of a policy that one does not see nothing is said but that there is none.
        Line(
            "POST",
            "/api/v1/deidentify:test",
            (401, 200, 200, 400, 200, 200),
            {"text": ["x"], "policy_id": "alices-policy"},
        ),
    ],
    "api/v1/deidentify:restore": [
        Line(
            "POST",
            "/api/v1/deidentify:restore",
            (401, 403, 403, 400, 200, 200),
            {"text": ["x"], "policy_id": "alices-policy"},
        ),
    ],
    "api/v1/deid/policies": [
        Line("GET", "/api/v1/deid/policies", READ),
        Line("POST", "/api/v1/deid/policies", (401, 403, 201, 201, 201, 201), POLICY),
    ],
    "api/v1/deid/policies/<slug:slug>": [
        Line("GET", A, SEEN),
        Line("PUT", A, CHANGED, {"content": {"default": "drop"}}),
        Line("DELETE", A, (401, 403, 204, 404, 204, 204)),
    ],
    "api/v1/deid/policies/<slug:slug>/words": [
        Line("POST", A + "/words", CHANGED, {"allow": ["x"]})
    ],
    "api/v1/deid/policies/<slug:slug>/versions/<str:name>/approval": [
        Line("PUT", A + "/versions/1/approval", APPROVED, {"approved": True}),
        Line("PUT", A + "/versions/1/approval", APPROVED, {"approved": False}),
    ],
    "api/v1/deid/policies/<slug:slug>/sharing": [Line("PUT", A + "/sharing", CHANGED, SHARE)],
    "api/v1/datasets/uploads/<str:upload_id>/scan": [
        Line("POST", "/api/v1/datasets/uploads/{file}/scan", STARTED, {})
    ],
    "api/v1/datasets/uploads/<str:upload_id>/deidentify": [
        Line("POST", "/api/v1/datasets/uploads/{file}/deidentify", STARTED, {}),
    ],
    "api/v1/datasets/jobs/<str:job_id>": [Line("GET", J, SEEN)],
    "api/v1/datasets/jobs/<str:job_id>/stop": [Line("POST", J + "/stop", CHANGED)],
    "api/v1/datasets/jobs/<str:job_id>/resume": [
        Line("POST", J + "/resume", (401, 403, 409, 404, 409, 409)),
    ],
    "api/v1/datasets/<str:dataset_id>/jobs": [Line("GET", D + "/jobs", SEEN)],
    "api/v1/datasets": [
        Line("POST", "/api/v1/datasets", (401, 403, 201, 201, 201, 201), {"name": "n"})
    ],
    "api/v1/datasets/uploads/<str:upload_id>": [
        Line("DELETE", "/api/v1/datasets/uploads/{file}", CHANGED)
    ],
    "api/v1/datasets/<str:dataset_id>": [Line("GET", D, SEEN)],
    "api/v1/datasets/<str:dataset_id>/sharing": [Line("PUT", D + "/sharing", CHANGED, SHARE)],
    "api/v1/datasets/<str:dataset_id>/files": [Line("PUT", D + "/files", CHANGED, FILE)],
    "api/v1/datasets/<str:dataset_id>/train-config": [
        Line("GET", D + "/train-config", SEEN),
        Line("PUT", D + "/train-config", CHANGED, CONFIG),
        Line("DELETE", D + "/train-config", CHANGED),
    ],
    "api/projects": [
        Line("GET", "/api/projects", READ),
        Line("POST", "/api/projects", (401, 403, 201, 201, 201, 201), NEW_PROJECT),
    ],
    "api/projects/<str:reference>": [
        Line("GET", P, SEEN),
        Line("GET", "/api/projects/alices-project", SEEN),
    ],
    "api/projects/<str:reference>/sharing": [Line("PUT", P + "/sharing", CHANGED, SHARE)],
    "api/projects/<str:reference>/data-gate": [
        Line("PUT", P + "/data-gate", CHANGED, {"gate": "refuse"}),
        Line("PUT", P + "/data-gate", (401, 403, 403, 404, 200, 200), {"gate": "off"}),
    ],
    "api/projects/<str:reference>/runs": [
        Line("GET", P + "/runs", SEEN),
        Line("POST", P + "/runs", (401, 403, 201, 404, 201, 201)),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>": [Line("GET", R, SEEN)],
    "api/projects/<str:reference>/runs/<str:run_id>/stop": [Line("POST", R + "/stop", CHANGED)],
    "api/projects/<str:reference>/runs/<str:run_id>/log": [Line("GET", R + "/log", SEEN)],
    "api/projects/<str:reference>/runs/<str:run_id>/metrics": [Line("GET", R + "/metrics", SEEN)],
    "api/projects/<str:reference>/runs/<str:run_id>/events": [Line("GET", R + "/events", SEEN)],
    "api/projects/<str:reference>/runs/<str:run_id>/repeat": [
        Line("POST", R + "/repeat", (401, 403, 201, 404, 201, 201), {}),
        # Only operators put a run before others'.
        Line("POST", R + "/repeat", (401, 403, 403, 404, 201, 201), {"priority": 1}),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/resume": [
        Line("POST", R + "/resume", (401, 403, 409, 404, 409, 409), {}),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/merge": [
        Line("POST", R + "/merge", (401, 403, 409, 404, 409, 409)),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/priority": [
        Line("PUT", R + "/priority", (401, 403, 409, 404, 409, 409), {"priority": -1}),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/config": [Line("GET", R + "/config", SEEN)],
    "api/projects/<str:reference>/runs/<str:run_id>/evaluation": [
        Line("GET", R + "/evaluation", (401, 404, 404, 404, 404, 404)),
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/artifacts": [
        Line("GET", R + "/artifacts", SEEN)
    ],
    "api/projects/<str:reference>/runs/<str:run_id>/artifacts/<path:name>": [
        Line("GET", R + "/artifacts/run.log", SEEN),
        Line("GET", R + "/artifacts/output", SEEN),
        Line("GET", R + "/artifacts/control/spec.json", (401, 404, 404, 404, 404, 404)),
    ],
    "api/runs/queue": [Line("GET", "/api/runs/queue", READ)],
    "api/runs/compare": [Line("GET", "/api/runs/compare?run={run}", SEEN)],
    "api/training/schema": [Line("GET", "/api/training/schema", READ)],
    "api/training/check": [Line("POST", "/api/training/check", READ, {"config": "a: 1"})],
    "api/v1/deployments": [
        Line("GET", "/api/v1/deployments", READ),
        Line("POST", "/api/v1/deployments", (401, 403, 201, 201, 201, 201), {"model_path": "a/b"}),
    ],
    "api/v1/deployments/<str:deployment_id>": [
        Line("GET", E, SEEN),
        Line("DELETE", E, CHANGED),
    ],
    "api/v1/deployments/<str:deployment_id>/stop": [Line("POST", E + "/stop", CHANGED)],
    "api/v1/deployments/<str:deployment_id>/restart": [Line("POST", E + "/restart", CHANGED)],
    "api/v1/deployments/<str:deployment_id>/sharing": [Line("PUT", E + "/sharing", CHANGED, SHARE)],
    "api/v1/deployments/<str:deployment_id>/adapters": [
        Line("GET", E + "/adapters", SEEN),
        Line("POST", E + "/adapters", (401, 403, 400, 404, 400, 400), {"name": "x", "path": "/no"}),
    ],
    "api/v1/deployments/<str:deployment_id>/adapters/<str:name>": [
        Line("DELETE", E + "/adapters/one", CHANGED)
    ],
    "api/v1/deployments/<str:deployment_id>/log": [Line("GET", E + "/log", SEEN)],
    "api/v1/deployments/<str:deployment_id>/metrics": [Line("GET", E + "/metrics", SEEN)],
    "api/v1/deployments/<str:deployment_id>/events": [Line("GET", E + "/events", SEEN)],
    "deployments/": [Line("GET", "/deployments/", PAGE)],
    "deployments/new/": [
        Line("GET", "/deployments/new/", (302, 403, 200, 200, 200, 200)),
        Line("POST", "/deployments/new/", MADE_PAGE, form=LAUNCH),
    ],
    "deployments/gpus/": [Line("GET", "/deployments/gpus/", PAGE)],
    "deployments/usage/": [Line("GET", "/deployments/usage/", PAGE)],
    "deployments/compare/": [
        Line("GET", "/deployments/compare/", PAGE),
        Line("GET", "/deployments/compare/?left={deployment}", SEEN_PAGE),
    ],
    "deployments/from-run/<uuid:project_id>/<uuid:run_id>/": [
        # The run has not succeeded: who may deploy is sent back to it with the reason.
        Line("GET", "/deployments/from-run/{project}/{run}/", CHANGED_PAGE),
        Line("POST", "/deployments/from-run/{project}/{run}/", CHANGED_PAGE),
    ],
    "deployments/<uuid:deployment_id>/": [Line("GET", PE, SEEN_PAGE)],
    "deployments/<uuid:deployment_id>/playground/": [Line("GET", PE + "playground/", SEEN_PAGE)],
    "deployments/<uuid:deployment_id>/chat/": [
        # It is not running: 409 for those who may see it.
        Line("POST", PE + "chat/", (302, 409, 409, 404, 409, 409)),
    ],
    "deployments/<uuid:deployment_id>/stop/": [Line("POST", PE + "stop/", CHANGED_PAGE)],
    "deployments/<uuid:deployment_id>/restart/": [Line("POST", PE + "restart/", CHANGED_PAGE)],
    "deployments/<uuid:deployment_id>/delete/": [
        Line("GET", PE + "delete/", (302, 403, 200, 404, 200, 200)),
        Line("POST", PE + "delete/", CHANGED_PAGE),
    ],
    "deployments/<uuid:deployment_id>/sharing/": [
        Line("POST", PE + "sharing/", CHANGED_PAGE, form=SHARE)
    ],
    "deployments/<uuid:deployment_id>/adapters/": [Line("POST", PE + "adapters/", CHANGED_PAGE)],
    "deployments/<uuid:deployment_id>/adapters/<str:name>/detach/": [
        Line("POST", PE + "adapters/one/detach/", CHANGED_PAGE)
    ],
    "": [Line("GET", "/", PAGE)],
    "login/": [Line("GET", "/login/", (200, 302, 302, 302, 302, 302))],
    "logout/": [Line("POST", "/logout/", (302,) * 6)],
    "i18n/setlang/": [Line("POST", "/i18n/setlang/", (302,) * 6, form={"language": "en"})],
    "account/": [Line("GET", "/account/", PAGE)],
    "account/password/": [Line("GET", "/account/password/", PAGE)],
    "account/tokens/": [Line("POST", "/account/tokens/", PAGE, form=TOKEN)],
    "account/tokens/<uuid:token_id>/revoke/": [
        Line("POST", "/account/tokens/{token}/revoke/", (302, 404, 302, 404, 404, 302))
    ],
    "audit/": [Line("GET", "/audit/", OPERATORS_PAGE)],
    "audit/export.csv": [Line("GET", "/audit/export.csv", OPERATORS_PAGE)],
    "deid/": [
        Line("GET", "/deid/", PAGE),
        Line("POST", "/deid/", PAGE, form={"text": "x"}),
    ],
    "deid/vault/": [
        Line("GET", "/deid/vault/", OPERATORS_PAGE),
        Line("POST", "/deid/vault/", OPERATORS_PAGE, form={"text": "x", "reason": "y"}),
    ],
    "deid/recognizers/": [Line("GET", "/deid/recognizers/", PAGE)],
    "deid/policies/": [Line("GET", "/deid/policies/", PAGE)],
    "deid/policies/new/": [
        Line("GET", "/deid/policies/new/", (302, 403, 200, 200, 200, 200)),
        Line("POST", "/deid/policies/new/", MADE_PAGE, form=NEW_POLICY),
    ],
    "deid/policies/<uuid:policy_id>/": [
        Line("GET", PA, SEEN_PAGE),
        Line("POST", PA, CHANGED_PAGE, form={"content": "default: drop"}),
    ],
    "deid/policies/<uuid:policy_id>/yaml/": [Line("GET", PA + "yaml/", SEEN_PAGE)],
    "deid/policies/<uuid:policy_id>/words/": [
        Line("POST", PA + "words/", CHANGED_PAGE, form={"allow": "x"})
    ],
    "deid/policies/<uuid:policy_id>/approval/": [
        Line(
            "POST",
            PA + "approval/",
            (302, 403, 403, 404, 302, 302),
            form={"version": "1", "approved": "1"},
        )
    ],
    "deid/policies/<uuid:policy_id>/delete/": [
        Line("GET", PA + "delete/", (302, 403, 200, 404, 200, 200)),
        Line("POST", PA + "delete/", CHANGED_PAGE),
    ],
    "deid/policies/<uuid:policy_id>/sharing/": [
        Line("POST", PA + "sharing/", CHANGED_PAGE, form=SHARE)
    ],
    "datasets/files/<uuid:upload_id>/jobs/": [
        Line("POST", "/datasets/files/{file}/jobs/", CHANGED_PAGE, form={"kind": "scan"})
    ],
    "datasets/files/<uuid:upload_id>/reviews/": [
        Line("POST", "/datasets/files/{file}/reviews/", CHANGED_PAGE, form={"rows": "1"})
    ],
    "datasets/reviews/<uuid:review_id>/": [
        Line("GET", "/datasets/reviews/{review}/", SEEN_PAGE),
        Line("POST", "/datasets/reviews/{review}/", CHANGED_PAGE, form={"row-1": "clean"}),
    ],
    "datasets/jobs/<uuid:job_id>/": [Line("GET", PJ, SEEN_PAGE)],
    "datasets/jobs/<uuid:job_id>/compare/": [
        # It has no result yet.
        Line("GET", PJ + "compare/", (302, 404, 404, 404, 404, 404)),
    ],
    "datasets/jobs/<uuid:job_id>/stop/": [Line("POST", PJ + "stop/", CHANGED_PAGE)],
    "datasets/jobs/<uuid:job_id>/resume/": [Line("POST", PJ + "resume/", CHANGED_PAGE)],
    "datasets/": [Line("GET", "/datasets/", PAGE)],
    "datasets/new/": [
        Line("GET", "/datasets/new/", (302, 403, 200, 200, 200, 200)),
        Line("POST", "/datasets/new/", MADE_PAGE, form={"name": "n"}),
    ],
    "datasets/files/<uuid:upload_id>/delete/": [
        Line("POST", "/datasets/files/{file}/delete/", CHANGED_PAGE)
    ],
    "datasets/files/<uuid:upload_id>/download/": [
        Line("GET", "/datasets/files/{file}/download/", SEEN_PAGE)
    ],
    "datasets/<uuid:dataset_id>/": [Line("GET", PD, SEEN_PAGE)],
    "datasets/<uuid:dataset_id>/delete/": [
        Line("GET", PD + "delete/", (302, 403, 200, 404, 200, 200)),
        Line("POST", PD + "delete/", CHANGED_PAGE),
    ],
    "datasets/<uuid:dataset_id>/sharing/": [
        Line("POST", PD + "sharing/", CHANGED_PAGE, form=SHARE)
    ],
    "datasets/<uuid:dataset_id>/files/": [Line("POST", PD + "files/", CHANGED_PAGE, FILE)],
    "datasets/<uuid:dataset_id>/train-config/": [
        Line("POST", PD + "train-config/", CHANGED_PAGE, CONFIG)
    ],
    "datasets/<uuid:dataset_id>/train-config/delete/": [
        Line("POST", PD + "train-config/delete/", CHANGED_PAGE)
    ],
    "projects/": [Line("GET", "/projects/", PAGE)],
    "projects/new/": [
        Line("GET", "/projects/new/", (302, 403, 200, 200, 200, 200)),
        Line("POST", "/projects/new/", MADE_PAGE, form=NEW_PROJECT),
    ],
    "projects/<uuid:project_id>/": [Line("GET", PP, SEEN_PAGE)],
    "projects/<uuid:project_id>/delete/": [
        Line("GET", PP + "delete/", (302, 403, 200, 404, 200, 200))
    ],
    "projects/<uuid:project_id>/sharing/": [
        Line("POST", PP + "sharing/", CHANGED_PAGE, form=SHARE)
    ],
    "projects/<uuid:project_id>/data-gate/": [
        Line("POST", PP + "data-gate/", CHANGED_PAGE, form={"gate": "refuse"}),
        Line("POST", PP + "data-gate/", (302, 403, 403, 404, 302, 302), form={"gate": "off"}),
    ],
    "projects/<uuid:project_id>/runs/": [Line("POST", PP + "runs/", CHANGED_PAGE)],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/": [Line("GET", PP + "runs/{run}/", SEEN_PAGE)],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/stop/": [
        Line("POST", PP + "runs/{run}/stop/", CHANGED_PAGE)
    ],
    "projects/<uuid:project_id>/runs/new/": [
        Line("GET", PP + "runs/new/", CHANGING_PAGE),
        Line("POST", PP + "runs/new/", CHANGED_PAGE, form=START),
        Line("POST", PP + "runs/new/", CHANGING_PAGE, form={**START, "action": "check"}),
    ],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/repeat/": [
        Line("GET", PP + "runs/{run}/repeat/", CHANGING_PAGE),
        Line("POST", PP + "runs/{run}/repeat/", CHANGED_PAGE, form=START),
        Line(
            "POST",
            PP + "runs/{run}/repeat/",
            (302, 403, 403, 404, 302, 302),
            form={**START, "priority": "1"},
        ),
    ],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/resume/": [
        Line("POST", PP + "runs/{run}/resume/", CHANGED_PAGE)
    ],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/merge/": [
        Line("POST", PP + "runs/{run}/merge/", CHANGED_PAGE)
    ],
    "projects/<uuid:project_id>/runs/<uuid:run_id>/priority/": [
        Line("POST", PP + "runs/{run}/priority/", CHANGED_PAGE, form={"priority": "0"})
    ],
    "projects/queue/events": [Line("GET", "/projects/queue/events", READ)],
    "projects/<uuid:project_id>/events": [Line("GET", PP + "events", SEEN)],
    "datasets/<uuid:dataset_id>/events": [Line("GET", PD + "events", SEEN)],
    "datasets/jobs/<uuid:job_id>/events": [Line("GET", PJ + "events", SEEN)],
    "deployments/events": [Line("GET", "/deployments/events", READ)],
    "deployments/gpus/events": [Line("GET", "/deployments/gpus/events", READ)],
    "projects/queue/": [Line("GET", "/projects/queue/", PAGE)],
    "projects/compare/": [
        Line("GET", "/projects/compare/?run={run}", SEEN_PAGE),
        Line("GET", "/projects/compare/", PAGE),
    ],
    # The admin: one line a model stands for its list, add, change, delete and history pages.
    "admin/": [Line("GET", "/admin/", OPERATORS_PAGE)],
    "admin/login/": [Line("GET", "/admin/login/", (302, 403, 403, 403, 403, 403))],
    "admin/logout/": [Line("POST", "/admin/logout/", (302, 403, 403, 403, 302, 302))],
    "admin/password_change/": [Line("GET", "/admin/password_change/", OPERATORS_PAGE)],
    "admin/password_change/done/": [Line("GET", "/admin/password_change/done/", OPERATORS_PAGE)],
    "admin/autocomplete/": [Line("GET", "/admin/autocomplete/", (302, 403, 403, 403, 403, 403))],
    "admin/jsi18n/": [Line("GET", "/admin/jsi18n/", OPERATORS_PAGE)],
    "admin/r/<path:content_type_id>/<path:object_id>/": [
        Line("GET", "/admin/r/0/0/", (302, 403, 403, 403, 404, 404))
    ],
    "admin/datasets/": [
        Line("GET", "/admin/datasets/dataset/", OPERATORS_PAGE),
        Line("GET", "/admin/datasets/dataset/{dataset}/change/", OPERATORS_PAGE),
        Line("GET", "/admin/datasets/datasetfile/", OPERATORS_PAGE),
        Line("GET", "/admin/datasets/trainconfig/add/", OPERATORS_PAGE),
        Line("GET", "/admin/datasets/filejob/{job}/change/", OPERATORS_PAGE),
    ],
    "admin/deid/": [
        Line("GET", "/admin/deid/deidpolicy/", OPERATORS_PAGE),
        Line("GET", "/admin/deid/deidpolicy/{policy}/change/", OPERATORS_PAGE),
    ],
    "admin/projects/": [
        Line("GET", "/admin/projects/project/{project}/delete/", OPERATORS_PAGE),
        Line("GET", "/admin/projects/run/{run}/change/", OPERATORS_PAGE),
    ],
    "admin/deployments/": [
        Line("GET", "/admin/deployments/deployment/", OPERATORS_PAGE),
        Line("GET", "/admin/deployments/deployment/{deployment}/change/", OPERATORS_PAGE),
        Line("GET", "/admin/deployments/usage/", OPERATORS_PAGE),
    ],
    "admin/platform_site/": [
        Line("GET", "/admin/platform_site/host/", OPERATORS_PAGE),
        Line("GET", "/admin/platform_site/lease/", OPERATORS_PAGE),
    ],
    "admin/django_q/": [
        Line("GET", "/admin/django_q/schedule/", OPERATORS_PAGE),
        Line("GET", "/admin/django_q/schedule/add/", (302, 403, 403, 403, 403, 403)),
        Line("GET", "/admin/django_q/ormq/", OPERATORS_PAGE),
        Line("GET", "/admin/django_q/success/", OPERATORS_PAGE),
        Line("GET", "/admin/django_q/failure/", OPERATORS_PAGE),
    ],
    "admin/auth/": [
        Line("GET", "/admin/auth/user/", ADMINS_PAGE),
        Line("GET", "/admin/auth/user/add/", ADMINS_PAGE),
        Line("GET", "/admin/auth/group/", ADMINS_PAGE),
    ],
    "admin/accounts/": [
        Line("GET", "/admin/accounts/apitoken/", ADMINS_PAGE),
        Line("GET", "/admin/accounts/apitoken/add/", ADMINS_PAGE),
        Line("GET", "/admin/accounts/oidcidentity/", ADMINS_PAGE),
        Line("GET", "/admin/accounts/auditentry/", OPERATORS_PAGE),
        Line("GET", "/admin/accounts/auditentry/add/", (302, 403, 403, 403, 403, 403)),
    ],
}
