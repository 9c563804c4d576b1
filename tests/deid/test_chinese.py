"""Chinese persons, organisations, addresses and places, in kinds of text that no rule quotes."""

from __future__ import annotations

import hashlib

import pytest

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import LONGEST
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.lac.tagger import HERE
from deid.engine.recognition.recall import Recall


def found(text: str, kind: str = t.PERSON, recall: Recall = Recall.BALANCED) -> list[str]:
    spans = analyse([text], types=[*t.OWN, t.LOCATION], recall=recall)[0]
    return [text[one.start : one.end] for one in spans if one.type == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("昨晚跟老潘和阿珍去看了小覃", ["老潘", "阿珍", "小覃"]),
        ("蒋总说韦工下周来，让黎姐订房", ["蒋总", "韦工", "黎姐"]),
        ("高工、万总、陈姐都到了", ["高工", "万总", "陈姐"]),
        ("值班表：白雪、江山、向阳", ["白雪", "江山", "向阳"]),
        ("同事热依汗·买买提和格桑卓玛请假了", ["热依汗·买买提", "格桑卓玛"]),
        ("姓名：张　三", ["张　三"]),
        ("总统克林顿和叶利钦举行了会谈", ["克林顿", "叶利钦"]),
        ("孟庆海任董事长，由庞秀兰和龚雪梅协助", ["孟庆海", "庞秀兰", "龚雪梅"]),
        ("收件人改成邹立新，电话不变", ["邹立新"]),
        ("林女士說陳志豪已經到了臺北", ["林女士", "陳志豪"]),
    ],
)
def test_names_of_each_kind_are_found_whole(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "他任总经理和夫人一起出席，方针政策要落实",
        "会员和所里的同志：今天开会，代表也来了",
        "历任科长、处长，后任董事长；任经理、任院长、任董事会秘书",
        "高级工程师，曾荣获劳动模范称号，代表们认为很好",
        "不顾警察阻拦，高校学生走上街头，路线没有变",
        "黄河是母亲河，白雪覆盖高山，江山如画",
        "王国里的黄金很多，任何时候都很安全",
        "请报姓名和电话，联系人不能为空",
    ],
)
def test_words_that_may_be_names_stay_where_they_are_words(text: str) -> None:
    assert found(text) == []


def test_a_word_is_a_name_where_it_stands_as_one_and_wherever_it_stands_again() -> None:
    text = "姓名：向阳\n向阳的电话换了，请通知他"
    assert found(text) == ["向阳", "向阳"]


NAMES = [
    "张伟",
    "王芳",
    "李娜",
    "刘洋",
    "陈杰",
    "杨帆",
    "赵磊",
    "周涛",
    "吴敏",
    "徐静",
    "孙鹏",
    "马超",
    "朱琳",
    "胡军",
    "郭鹏",
    "何洁",
    "罗丹",
    "梁宇",
    "谢涛",
    "韩雪",
    "唐敏",
    "冯刚",
    "董洁",
    "程亮",
    "曹颖",
    "袁野",
    "邓超",
    "许晴",
    "傅斌",
    "沈腾",
]


@pytest.mark.parametrize("joint", ["", " ", "、", "　", "/", "\n"])
def test_a_list_of_names_is_found_whatever_divides_it(joint: str) -> None:
    text = joint.join(NAMES * 3)
    assert len(text) > LONGEST
    hit = found(text)
    assert sum(hit.count(name) for name in NAMES) >= 0.9 * len(NAMES) * 3


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("地址改成杭州市西湖区文三路12号3栋2单元501室", "杭州市西湖区文三路12号3栋2单元501室"),
        ("现居上海市浦东新区张杨路500弄8号1202室，", "上海市浦东新区张杨路500弄8号1202室"),
        (
            "家住广州市天河区体育东路116号财富广场东塔2302室，",
            "广州市天河区体育东路116号财富广场东塔2302室",
        ),
    ],
)
def test_an_address_is_hidden_from_the_region_to_the_door(text: str, address: str) -> None:
    assert found(text, t.ADDRESS) == [address]


def test_organisations_are_names_and_not_phrases() -> None:
    text = "新华社记者从国务院获悉，北约和中石化都派人来了"
    assert found(text, t.ORGANIZATION) == ["新华社", "国务院", "北约", "中石化"]
    assert found("调解未果，诉至法院；大家参观实验室，三家公司都来了", t.ORGANIZATION) == []
    assert found("小米14的屏幕和海尔BCD-470冰箱", t.ORGANIZATION) == []


def test_places_are_found_where_they_are_asked_for() -> None:
    text = "他从四川到日本东京出差，路过香港"
    assert found(text, t.LOCATION) == ["四川", "日本东京", "香港"]
    assert analyse([text])[0] == []


def test_a_higher_recall_hides_what_a_lower_one_hides_and_more() -> None:
    text = "欧元说他同桌石头昨天请假了，让豆豆顶班"
    low, middle, high = (set(found(text, recall=step)) for step in Recall)
    assert low <= middle <= high
    assert {"石头", "豆豆"} <= high


def test_the_weights_are_those_that_the_rules_were_measured_with() -> None:
    digests = {
        name: hashlib.sha256((HERE / name).read_bytes()).hexdigest()[:16]
        for name in ("lac_q8.onnx", "crfw.npy")
    }
    assert digests == {"lac_q8.onnx": "e4fd6b943b4b7fdd", "crfw.npy": "c90081206d28f083"}
