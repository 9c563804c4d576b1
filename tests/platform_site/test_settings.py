"""Settings are checked at start-up, with an error that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.database_url import database_of
from core.environment import read_file
from tests.support.live_platform import ROOT


def check(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "PLATFORM_PROFILE": "local", "PLATFORM_VAR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT, env=base | environment, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("TRAINING_EXECUTOR", "cloud"),
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://x/y"),
        ("RUN_POLL_INTERVAL", "0"),
        ("BIND_HOST", "0.0.0.0"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FILE", "/nonexistent/key"),
        ("PLATFORM_PROFILE", "production"),
        ("PLATFORM_LANGUAGE", "fr"),
        ("DEID_MODEL", "spacy"),
        ("DEID_MODEL", "spacy:/nonexistent"),
        ("TRAINING_DATA_GATE", "maybe"),
    ],
)
def test_a_bad_value_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    done = check(tmp_path, **{name: value})
    assert done.returncode != 0
    named = "SECRET_KEY" if name == "PLATFORM_PROFILE" else name
    assert named in done.stderr.splitlines()[-1]


PRODUCTION = {"PLATFORM_PROFILE": "production", "SECRET_KEY": "0123456789abcdef" * 4}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PLATFORM_AUTH": "open", "BIND_HOST": "192.168.0.5"}, "BIND_HOST"),
        ({"PLATFORM_AUTH": "open", "BIND_HOST": "::"}, "BIND_HOST"),
        ({**PRODUCTION, "PLATFORM_AUTH": "open", "BIND_HOST": "0.0.0.0"}, "BIND_HOST"),
        ({"OIDC_CLIENT_ID": "x"}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"}, "OIDC_ISSUER"),
        ({"RATE_LIMIT_START": "many"}, "RATE_LIMIT_START"),
        ({"VLLM_CMD_TEMPLATE": "vllm serve"}, "VLLM_CMD_TEMPLATE"),
        ({"VLLM_CMD_TEMPLATE": "vllm {model_path} {port} {oops}"}, "VLLM_CMD_TEMPLATE"),
        ({"DEPLOY_PORT_LOW": "9000", "DEPLOY_PORT_HIGH": "8000"}, "DEPLOY_PORT_LOW"),
        ({"DEPLOY_PORT_LOW": "80"}, "DEPLOY_PORT_LOW"),
        ({"TRUSTED_PROXIES": "proxy.example.org"}, "TRUSTED_PROXIES"),
        ({"PLATFORM_PROFILE": "production", "SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"DATABASE_URL_FILE": "/nonexistent/url"}, "DATABASE_URL_FILE"),
    ],
)
def test_unsafe_combinations_do_not_start(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    done = check(tmp_path, **environment)
    assert done.returncode != 0
    assert named in done.stderr.splitlines()[-1]


def test_log_in_is_required_on_other_addresses(tmp_path: Path) -> None:
    assert check(tmp_path, PLATFORM_AUTH="required", BIND_HOST="0.0.0.0").returncode == 0
    assert check(tmp_path, **PRODUCTION, BIND_HOST="0.0.0.0").returncode == 0


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PLATFORM_VAR": str(tmp_path), **PRODUCTION},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_local_profile_makes_a_private_key_once(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 0
    key = tmp_path / "secret_key"
    first = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    assert check(tmp_path).returncode == 0
    assert key.read_text() == first


def test_the_documents_of_settings_are_current() -> None:
    call_command("describe_settings", "--check")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://anna:p%40ss%23@db.example:5433/llm?sslmode=require&conn_max_age=60",
            {"NAME": "llm", "USER": "anna", "PASSWORD": "p@ss#", "HOST": "db.example",
             "PORT": "5433", "CONN_MAX_AGE": 60, "OPTIONS": {"sslmode": "require"}},
        ),
        ("postgresql://db/llm", {"NAME": "llm", "USER": "", "PASSWORD": "", "HOST": "db",
                                 "PORT": ""}),
        ("postgres://u@%2Frun%2Fpg/llm", {"NAME": "llm", "USER": "u", "PASSWORD": "",
                                          "HOST": "/run/pg", "PORT": ""}),
        ("postgres:///run/pg/llm", {"NAME": "llm", "USER": "", "PASSWORD": "", "HOST": "/run/pg",
                                    "PORT": ""}),
        ("postgres://u:p@[::1]:5432/llm", {"NAME": "llm", "USER": "u", "PASSWORD": "p",
                                           "HOST": "::1", "PORT": "5432"}),
    ],
)  # fmt: skip
def test_a_database_url_is_read(url: str, expected: dict[str, Any]) -> None:
    assert database_of(url) == {"ENGINE": "django.db.backends.postgresql", **expected}


@pytest.mark.parametrize(
    ("url", "name"),
    [("sqlite:////data/a%20b.sqlite3", "/data/a b.sqlite3"), ("sqlite:///here.db", "here.db")],
)  # fmt: skip
def test_a_file_s_url_is_read(url: str, name: str) -> None:
    assert database_of(url) == {"ENGINE": "core.sqlite", "NAME": name}


@pytest.mark.parametrize(
    "url",
    ["", "x", "mysql://u:secret@h/n", "postgres://u:secret@h", "postgres://u:secret@h:port/n",
     "postgres://u:se#cret@h/n", "postgres://u:secret@[::1/n", "sqlite://"],
)  # fmt: skip
def test_what_is_no_database_url_says_so_without_its_password(url: str) -> None:
    with pytest.raises(ValueError) as error:
        database_of(url)
    assert "se" + "cret" not in str(error.value)


def test_the_env_file_fills_what_is_not_set(tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nENV_A=plain # kept\nexport ENV_B='sin\\gle'\n"
        'ENV_C="dou\\"ble"\nENV_D=file\nno line\nENV_E=\n'
    )
    for name in "ABCE":
        monkeypatch.delenv(f"ENV_{name}", raising=False)
    monkeypatch.setenv("ENV_D", "set")
    read_file(file)
    seen = [os.environ.pop(f"ENV_{name}") for name in "ABCDE"]
    assert seen == ["plain # kept", "sin\\gle", 'dou"ble', "set", ""]
    read_file(tmp_path / "nowhere")
