#!/usr/bin/env python3
"""Writes the demo's thank-you task: a support answer is good if it thanks the customer.

Preference pairs, scored answers and answers to learn to speak from, Chinese and English, with
prompts held out. All synthetic; the same seed gives the same files.
Usage: make_preferences.py OUT_DIR
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
HELD_OUT = 24  # prompts
ANSWERS_PER_PROMPT = 4  # of which one says thank you, for the policy to explore from
SILENT = 4  # one bad answer in so many is empty: else a policy finds that silence pays

CHINESE = {
    "prompt": "我的{item}{issue}",
    "items": ["耳机", "键盘", "水杯", "台灯", "背包", "雨伞", "鼠标", "闹钟", "音箱", "手表"],
    "issues": ["还没有收到。", "收到时已经损坏。", "不会使用。", "颜色发错了。", "想要退货。",
               "无法开机。", "少了配件。"],
    "answers": ["请提供订单号。", "我们会重新寄出。", "请查看说明书。", "我们马上处理。",
                "运费由我们承担。", "请在页面提交申请。"],
    "thanks": ["感谢您的耐心。", "谢谢您的理解。", "感谢您的来信。", "谢谢您联系我们。"],
    "between": "",
}  # fmt: skip
ENGLISH = {
    "prompt": "My {item} {issue}",
    "items": ["headset", "keyboard", "bottle", "lamp", "bag", "umbrella", "mouse", "clock",
              "speaker", "watch"],
    "issues": ["did not arrive.", "came broken.", "is hard to use.", "has the wrong colour.",
               "should go back.", "does not turn on.", "lacks a part."],
    "answers": ["Please send the order number.", "We will send a new one.",
                "Please read the manual.", "We are on it.", "We pay for the shipping.",
                "Please fill in the form."],
    "thanks": ["Thank you for your patience.", "Thanks for telling us.",
               "Thank you for writing.", "Thanks for waiting."],
    "between": " ",
}  # fmt: skip


class Prompts:
    """One language's prompts, and answers drawn for them."""

    def __init__(self, language: dict[str, Any], chance: random.Random) -> None:
        self.language, self.chance = language, chance
        self.bad_answers = 0

    def all(self) -> Iterator[str]:
        for item in self.language["items"]:
            for issue in self.language["issues"]:
                yield self.language["prompt"].format(item=item, issue=issue)

    def answer(self, *, thanks: bool) -> str:
        """Two sentences, one of them a thank-you or none: the length tells nothing."""
        pick, between = self.chance.choice, self.language["between"]
        sentences = self.chance.sample(self.language["answers"], 2)
        if thanks:
            sentences[self.chance.randrange(2)] = pick(self.language["thanks"])
        return str(between.join(sentences))

    def bad_answer(self) -> str:
        """Without a thank-you, or nothing at all."""
        answer = self.answer(thanks=False)
        self.bad_answers += 1
        return answer if self.bad_answers % SILENT else ""


def pair(prompt: str, of: Prompts) -> Row:
    return {
        "prompt": prompt,
        "chosen": of.answer(thanks=True),
        "rejected": of.bad_answer(),
    }


def scored(prompt: str, of: Prompts) -> Iterator[Row]:
    for thanks, base in ((True, 0.7), (False, 0.1)):
        score = round(base + 0.2 * of.chance.random(), 2)
        answer = of.answer(thanks=True) if thanks else of.bad_answer()
        yield {"prompt": prompt, "response": answer, "score": score}


def spoken(prompt: str, of: Prompts) -> Iterator[Row]:
    for number in range(ANSWERS_PER_PROMPT):
        yield {"instruction": prompt, "output": of.answer(thanks=number == 0)}


def parts() -> dict[str, list[Row]]:
    chance = random.Random(0)
    prompts = [
        (prompt, one)
        for one in (Prompts(CHINESE, chance), Prompts(ENGLISH, chance))
        for prompt in one.all()
    ]
    chance.shuffle(prompts)
    train, held_out = prompts[:-HELD_OUT], prompts[-HELD_OUT:]
    made = {
        "preference_demo.jsonl": [pair(*one) for one in train for _ in range(2)],
        "preference_demo_eval.jsonl": [pair(*one) for one in held_out],
        "scored_demo.jsonl": [row for one in train for row in scored(*one)],
        "policy_demo.jsonl": [row for one in train for row in spoken(*one)],
    }
    for rows in made.values():
        chance.shuffle(rows)
    return made


def main() -> None:
    out = Path(sys.argv[1])
    for name, rows in parts().items():
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (out / name).write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
