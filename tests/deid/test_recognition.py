"""What is found in texts, and what stays: Chinese, English, mixed."""

from __future__ import annotations

import pytest

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import id_check_digit, is_credit_code, is_id_card, luhn
from deid.engine.recognition.chinese import read_all
from deid.engine.recognition.document import Document
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.shared import share
from deid.engine.recognition.types import Span


def found(text: str, kind: str | None = None) -> list[str]:
    spans = analyse([text])[0]
    return [text[one.start : one.end] for one in spans if kind in (None, one.type)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三的手机号是13800138000", "张三"),
        ("昨天跟欧阳娜娜吃饭了", "欧阳娜娜"),
        ("阿布都热西提·买买提在这里上班", "阿布都热西提·买买提"),
        ("姓名：高兴，性别：男", "高兴"),
        ("请联系张经理确认", "张经理"),
        ("司机老胡，电话打不通", "老胡"),
        ("My name is John Smith.", "John Smith"),
        ("Dr. Priya Natarajan will see you", "Priya Natarajan"),
        ("contact WANG Xiaoming for details", "WANG Xiaoming"),
    ],
)
def test_names_are_found(text: str, name: str) -> None:
    assert name in found(text, t.PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "今天真高兴，黄金价格上涨，王国里的白天很安静",
        "于是他马上出发，任何时候都很安全，方便的话周末再说",
        "订单号20231201138001380001，金额12,345.67元，版本v2.13.800",
        "客服热线400-820-8820，拨打95588或10086咨询",
        "会议12:30:45开始，比分3:2，股票600519收于1688.00",
        "运单号SF1234567890123，取件码8-2-3016，ISBN 978-7-111-54742-6",
        "微信支付version2.3.1上线，护照办理窗口在2层A1234室",
        "The passport page 12345678 of the login guide",
        "Version 10.2.3.4 was released in May; the summer will be fine.",
        "Call our toll-free line 1-888-354-5256 for the Dyson V15.",
    ],
)
def test_hard_negatives_stay(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "+86-138-0013-8000",
        "8613800138000", "１３８００１３８０００", "010-62345678", "(0571)87654321", "（021）6234 5678",
        "0755-8899 7766转802", "138\u200b0013\u200b8000",
    ],
)  # fmt: skip
def test_phones_in_all_writings(number: str) -> None:
    assert found(f"电话{number}，谢谢", t.PHONE) == [number]


def test_an_id_card_is_one_by_its_checksum_or_by_what_is_said_of_it() -> None:
    first = "11010519491231002"
    right = first + id_check_digit(first)
    wrong = first + "0"
    assert is_id_card(right) and not is_id_card(wrong)
    assert found(f"号码 {right} 已登记", t.ID_CARD) == [right]
    assert found(f"号码 {right.lower()} 已登记", t.ID_CARD) == [right.lower()]
    assert found(f"数字 {wrong} 是随机的", t.ID_CARD) == []
    assert found(f"身份证号{wrong}", t.ID_CARD) == [wrong]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("卡 6222021234567890128 请查收", t.BANK_CARD, "6222021234567890128"),
        ("税号91330106MA2CFRQ05X", t.CREDIT_CODE, "91330106MA2CFRQ05X"),
        ("车牌浙A·D12345停在门口", t.PLATE, "浙A·D12345"),
        ("邮箱zhangsan@163.com。", t.EMAIL, "zhangsan@163.com"),
        ("见https://example.com/a?b=c。谢谢", t.URL, "https://example.com/a?b=c"),
        ("服务器：192.168.1.20重启", t.IP, "192.168.1.20"),
        ("地址：fe80::1 通了", t.IP, "fe80::1"),
        ("日志：51:AB:B3:4C:21:ED 漫游", t.MAC, "51:AB:B3:4C:21:ED"),
        ("微信号：abc_12345 加我", t.WECHAT, "abc_12345"),
        ("QQ，17255，他在", t.QQ, "17255"),
        ("护照E12345678快过期", t.PASSPORT, "E12345678"),
        ("来往内地通行证号H12345678", t.PERMIT, "H12345678"),
        ("病历号：ZY2023001234", t.MEDICAL_RECORD, "ZY2023001234"),
        ("医保卡号3301061234567", t.INSURANCE, "3301061234567"),
        ("1990年3月7日出生", t.BIRTH_DATE, "1990年3月7日"),
        ("born on March 7, 1990 in Leeds", t.BIRTH_DATE, "March 7, 1990"),
        ("密码：Abc@12345。", t.SECRET, "Abc@12345"),
        ("postgres://app:Zx9!kk@db/main", t.SECRET, "Zx9!kk"),
        ("rotate the key 701152343d452fcf650d5c26d4dccd99 now", t.SECRET,
         "701152343d452fcf650d5c26d4dccd99"),
        ("the last password I remember is Tiger@4011.", t.SECRET, "Tiger@4011"),
        ("the passport copy (P4829173) is attached", t.PASSPORT, "P4829173"),
        ("护照上个月刚换成X1234567了", t.PASSPORT, "X1234567"),
        ("我微信你搜一下lei_zhao就行", t.WECHAT, "lei_zhao"),
        ("API_KEY=sk-abcdefghijklmnop1234", t.SECRET, "sk-abcdefghijklmnop1234"),
        ("送到浙江省杭州市西湖区文三路90号5幢301室", t.ADDRESS, "浙江省杭州市西湖区文三路90号5幢301室"),
        ("at 742 Evergreen Terrace, Springfield, IL 62704 now", t.ADDRESS,
         "742 Evergreen Terrace, Springfield, IL 62704"),
        ("他在杭州云栖网络科技有限公司上班", t.ORGANIZATION, "杭州云栖网络科技有限公司"),
        ("She joined Acme Corporation last year", t.ORGANIZATION, "Acme Corporation"),
    ],
)  # fmt: skip
def test_each_type_is_found(text: str, kind: str, value: str) -> None:
    assert value in found(text, kind)


def test_offsets_hold_with_emoji_and_combining_characters() -> None:
    text = "😀👨‍👩‍👧é́ 我叫张三🎉，电话\u200d１３８００１３８０００ ok"
    spans = {one.type: text[one.start : one.end] for one in analyse([text])[0]}
    assert spans == {t.PERSON: "张三", t.PHONE: "１３８００１３８０００"}


def test_a_fields_name_is_a_cue() -> None:
    texts, fields = ["高兴", "82899583", "高兴"], ["name", "user.password", "mood"]
    spans = analyse(texts, fields=fields)
    assert [[one.type for one in own] for own in spans] == [[t.PERSON], [t.SECRET], []]


def test_checksums() -> None:
    assert luhn("4539148803436467") and not luhn("4539148803436468")
    assert is_credit_code("91350100M000100Y43")
    assert not is_credit_code("91350100M000100Y44")


def test_a_name_counts_in_other_texts_only_where_asked_and_where_it_fits() -> None:
    texts = ["联系人：高兴", "大家很高兴见面"]
    assert [len(one) for one in analyse(texts, consistent=True)] == [1, 0]
    texts = ["Brannoc", "ask Brannoc", "brannocs, Brannocs", "is Brannoc.", "xBrannoc"]
    read = read_all([Document(text) for text in texts])
    found: list[list[Span]] = [[Span(0, 7, t.PERSON, 0.9)], *([] for _ in texts[1:])]
    share(read, found)
    assert [[one.start for one in spans] for spans in found[1:]] == [[4], [], [3], []]
    guessed: list[list[Span]] = [[Span(0, 7, t.PERSON, 0.9, level=Recall.HIGH)], []]
    share(read[:2], guessed)
    assert guessed[1] == []
