#!/usr/bin/env python3
"""Writes the demo's instruction rows (Chinese and English) from phrases written for this project.

Everything is synthetic; the same seed gives the same files. Usage: make_rows.py OUT_DIR
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

CAPITALS = [
    ("中国", "北京"), ("法国", "巴黎"), ("日本", "东京"), ("英国", "伦敦"), ("意大利", "罗马"),
    ("埃及", "开罗"), ("德国", "柏林"), ("韩国", "首尔"), ("西班牙", "马德里"), ("希腊", "雅典"),
    ("加拿大", "渥太华"), ("巴西", "巴西利亚"), ("泰国", "曼谷"), ("越南", "河内"), ("俄罗斯", "莫斯科"),
]  # fmt: skip
CITIES = [
    ("Paris", "France"), ("Tokyo", "Japan"), ("London", "England"), ("Rome", "Italy"),
    ("Cairo", "Egypt"), ("Berlin", "Germany"), ("Seoul", "Korea"), ("Madrid", "Spain"),
    ("Athens", "Greece"), ("Ottawa", "Canada"), ("Lima", "Peru"), ("Oslo", "Norway"),
]  # fmt: skip
PRODUCTS = ["耳机", "键盘", "水杯", "台灯", "背包", "雨伞", "鼠标", "闹钟"]
ISSUES = [
    ("还没有收到", "请您提供订单号，我马上为您查询物流。"),
    ("收到时已经损坏", "很抱歉给您带来不便，我们可以为您免费换新。"),
    ("想要退货", "七天内可以无理由退货，请在订单页面提交申请。"),
    ("不会使用", "说明书在包装盒内，您也可以告诉我遇到了哪一步的问题。"),
    ("颜色发错了", "非常抱歉，我们会重新寄出正确的颜色，运费由我们承担。"),
]
WORDS = [
    ("苹果", "apple"), ("天空", "sky"), ("老师", "teacher"), ("河流", "river"), ("窗户", "window"),
    ("友谊", "friendship"), ("雪", "snow"), ("面包", "bread"), ("音乐", "music"), ("花园", "garden"),
    ("城市", "city"), ("火车", "train"),
]  # fmt: skip
SEASONS = [
    ("春天", "春风拂过小河，柳枝轻轻发芽。"), ("夏天", "蝉声落满树荫，荷花静静开放。"),
    ("秋天", "落叶铺满山路，果园飘来清香。"), ("冬天", "白雪覆盖屋檐，炉火照亮小窗。"),
]  # fmt: skip
SUMMARIES = [
    ("The meeting moved from Monday to Wednesday because the room was not free.",
     "The meeting is now on Wednesday."),
    ("The shop opens at nine and closes at six, except on Sunday when it stays closed.",
     "The shop is open nine to six, not on Sunday."),
    ("Rain is expected in the morning, followed by clear sky in the afternoon.",
     "Rain in the morning, clear later."),
    ("The train was late because of snow, so the guests arrived after dinner.",
     "Snow delayed the guests."),
]  # fmt: skip

Row = dict[str, str]


def rows() -> list[Row]:
    made: list[Row] = []
    for country, capital in CAPITALS:
        made.append(
            {"instruction": f"{country}的首都是哪里？", "output": f"{country}的首都是{capital}。"}
        )
        made.append({"instruction": "这座城市是哪个国家的首都？", "input": capital,
                     "output": f"{capital}是{country}的首都。"})  # fmt: skip
    for city, country in CITIES:
        made.append(
            {"instruction": f"Which country is {city} in?", "output": f"{city} is in {country}."}
        )
    for product in PRODUCTS:
        for issue, answer in ISSUES:
            made.append({"instruction": "作为客服回答用户", "input": f"我买的{product}{issue}。",
                         "output": f"您好！关于您的{product}，{answer}"})  # fmt: skip
    for chinese, english in WORDS:
        made.append({"instruction": "把这个词翻译成英语", "input": chinese, "output": english})
        made.append(
            {"instruction": "Translate this word into Chinese", "input": english, "output": chinese}
        )
    for season, verse in SEASONS:
        made.append({"instruction": "写一首诗", "input": f"主题：{season}", "output": verse})
    for text, summary in SUMMARIES:
        made.append({"instruction": "Summarise in one sentence", "input": text, "output": summary})
    for left in range(10):
        for right in range(10):
            made.append({"instruction": f"What is {left} plus {right}?",
                         "output": f"{left} plus {right} is {left + right}."})  # fmt: skip
            made.append({"instruction": f"{left}加{right}等于几？",
                         "output": f"{left}加{right}等于{left + right}。"})  # fmt: skip
    return made


def main() -> None:
    out = Path(sys.argv[1])
    made = rows()
    random.Random(0).shuffle(made)
    parts = {"sft_demo.jsonl": made[:-40], "sft_demo_eval.jsonl": made[-40:]}
    for name, part in parts.items():
        lines = [json.dumps(row, ensure_ascii=False) for row in part]
        (out / name).write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{name}: {len(part)} rows")


if __name__ == "__main__":
    main()
