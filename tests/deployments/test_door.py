"""The one door for clients, over real HTTP, before real engines."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from tests.conftest import PASSWORD, GuardedPlatform
from tests.support.deployments import (
    ENGINE,
    LiveDeployment,
    engine_environment,
    launch,
    stand_in_model,
)
from tests.support.live_platform import LivePlatform, wait_for
from tests.support.ports import free_port

pytestmark = pytest.mark.processes
ROLES = ("viewer", "data scientist", "operator", "admin")


@pytest.fixture(scope="module")
def served(shared_platform: LivePlatform) -> Iterator[LiveDeployment]:
    made = launch(shared_platform, "--served-model-name tiny tiny-2")
    made.wait_healthy()
    yield made
    made.delete(force=True)


def client_of(platform: LivePlatform, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{platform.url}/v1", api_key=key, max_retries=0)


MESSAGES: Any = [{"role": "user", "content": "hi"}]


def test_the_openai_package_chats_streams_completes_and_embeds(
    shared_platform: LivePlatform, served: LiveDeployment
) -> None:
    client = client_of(shared_platform)
    assert {"tiny", "tiny-2"} <= {model.id for model in client.models.list()}
    assert client.models.retrieve("tiny").id == "tiny"
    answer = client.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=3)
    assert answer.choices[0].message.content == "tiny w1 w2 "
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 3
    stream = client.chat.completions.create(
        model="tiny-2", messages=MESSAGES, max_tokens=4, stream=True
    )
    chunks = list(stream)
    assert "".join(one.choices[0].delta.content or "" for one in chunks) == "tiny-2 w1 w2 w3 "
    assert all(one.choices for one in chunks)  # the usage that we asked for is not theirs
    asked = client.chat.completions.create(
        model="tiny", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    assert list(asked)[-1].usage is not None
    assert client.completions.create(model="tiny", prompt="x", max_tokens=2).choices[0].text
    assert client.embeddings.create(model="tiny", input="x").data[0].embedding == [0.1, 0.2]


def test_what_nobody_serves_is_404_with_what_there_is(
    shared_platform: LivePlatform, served: LiveDeployment
) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client_of(shared_platform).chat.completions.create(model="nope", messages=MESSAGES)
    assert "tiny" in refused.value.message
    body: Any = refused.value.response.json()
    assert body["error"]["code"] == "model_not_found"
    assert body["detail"] == body["error"]["message"]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"[]", 400), (b"{}", 400), (b'{"model": 5}', 400), (b'{"model": ""}', 400),
     (b"[" * 100_000, 400)],
)  # fmt: skip
def test_a_bad_body_is_refused_in_both_shapes(
    shared_platform: LivePlatform, content: bytes, status: int
) -> None:
    answer = shared_platform.http.post(
        "/v1/chat/completions", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_unknown_paths_and_methods(shared_platform: LivePlatform) -> None:
    http = shared_platform.http
    assert http.get("/v1/nope").status_code == 404
    assert http.get("/v1/chat/completions").status_code == 405
    assert http.post("/v1/models").status_code == 405
    # With a slash too many, as base URLs come.
    base = shared_platform.url
    assert http.get("/v1/models/").json() == httpx.get(f"{base}//v1//models").json()
    assert http.post(f"{base}//v1//chat/completions/", json={}).status_code == 400
    # Engines' own doors (loading adapters, metrics) are not behind this one.
    assert http.post("/v1/load_lora_adapter", json={}).status_code == 404


def test_a_chat_may_be_as_large_as_pictures_are(
    shared_platform: LivePlatform, served: LiveDeployment
) -> None:
    picture = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64," + "A" * 12_000_000},
    }
    body = {"model": "tiny", "messages": [{"role": "user", "content": [picture]}]}
    headers = {"X-Request-Id": "seen-again"}
    answer = shared_platform.http.post("/v1/chat/completions", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-request-id"] == "seen-again"


ROWS = """
from datetime import timedelta
from django.utils import timezone
from core.accounts.roles import local_operator
from core.execution.models import Host
from deployments.models import Deployment
Host.objects.create(name="gpu2", address="127.0.0.2")
for name, host, port in (("far", "gpu2", {port}), ("lost", "never-seen", {mine})):
    Deployment.objects.create(
        model_path="/m", served_names=[name, "tiny"], host=host, port=port, status="running",
        executor="local", health_ok=True, health_at=timezone.now() + timedelta(hours=1),
        submitted_at=timezone.now(), owner=local_operator())
"""


def test_an_engine_of_another_host_is_reached_there_and_nowhere_else(
    shared_platform: LivePlatform, served: LiveDeployment
) -> None:
    port, mine = free_port(), served.get()["port"]
    engine = subprocess.Popen(
        [sys.executable, str(ENGINE), "far", "--host", "127.0.0.2", "--port", str(port)]
    )
    try:
        url = f"http://127.0.0.2:{port}"
        wait_for(lambda: httpx.get(f"{url}/health").status_code == 200, 20, "it listens")
        shared_platform.manage("shell", "-c", ROWS.format(port=port, mine=mine))
        time.sleep(1.1)
        answer = chat(shared_platform, None, "far")
        assert answer.status_code == 200, answer.text
        assert answer.json()["choices"][0]["message"]["content"].startswith("far ")
        lost = chat(shared_platform, None, "lost")
        assert (lost.status_code, lost.json()["error"]["code"]) == (503, "unavailable")
        listed = shared_platform.http.get("/api/v1/deployments").json()
        shown = {one["host"]: one["health_ok"] for one in listed}
        assert (shown["gpu2"], shown["never-seen"]) == (True, False)
    finally:
        engine.kill()
        gone = "from deployments.models import Deployment as D; D.objects.filter(model_path='/m')"
        shared_platform.manage("shell", "-c", f"{gone}.delete()")


def test_open_mode_refuses_what_a_foreign_page_could_send(
    shared_platform: LivePlatform, served: LiveDeployment
) -> None:
    body = json.dumps({"model": "tiny", "messages": MESSAGES})

    def post(**headers: str) -> int:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return shared_platform.http.post(
            "/v1/chat/completions", content=body, headers=sent
        ).status_code

    assert post(Content_Type="application/json") == 200
    assert post(Content_Type="text/plain") == 415
    assert post(Content_Type="application/json", Origin="https://evil.example") == 403
    assert post(Content_Type="application/json", Sec_Fetch_Site="cross-site") == 403
    assert post(Content_Type="application/json", Host="evil.example") == 400


# Who may come in ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded_model(guarded_platform: GuardedPlatform) -> Iterator[LiveDeployment]:
    """A private deployment of the data scientist."""
    live = guarded_platform.live
    http = httpx.Client(
        base_url=live.url,
        timeout=30,
        headers={"Authorization": f"Token {guarded_platform.tokens['data scientist']}"},
    )
    before, live.http = live.http, http
    made = launch(live, "--served-model-name secret")
    made.wait_healthy()
    yield made
    made.delete(force=True)
    live.http = before


def chat(platform: LivePlatform, token: str | None, model: str = "secret") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(
        f"{platform.url}/v1/chat/completions",
        json={"model": model, "messages": MESSAGES},
        headers={**headers, "Accept-Language": "en"},
    )


def test_the_door_is_the_same_for_everybody_as_the_pages(
    guarded_platform: GuardedPlatform, guarded_model: LiveDeployment
) -> None:
    live, tokens = guarded_platform.live, guarded_platform.tokens
    seen = {"data scientist": 200, "operator": 200, "admin": 200, "viewer": 404}
    for role in ROLES:
        assert chat(live, tokens[role]).status_code == seen[role], role
        models = httpx.get(
            f"{live.url}/v1/models", headers={"Authorization": f"Bearer {tokens[role]}"}
        ).json()
        assert ("secret" in [one["id"] for one in models["data"]]) is (seen[role] == 200)
    for token in (None, "llmp_" + "x" * 43, "sk-something", "ä"):
        answer = chat(live, token) if token != "ä" else chat(live, None)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert answer.headers["www-authenticate"] == "Bearer"
    shared = httpx.put(
        f"{live.url}{guarded_model.path}/sharing",
        json={"visibility": "everyone"},
        headers={"Authorization": f"Token {tokens['data scientist']}"},
    )
    assert shared.status_code == 200
    assert chat(live, tokens["viewer"]).status_code == 200


def test_nobody_draws_the_requests_for_anothers_name(
    guarded_platform: GuardedPlatform, guarded_model: LiveDeployment
) -> None:
    """The operator launches one of the same name, open to everyone; its answers are longer."""
    live, tokens = guarded_platform.live, guarded_platform.tokens
    operator = {"Authorization": f"Token {tokens['operator']}"}
    body = {
        "model_path": str(stand_in_model(live)),
        "extra_args": "--served-model-name secret --tokens 9",
    }
    answer = httpx.post(f"{live.url}/api/v1/deployments", json=body, headers=operator)
    path = f"{live.url}/api/v1/deployments/{answer.json()['deployment_id']}"
    httpx.put(f"{path}/sharing", json={"visibility": "everyone"}, headers=operator)
    wait_for(lambda: httpx.get(path, headers=operator).json()["health_ok"], 20, "it is healthy")
    time.sleep(1.1)

    def used(role: str) -> set[int]:
        answers = [chat(live, tokens[role]).json() for _ in range(6)]
        return {one["usage"]["completion_tokens"] for one in answers}

    try:
        assert used("data scientist") == {5}
        assert used("operator") == {9}
        assert used("admin") == {5}  # the one that has been served longer
    finally:
        httpx.delete(f"{path}?force=true", headers=operator)


def test_a_token_needs_the_scope_and_dies_with_its_revocation(
    guarded_platform: GuardedPlatform, guarded_model: LiveDeployment
) -> None:
    live = guarded_platform.live
    reading = live.manage("createtoken", "olga", "reading", "--scopes", "read").strip()
    refused = chat(live, reading)
    assert refused.status_code == 403
    assert "inference" in refused.json()["detail"]
    using = live.manage("createtoken", "olga", "using", "--scopes", "inference").strip()
    assert chat(live, using).status_code == 200
    # With that scope one uses models, and does nothing else.
    headers = {"Authorization": f"Token {using}"}
    assert httpx.get(f"{live.url}/api/v1/deployments", headers=headers).status_code == 403
    admin = {"Authorization": f"Token {guarded_platform.tokens['operator']}"}
    listed = httpx.get(f"{live.url}/api/v1/tokens", headers=admin).json()
    one = next(token for token in listed if token["name"] == "using")
    assert httpx.delete(f"{live.url}/api/v1/tokens/{one['id']}", headers=admin).status_code == 200
    wait_for(lambda: chat(live, using).status_code == 401, 3, "the token is dead")


def test_usage_is_counted_for_user_and_token(
    guarded_platform: GuardedPlatform, guarded_model: LiveDeployment
) -> None:
    live = guarded_platform.live
    token = live.manage("createtoken", "adam", "counted", "--scopes", "inference").strip()
    client = client_of(live, token)
    client.chat.completions.create(model="secret", messages=MESSAGES, max_tokens=3)
    list(client.chat.completions.create(
        model="secret", messages=MESSAGES, max_tokens=4, stream=True))  # fmt: skip

    def page() -> str:
        with httpx.Client(base_url=live.url, follow_redirects=True) as browser:
            form = browser.get("/login/").text
            csrf = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', form)
            assert csrf
            browser.post(
                "/login/",
                data={"username": "adam", "password": PASSWORD, "csrfmiddlewaretoken": csrf[1]},
            )
            return browser.get("/deployments/usage/").text

    text = wait_for(lambda: page() if "counted" in page() else None, 10, "the usage is shown")
    row = re.search(r"<tr>(?:(?!</tr>).)*counted.*?</tr>", text, re.DOTALL)
    assert row
    numbers = re.findall(r'class="number">([\d,]+)<', row[0])
    assert numbers == ["2", "14", "7"]


# Engines that die -----------------------------------------------------------------------


def test_several_share_the_load_and_one_that_dies_is_replaced_before_the_first_byte(
    serving_platform: LivePlatform,
) -> None:
    """Two of one name; one of them drops what it is asked, then is killed."""
    good = launch(serving_platform, "--served-model-name pair")
    bad = launch(serving_platform, "--served-model-name pair --drop")
    good.wait_healthy()
    bad.wait_healthy()
    client = client_of(serving_platform)
    for _ in range(12):
        answer = client.chat.completions.create(model="pair", messages=MESSAGES)
        assert answer.choices[0].message.content
        streamed = client.chat.completions.create(model="pair", messages=MESSAGES, stream=True)
        assert len(list(streamed)) == 5
    for process in bad.processes():
        process.kill()
    for _ in range(6):
        assert client.chat.completions.create(model="pair", messages=MESSAGES).choices
    good.delete(force=True)
    bad.delete(force=True)
    with pytest.raises(openai.NotFoundError):
        time.sleep(1.1)
        client.chat.completions.create(model="pair", messages=MESSAGES)


def test_an_engine_that_dies_in_the_middle_is_said_in_the_stream(
    serving_platform: LivePlatform,
) -> None:
    made = launch(serving_platform, "--served-model-name slow --token-delay 0.2")
    made.wait_healthy()
    client = client_of(serving_platform)
    stream = client.chat.completions.create(
        model="slow", messages=MESSAGES, max_tokens=100, stream=True
    )
    with pytest.raises(openai.APIError, match=r"."):
        for index, _chunk in enumerate(stream):
            if index == 2:
                for process in made.processes():
                    process.kill()
    made.delete(force=True)


def test_a_client_that_leaves_ends_the_engines_work(
    shared_platform: LivePlatform,
) -> None:
    made = launch(shared_platform, "--served-model-name long --token-delay 0.1")
    port = made.wait_healthy()["port"]

    def figure(name: str) -> float:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        return float(re.search(rf"{name}\S* (\S+)", text)[1])  # type: ignore[index]

    body = {"model": "long", "messages": MESSAGES, "max_tokens": 1000}
    with httpx.stream("POST", f"{shared_platform.url}/v1/chat/completions",
                      json={**body, "stream": True}) as stream:  # fmt: skip
        next(stream.iter_raw())
        assert figure("num_requests_running") == 1
    wait_for(lambda: figure("num_requests_running") == 0, 5, "the stream is cancelled")
    assert figure("test:cancelled") >= 1
    # It pays for the prompt, and for what was made until then.
    sql = "select prompt_tokens, completion_tokens from deployments_usage where model = 'long'"
    with closing(sqlite3.connect(shared_platform.var / "platform.sqlite3", timeout=20)) as rows:
        prompt, made_tokens = wait_for(lambda: rows.execute(sql).fetchone(), 5, "it is counted")
    assert prompt == 7 and 1 <= made_tokens < 1000
    made.delete(force=True)


def test_a_user_has_so_many_requests_at_once(tmp_path: Path) -> None:
    more = {
        "INFERENCE_CONCURRENCY": "2", "INFERENCE_TOKENS_PER_DAY": "40",
        "RUN_POLL_INTERVAL": "60",  # no sweep brings about, or sees, the removal's end
    }  # fmt: skip
    platform = LivePlatform(tmp_path, **engine_environment(tmp_path, **more))
    platform.start()
    try:
        made = launch(platform, "--served-model-name busy --first-delay 1.5")
        made.wait_healthy()
        codes: list[int] = []

        def one() -> None:
            codes.append(chat(platform, None, "busy").status_code)

        threads = [threading.Thread(target=one) for _ in range(3)]
        for thread in threads:
            thread.start()
            time.sleep(0.2)
        for thread in threads:
            thread.join()
        assert sorted(codes) == [200, 200, 429]
        # 2 x (7 + 5) tokens are used; the day's 40 are soon gone.
        assert chat(platform, None, "busy").status_code == 200
        time.sleep(1.1)
        assert chat(platform, None, "busy").status_code == 200
        time.sleep(1.1)
        answer = chat(platform, None, "busy")
        assert answer.status_code == 429
        assert "40" in answer.json()["detail"]
        began = time.monotonic()
        assert made.delete().status_code == 200
        print(f"removed after {time.monotonic() - began:.2f} s")
        assert time.monotonic() - began < 4  # on a busy machine; else less than one
    finally:
        platform.stop()
