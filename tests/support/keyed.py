"""Data that was de-identified under a named key, and whether it still belongs together."""

from __future__ import annotations

import ast
import json
from typing import Any

from tests.support.live_platform import LivePlatform, wait_for

NAME = "李小明"
ROW = {"messages": [{"role": "user", "content": f"我叫{NAME}，电话13800138000。"}]}
CONTENT = {"default": "pseudonym", "key": "team", "keep_mapping": True}
BODY = {"policy_id": "kept", "text": [f"我叫{NAME}。"]}
LOOK = f"""
from core.accounts.actor import command_actor
from deid.vault import vault_find
found = vault_find(actor=command_actor(), text={NAME!r}, reason="test")
print([(one.original, one.replacement) for one in found])
"""


class Keyed:
    """A policy with a key, a file made with it, its vault."""

    def __init__(self, live: LivePlatform) -> None:
        """`live`: a platform whose client may do everything."""
        http = live.http
        self.dataset = http.post("/api/v1/datasets", json={"name": "keyed"}).json()["id"]
        line = json.dumps(ROW, ensure_ascii=False).encode() + b"\n"
        files = {"file": ("personal.jsonl", line * 3)}
        path = f"/api/v1/datasets/{self.dataset}/files"
        self.upload = http.put(path, files=files).json()["upload_id"]
        policy = {"policy_id": "kept", "content": CONTENT}
        answer = http.post("/api/v1/deid/policies", json=policy)
        assert answer.status_code == 201, answer.text
        self.pseudonym = pseudonym(live)
        path = f"/api/v1/datasets/uploads/{self.upload}/deidentify"
        answer = http.post(path, json={"policy_id": "kept"})
        assert answer.status_code == 202, answer.text
        job = answer.json()["id"]
        self.result = wait_for(lambda: result_of(live, job), 60, "the file is de-identified")

    def check(self, live: LivePlatform, manage: Any = None) -> None:
        """All of it belongs together on `live`; `manage` runs a command where its keys are."""
        assert pseudonym(live) == self.pseudonym
        files = live.http.get(f"/api/v1/datasets/{self.dataset}").json()["files"]
        stored = {file["upload_id"]: file["stored_name"] for file in files}
        text = (live.storage / "datasets" / stored[self.result]).read_text()
        assert self.pseudonym in text and NAME not in text
        looked = (manage or live.manage)("shell", "-c", LOOK).splitlines()[-1]
        assert (NAME, self.pseudonym) in ast.literal_eval(looked)


def pseudonym(live: LivePlatform) -> str:
    answer = live.http.post("/api/v1/deidentify:test", json=BODY)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["deidentified"][0][2:-1])


def result_of(live: LivePlatform, job: str) -> str | None:
    data = live.http.get(f"/api/v1/datasets/jobs/{job}").json()
    assert data["status"] not in ("failed", "stopped"), data
    return data["result_upload_id"] if data["status"] == "succeeded" else None
