"""All settings, read from the environment through one helper, sorted by topic."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import environment as env
from core.command_template import check_template
from core.database_url import database_of
from platform_site.secret_key import load_secret_key

django_stubs_ext.monkeypatch()  # lets generic Django classes be subscripted at run time

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
env.read_file(BASE_DIR / ".env")

# --- Profile: `make run` is local; everything else is production --------------------------
PLATFORM_PROFILE = env.choice(
    "PLATFORM_PROFILE", "production", ["local", "production"],
    "`local` is what `make run` uses: loopback only, a secret key made on the spot.",
    topic="Server",
)  # fmt: skip
LOCAL = PLATFORM_PROFILE == "local"
DEBUG = env.boolean(
    "DEBUG", False, "Django's debug pages. Never on a shared machine.", topic="Server"
)
BIND_HOST = env.text("BIND_HOST", "127.0.0.1", "Address the web server listens on.", topic="Server")
PORT = env.integer(
    "PORT", 8000, "Port the web server listens on.", low=1, high=65535, topic="Server"
)
SILENCE_PATIENCE = env.seconds(
    "SILENCE_PATIENCE", 120.0,
    "Silence after which a worker or agent is taken for hung and replaced (s).", topic="Server",
)  # fmt: skip
WEB_WORKERS = env.integer("WEB_WORKERS", 2, "Web server processes.", low=1, high=64, topic="Server")
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]",
    "Host names the platform answers to (comma-separated).", topic="Server",
)  # fmt: skip
CSRF_TRUSTED_ORIGINS = env.names(
    "CSRF_TRUSTED_ORIGINS", "", "Origins such as https://llm.example.org behind a TLS proxy.",
    topic="Server",
)  # fmt: skip
TRUSTED_PROXIES = env.networks(
    "TRUSTED_PROXIES", "127.0.0.1,::1",
    "Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto are believed.",
    topic="Server",
)  # fmt: skip
PLATFORM_HTTPS = env.boolean(
    "PLATFORM_HTTPS", not LOCAL,
    "Users come by HTTPS (TLS ends at the proxy): secure cookies, HSTS, redirect from HTTP.",
    topic="Server",
)  # fmt: skip

# --- Who may come in ----------------------------------------------------------------------
PLATFORM_AUTH = env.choice(
    "PLATFORM_AUTH", "open" if LOCAL else "required", ["open", "required"],
    "`required`: everybody logs in. `open`: requests from this machine act as a local operator.",
    topic="Accounts",
)  # fmt: skip
OPEN = PLATFORM_AUTH == "open"
if OPEN and BIND_HOST not in {"127.0.0.1", "::1", "localhost"}:
    raise ImproperlyConfigured(
        f"BIND_HOST={BIND_HOST!r}: must be loopback (127.0.0.1, ::1 or localhost) while "
        "PLATFORM_AUTH=open; use PLATFORM_AUTH=required to serve other machines"
    )
SESSION_COOKIE_AGE = 3600 * env.integer(
    "SESSION_HOURS", 12, "Hours after which a log-in ends.", low=1, high=720, topic="Accounts"
)
DEFAULT_VISIBILITY = env.choice(
    "DEFAULT_VISIBILITY", "private", ["private", "everyone"],
    "Who sees a new dataset or project, besides its owner and the operators.", topic="Accounts",
)  # fmt: skip
AXES_FAILURE_LIMIT = env.integer(
    "LOGIN_ATTEMPTS", 5, "Failed log-ins of a name from an address before it is locked.",
    low=1, high=1000, topic="Accounts",
)  # fmt: skip
AXES_COOLOFF_TIME = timedelta(
    minutes=env.integer(
        "LOGIN_LOCK_MINUTES", 15, "How long the lock lasts.", low=1, high=10080, topic="Accounts"
    )
)
AUDIT_RETENTION_DAYS = env.integer(
    "AUDIT_RETENTION_DAYS", 365, "Age at which audit entries are removed; 0: never.",
    high=36500, topic="Accounts",
)  # fmt: skip
RATE_LIMITS = {
    "login": env.rate(
        "RATE_LIMIT_LOGIN", "30/minute", "Log-ins tried from an address.", topic="Accounts"
    ),
    "upload": env.rate(
        "RATE_LIMIT_UPLOAD", "600/minute", "Uploads a user may make.", topic="Accounts"
    ),
    "start": env.rate(
        "RATE_LIMIT_START", "120/minute", "Runs and deployments a user may start.",
        topic="Accounts",
    ),
    "token": env.rate(
        "RATE_LIMIT_TOKEN", "30/hour", "API tokens a user may make.", topic="Accounts"
    ),
    "deid": env.rate(
        "RATE_LIMIT_DEID", "3000/minute", "Calls of de-identification a user may make.",
        topic="Accounts",
    ),
}  # fmt: skip

# --- Single sign-on (OpenID Connect), off until OIDC_CLIENT_ID is set ----------------------
OIDC_RP_CLIENT_ID = env.text(
    "OIDC_CLIENT_ID", "", "Client id at the OpenID provider; empty: off.", topic="Single sign-on"
)
OIDC = bool(OIDC_RP_CLIENT_ID)
OIDC_RP_CLIENT_SECRET = env.secret(
    "OIDC_CLIENT_SECRET", "", "Client secret.", topic="Single sign-on"
)
OIDC_ISSUER = env.text(
    "OIDC_ISSUER", "", "Issuer, exactly as the provider's tokens have it.", topic="Single sign-on"
)
OIDC_OP_AUTHORIZATION_ENDPOINT = env.text(
    "OIDC_AUTHORIZATION_ENDPOINT", "", "From the provider's discovery document.",
    topic="Single sign-on",
)  # fmt: skip
OIDC_OP_TOKEN_ENDPOINT = env.text(
    "OIDC_TOKEN_ENDPOINT", "", "From the provider's discovery document.", topic="Single sign-on"
)
OIDC_OP_USER_ENDPOINT = env.text(
    "OIDC_USERINFO_ENDPOINT", "", "From the provider's discovery document.", topic="Single sign-on"
)
OIDC_OP_JWKS_ENDPOINT = env.text(
    "OIDC_JWKS_ENDPOINT", "", "From the provider's discovery document.", topic="Single sign-on"
)
OIDC_RP_SIGN_ALGO = env.choice(
    "OIDC_SIGN_ALGORITHM", "RS256", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
    "Algorithm of the provider's signatures.", topic="Single sign-on",
)  # fmt: skip
OIDC_VERIFY_KID = env.boolean(
    "OIDC_VERIFY_KID", True,
    "Match the key id of signatures; off for a provider with one key and no ids.",
    topic="Single sign-on",
)  # fmt: skip
OIDC_ROLE_CLAIM = env.text(
    "OIDC_ROLE_CLAIM", "", "Claim with a user's groups, for OIDC_ROLE_MAP.", topic="Single sign-on"
)
OIDC_ROLE_MAP = env.names(
    "OIDC_ROLE_MAP", "",
    "group=role pairs: ml-ops=operator,ml=data scientist. The highest role wins, at each log-in.",
    topic="Single sign-on",
)  # fmt: skip
OIDC_DEFAULT_ROLE = env.choice(
    "OIDC_DEFAULT_ROLE", "viewer", ["none", "viewer", "data scientist", "operator", "admin"],
    "Role of a new user for whom the map says nothing.", topic="Single sign-on",
)  # fmt: skip
OIDC_RP_SCOPES = "openid email profile"
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "oidc_authentication_callback"
LOGIN_REDIRECT_URL_FAILURE = "/login/?failed=oidc"
for _name in (
    "CLIENT_SECRET", "ISSUER", "AUTHORIZATION_ENDPOINT", "TOKEN_ENDPOINT", "USERINFO_ENDPOINT",
    "JWKS_ENDPOINT",
):  # fmt: skip
    if OIDC and not env.given(f"OIDC_{_name}"):
        raise ImproperlyConfigured(f"OIDC_{_name}: needed because OIDC_CLIENT_ID is set")

# --- Folders ------------------------------------------------------------------------------
LLM_APP_STORAGE = env.folder(
    "LLM_APP_STORAGE", "./storage",
    "Uploaded data: datasets/ files/ uploads/ train_configs/.", base=BASE_DIR, topic="Folders",
)  # fmt: skip
HOST_TRAINING_DIR = env.folder(
    "HOST_TRAINING_DIR", "./training",
    "Training folder (datasets/ configs/ scripts/ runs/), mounted in the training container.",
    base=BASE_DIR, topic="Folders",
)  # fmt: skip
PLATFORM_VAR = env.folder(
    "PLATFORM_VAR", "./var",
    "The platform's own state: SQLite database, secret key, process files.",
    base=BASE_DIR, topic="Folders",
)  # fmt: skip

# --- De-identification --------------------------------------------------------------------
DEID_KEY_DIR = env.folder(
    "DEID_KEY_DIR", "deid_keys",
    "Keys of pseudonyms, tokens and the vault (relative: in PLATFORM_VAR): one folder for web, "
    "worker and agent, kept for ever.",
    base=PLATFORM_VAR, topic="De-identification",
)  # fmt: skip
DEID_PROCESSES = env.integer(
    "DEID_PROCESSES", 0, "Processes of a job over a file; 0: one for each core.",
    high=1024, topic="De-identification",
)  # fmt: skip
DEID_JOBS = env.integer(
    "DEID_JOBS", 1, "Jobs over files that run at a time on a host; more wait.",
    low=1, high=64, topic="De-identification",
)  # fmt: skip
DEID_MODEL = env.text(
    "DEID_MODEL", "",
    "A model on disk that reads beside the recognisers: spacy:, transformers: or gliner: and its "
    "folder.",
    topic="De-identification",
)  # fmt: skip
DEID_RECOGNIZERS = env.text(
    "DEID_RECOGNIZERS", "",
    "A file of recognisers of your own, in Presidio's YAML form; checked at every start.",
    topic="De-identification",
)  # fmt: skip
TRAINING_DATA_GATE = env.choice(
    "TRAINING_DATA_GATE", "warn", ["off", "warn", "refuse"],
    "Training on data that is neither clean nor de-identified; a project may say otherwise.",
    topic="De-identification",
)  # fmt: skip
DEID_MAX_CHARACTERS = env.integer(
    "DEID_MAX_CHARACTERS", 100_000, "Characters that one call of the API may send.",
    low=1, high=2_000_000, topic="De-identification",
)  # fmt: skip

# --- Secrets ------------------------------------------------------------------------------
SECRET_KEY = load_secret_key(
    env.secret("SECRET_KEY", "", "Signing key (50+ random characters).", topic="Secrets"),
    make_in=PLATFORM_VAR if LOCAL else None,
)
SECRET_KEY_FALLBACKS = [
    key.strip()
    for key in env.secret(
        "SECRET_KEY_FALLBACKS", "",
        "Former signing keys, with commas between: what they have signed is still taken.",
        topic="Secrets",
    ).split(",")
    if key.strip()
]  # fmt: skip

# --- Database -----------------------------------------------------------------------------
DATABASE_URL = env.secret(
    "DATABASE_URL", "",
    "postgres://user:password@host:5432/name; empty: SQLite in PLATFORM_VAR.", topic="Database",
)  # fmt: skip
DATABASE_POOL_SIZE = env.integer(
    "DATABASE_POOL_SIZE", 20,
    "PostgreSQL connections of each web process; requests beyond wait for one.",
    low=8, high=1000, topic="Database",
)  # fmt: skip


def _database() -> dict[str, Any]:
    if not DATABASE_URL:
        PLATFORM_VAR.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{quote(str(PLATFORM_VAR / 'platform.sqlite3'))}"
    else:
        url = DATABASE_URL
    try:
        config = database_of(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {error}") from None
    if config["ENGINE"] == "core.sqlite":
        # WAL, IMMEDIATE and a long timeout together: several processes write without
        # "database is locked" (measured with 6 writers and 12,000 commits).
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        config["TEST"] = {"NAME": ":memory:"}  # as with Django's own engine
    return config


DATABASES = {"default": _database()}
# Rate limits are counted here, over all web processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "limits": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits",
        # A user has a counter for each kind, an address one; over this number, living ones go too.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Training runs ------------------------------------------------------------------------
TRAINING_EXECUTOR = env.choice(
    "TRAINING_EXECUTOR", "auto", ["auto", "local", "docker"],
    "`auto`: docker where the engine and the container are there, else local.", topic="Training",
)  # fmt: skip
TRAINING_CONTAINER_NAME = env.text(
    "TRAINING_CONTAINER_NAME", "llm-training", "Container that runs train in.", topic="Training"
)
TRAINING_WORKDIR = env.text(
    "TRAINING_WORKDIR", "/workspace", "Where HOST_TRAINING_DIR is mounted in the container.",
    topic="Training",
)  # fmt: skip
DOCKER_TIMEOUT = env.seconds(
    "DOCKER_TIMEOUT", 5.0, "How long one call to the Docker engine may take (s).", topic="Training"
)
RUN_STOP_GRACE = env.seconds(
    "RUN_STOP_GRACE", 5.0, "Time from SIGTERM to SIGKILL when a run is stopped (s).",
    topic="Training",
)  # fmt: skip
RUN_POLL_INTERVAL = env.seconds(
    "RUN_POLL_INTERVAL", 1.0, "How often the agent looks at active runs (s).", topic="Training"
)
RUN_LOG_MAX_BYTES = env.integer(
    "RUN_LOG_MAX_BYTES", 2**30,
    "What a run's log may take of the disk (bytes, 262144 at least); 0: no bound.",
    high=2**50, topic="Training",
)  # fmt: skip
RUN_CHECKPOINTS_KEPT = env.integer(
    "RUN_CHECKPOINTS_KEPT", 0, "Newest checkpoints that an ended run keeps; 0: all.",
    high=1_000_000, topic="Training",
)  # fmt: skip
RUN_CHECKPOINT_DAYS = env.integer(
    "RUN_CHECKPOINT_DAYS", 0, "Days after its end that a run keeps checkpoints; 0: for ever.",
    high=36500, topic="Training",
)  # fmt: skip
PLATFORM_HOST = env.text(
    "PLATFORM_HOST", socket.gethostname(), "Name of this machine in the platform.", topic="Training"
)

# --- Deployments --------------------------------------------------------------------------
DEPLOY_LOG_DIR = env.folder(
    "DEPLOY_LOG_DIR", "./deploy_logs", "Logs and process files of engines.",
    base=BASE_DIR, topic="Deployments",
)  # fmt: skip
DEPLOY_LOG_DAYS = env.integer(
    "DEPLOY_LOG_DAYS", 30, "How long the log of a removed deployment is kept (days).",
    high=36500, topic="Deployments",
)  # fmt: skip
DEPLOY_LOG_MAX_BYTES = env.integer(
    "DEPLOY_LOG_MAX_BYTES", 2**28,
    "What an engine's log may take of the disk (bytes, 262144 at least); 0: no bound.",
    high=2**50, topic="Deployments",
)  # fmt: skip
VLLM_CMD_TEMPLATE = env.template(
    "VLLM_CMD_TEMPLATE", "vllm serve {model_path} --host {host} --port {port} {extra_args}",
    "The engine's command line; fields: model_path, host, port, gpu, extra_args.",
    check=check_template, topic="Deployments",
)  # fmt: skip
DEPLOY_LAUNCHER = env.choice(
    "DEPLOY_LAUNCHER", "local", ["local", "container"],
    "`local`: engines are processes of this host; `container`: of DEPLOY_IMAGE, by Docker.",
    topic="Deployments",
)  # fmt: skip
DEPLOY_IMAGE = env.text(
    "DEPLOY_IMAGE", "vllm/vllm-openai:latest", "Image of the container launcher.",
    topic="Deployments",
)  # fmt: skip
DEPLOY_CONTAINER_TIMEOUT = env.seconds(
    "DEPLOY_CONTAINER_TIMEOUT", 120.0,
    "How long Docker may take to make and start an engine's container (s).", topic="Deployments",
)  # fmt: skip
DEPLOY_ADDRESS = env.text(
    "DEPLOY_ADDRESS", "127.0.0.1",
    "Address of this host that engines listen on and the platform reaches them by.",
    topic="Deployments",
)  # fmt: skip
DEPLOY_PORT_LOW = env.integer(
    "DEPLOY_PORT_LOW", 8000, "First port handed to engines.", low=1024, high=65535,
    topic="Deployments",
)  # fmt: skip
DEPLOY_PORT_HIGH = env.integer(
    "DEPLOY_PORT_HIGH", 8999, "Last port handed to engines.", low=1024, high=65535,
    topic="Deployments",
)  # fmt: skip
if DEPLOY_PORT_LOW > DEPLOY_PORT_HIGH:
    raise ImproperlyConfigured("DEPLOY_PORT_LOW: must not be above DEPLOY_PORT_HIGH")
DEPLOY_HEALTH_PATH = env.text(
    "DEPLOY_HEALTH_PATH", "/health", "Health path where a launch names none.", topic="Deployments"
)
DEPLOY_HTTP_TIMEOUT = env.seconds(
    "DEPLOY_HTTP_TIMEOUT", 2.0, "How long health checks of a request may take (s).",
    topic="Deployments",
)  # fmt: skip
DEPLOY_TERMINATE_TIMEOUT = env.seconds(
    "DEPLOY_TERMINATE_TIMEOUT", 10.0, "How long a removal waits for the engine's end (s).",
    topic="Deployments",
)  # fmt: skip
DEPLOY_START_TIMEOUT = env.seconds(
    "DEPLOY_START_TIMEOUT", 3600.0, "How long an engine may take to become healthy (s).",
    topic="Deployments",
)  # fmt: skip
DEPLOY_MAX_RESTARTS = env.integer(
    "DEPLOY_MAX_RESTARTS", 5, "Restarts in a row by policy before a deployment fails.",
    high=1000, topic="Deployments",
)  # fmt: skip
DEPLOY_RESTART_BACKOFF = env.seconds(
    "DEPLOY_RESTART_BACKOFF", 2.0, "Wait before the first restart; it doubles each time (s).",
    topic="Deployments",
)  # fmt: skip
DEPLOY_HUNG_CHECKS = env.integer(
    "DEPLOY_HUNG_CHECKS", 12, "Failed health checks in a row that make an engine hung.",
    low=1, high=100000, topic="Deployments",
)  # fmt: skip
HEALTH_INTERVAL = env.seconds(
    "HEALTH_INTERVAL", 5.0, "How often the agent checks engines and GPUs (s).", topic="Deployments"
)
METRICS_INTERVAL = env.seconds(
    "METRICS_INTERVAL", 10.0, "How often the agent reads engines' metrics (s).",
    topic="Deployments",
)  # fmt: skip
GPU_INVENTORY = env.text(
    "GPU_INVENTORY", "auto",
    "`auto`: as NVML says; `none`; or the path of a YAML file that declares `gpus:`.",
    topic="Deployments",
)  # fmt: skip
INFERENCE_CONCURRENCY = env.integer(
    "INFERENCE_CONCURRENCY", 64, "Requests a user may have at the engines at once, each web "
    "process counting its own.", low=1, high=100000, topic="Deployments",
)  # fmt: skip
INFERENCE_TOKENS_PER_DAY = env.integer(
    "INFERENCE_TOKENS_PER_DAY", 0, "Tokens a user may use in a day (UTC); 0: no limit.",
    high=10**12, topic="Deployments",
)  # fmt: skip
USAGE_RETENTION_DAYS = env.integer(
    "USAGE_RETENTION_DAYS", 0, "Age at which figures of usage are removed (days); 0: never.",
    high=36500, topic="Deployments",
)  # fmt: skip
INFERENCE_BODY_MAX_BYTES = 1024**2 * env.integer(
    "INFERENCE_BODY_MIB", 32, "Size of a request to the engines, pictures in it included (MiB).",
    low=1, high=100, topic="Deployments",
)  # fmt: skip

# --- Launch rules (deployments/rules) -----------------------------------------------------
MODEL_ROOTS = env.names(
    "MODEL_ROOTS", "",
    "Folders that models may be loaded from, beside `models` here and in the training folder and "
    "the runs that one may see; empty: an operator may name any folder, everybody a hub's name.",
    topic="Launch rules",
)  # fmt: skip
ENGINE_FLAGS = env.names(
    "ENGINE_FLAGS", "",
    "Engine options that everybody may give beside those of the platform's list, with any value; "
    "those that load code stay an operator's.",
    topic="Launch rules",
)  # fmt: skip
CHAT_TEMPLATE_DIR = env.folder(
    "CHAT_TEMPLATE_DIR", "./chat_templates", "Chat templates that everybody may name.",
    base=BASE_DIR, topic="Launch rules",
)  # fmt: skip

# --- Child processes (core/execution/child_environment.py) --------------------------------
CHILD_ENVIRONMENT = env.names(
    "CHILD_ENVIRONMENT", "",
    "Variables of the worker that runs, engines and jobs get beside the usual ones: NAME or "
    "PREFIX_*.",
    topic="Processes",
)  # fmt: skip

# --- Limits (the contract's) --------------------------------------------------------------
UPLOAD_MAX_BYTES = 100 * 1024 * 1024
TRAIN_CONFIG_MAX_BYTES = 5 * 1024 * 1024
JSON_BODY_MAX_BYTES = 10 * 1024 * 1024
FORM_BODY_MAX_BYTES = 1024 * 1024  # pages whose forms take no file and no long text
DATA_UPLOAD_MAX_MEMORY_SIZE = JSON_BODY_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_HANDLERS = ["core.files.uploads.StreamToStorageHandler"]

# --- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "platform_site.apps.PlatformAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_q",
    "rules.apps.RulesConfig",
    "axes",
    "csp",
    "platform_site.apps.PlatformSiteConfig",
    "core.execution.apps.ExecutionConfig",
    "core.accounts.apps.AccountsConfig",
    "deid.apps.DeidConfig",
    "datasets.apps.DatasetsConfig",
    "projects.apps.ProjectsConfig",
    "deployments.apps.DeploymentsConfig",
]
MIDDLEWARE = [
    # First: nothing asks the database after it.
    "platform_site.server.database_pool.ReleaseConnection",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "platform_site.middleware.SecurityHeaders",
    "platform_site.conditional.ConditionalGet",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.accounts.middleware.LocalOperator",
    "core.accounts.forgery.SameOriginWrites",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.accounts.middleware.RoleRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "platform_site.middleware.PlatformErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
# For calls of the API that come without a cookie (platform_site/lanes.py): what is left out is for
# sessions, forms, messages and pages. A test asks both and compares their answers.
API_MIDDLEWARE = [
    "platform_site.server.database_pool.ReleaseConnection",
    "platform_site.middleware.ConstantHeaders",
    "platform_site.middleware.SecurityHeaders",
    "platform_site.conditional.ConditionalGet",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.accounts.middleware.NobodyYet",
    "core.accounts.middleware.LocalOperator",
    "core.accounts.forgery.SameOriginWrites",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "platform_site.middleware.PlatformErrorMiddleware",
]
ROOT_URLCONF = "platform_site.urls"
ASGI_APPLICATION = "platform_site.asgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "platform_site.context.platform",
            ],
        },
    },
]

# --- Static files -------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.folder(
    "STATIC_DIR", "static",
    "Styles and scripts as they are sent, made at a start where they changed (relative: in "
    "PLATFORM_VAR); a proxy may serve them.",
    base=PLATFORM_VAR, topic="Folders",
)  # fmt: skip
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "platform_site.assets.storage.AssetStorage"},
}

# --- Language and time --------------------------------------------------------------------
LANGUAGE_CODE = env.choice(
    "PLATFORM_LANGUAGE", "zh-hans", ["zh-hans", "en"],
    "Language of pages and messages where the reader has not chosen one.", topic="Language",
)  # fmt: skip
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("PLATFORM_TIME_ZONE", "Asia/Shanghai", "Time zone of pages.", topic="Language")

# --- REST ---------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.accounts.authentication.ApiTokenAuthentication",
        "core.accounts.authentication.LocalOperatorAuthentication",
        "core.accounts.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.accounts.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["core.accounts.limits.WriteThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.rendering.OnlyRenderer",
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.BoundedJSONParser"],
    "EXCEPTION_HANDLER": "core.api.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.PlatformSchema",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "LLM Platform",
    "DESCRIPTION": "Datasets, de-identification, training runs and deployments over REST.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["core.accounts.permissions.HasScope"],
    "AUTHENTICATION_WHITELIST": [
        "core.accounts.authentication.ApiTokenAuthentication",
        "core.accounts.authentication.BrowserSessionAuthentication",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.event_streams.add_event_streams",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RunStatusEnum": "projects.models.RunStatus",
        "DatasetStatusEnum": "datasets.models.DatasetStatus",
        "CheckStatusEnum": "datasets.models.CheckStatus",
        "DeploymentStatusEnum": "deployments.choices.DeploymentStatus",
        "AdapterStateEnum": "deployments.choices.AdapterState",
        "DataGateEnum": "projects.models.DataGate",
        "DataStateEnum": "datasets.models.DataState",
        "FileJobKindEnum": "datasets.models.JobKind",
    },
}

# --- Background tasks ---------------------------------------------------------------------
# Tasks are short commands; see docs/architecture.md for why each value is what it is.
Q_CLUSTER = {
    "name": PLATFORM_HOST,
    "ALT_CLUSTERS": {},
    "orm": "default",
    "broker_class": "core.task_broker.QuietBroker",
    "workers": 2,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 1,
    "ack_failures": True,
    "queue_limit": 2,
    "catch_up": False,
    "save_limit": 200,
    "poll": 0.2,
    "label": "Background tasks",
    "guard_cycle": 2,
}

# --- Accounts -----------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "core.accounts.backends.PasswordBackend",
    "rules.permissions.ObjectPermissionBackend",
]
if OIDC:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("core.accounts.oidc.OidcBackend")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "core.accounts.middleware.client_address"
AXES_LOCKOUT_CALLABLE = "core.accounts.pages.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has every log-in, and is pruned

# --- Security -----------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PLATFORM_HTTPS
SECURE_SSL_REDIRECT = PLATFORM_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if PLATFORM_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PLATFORM_HTTPS
CSRF_FAILURE_VIEW = "core.accounts.forgery.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# --- Logs ---------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "core.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        name: {"level": os.environ.get("LOG_LEVEL", "INFO")}
        for name in ("platform_site", "core", "deid", "datasets", "projects", "deployments")
    },
}
