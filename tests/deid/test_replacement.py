"""What stands in the place of originals: never an original, the same by key, and back again."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.deid import world_values as v
from deid.engine.deidentify import deidentify, keys_for
from deid.engine.formats.texts import run
from deid.engine.policy import PolicyError, parse
from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import is_credit_code, is_id_card, luhn
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.folding import fold
from deid.engine.recognition.types import Span
from deid.engine.replacement.operators import Keys, Operators
from deid.engine.replacement.stream import permuted_digits
from deid.engine.replacement.surrogates import Maker
from deid.engine.replacement.tokens import WrongKey, restore, seal
from deid.labels import TYPES
from tests.support.live_platform import ROOT

KEY = b"k" * 32
PIECES = [
    "张三", "欧阳娜娜", "13800138000", "１３８００１３８０００", "11010519491231002X", "zhangsan@163.com",
    "浙江省杭州市西湖区文三路90号5幢301室", "姓名：", "电话", "，", "。", "\n", " ", "😀", "é́", "\u200b",
    "高兴", "John Smith", "my name is ", "密码：Abc@12345", "192.168.1.20", "QQ 12345", "12345",
    "阿布都热西提·买买提", "6222021234567890128", "杭州云栖网络科技有限公司", "[[PERSON:e1:00000000:", "]]",
    "张", "三", "138", "生日1990年3月7日", "\ud800", "车牌浙A12345", "<姓名>", "****",
]  # fmt: skip
documents = st.lists(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=9).map("".join),
    min_size=1, max_size=3,
)  # fmt: skip
OPERATORS: list[Any] = [
    "surrogate", "pseudonym", "replace", "mask", {"operator": "mask", "first": 3, "last": 4},
    "hash", "drop", "generalise",
]  # fmt: skip
several = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
@several
@given(texts=documents)
def test_no_original_that_is_listed_is_left(operator: Any, texts: list[str]) -> None:
    policy = parse({"default": operator, "key": "k", "deny": ["a1", "é"]})
    result = deidentify(policy, texts, keys_for(1, KEY))
    for entity in result.entities:
        assert entity.original not in result.texts[entity.text_index]
        assert texts[entity.text_index][entity.start : entity.end] == entity.original


def test_what_is_found_in_one_text_is_not_replaced_in_another_unless_they_are_one() -> None:
    policy, texts = parse({"default": "drop"}), ["联系人：高兴", "大家很高兴，高兴得很"]
    spans = [[Span(4, 6, "PERSON", 0.9)], []]
    assert deidentify(policy, texts, keys_for(1), spans=spans).texts == ["联系人：", texts[1]]
    one = deidentify(policy, texts, keys_for(1), spans=spans, groups=[0, 0])
    assert one.texts == ["联系人：", "大家很，得很"]
    document = '{"name": "高兴", "note": "高兴来过"}'
    made = run(policy, [document, '["很高兴"]'], keys_for(1), format="json").texts
    assert made == ['{"name": "", "note": "来过"}', '["很高兴"]']


@several
@given(texts=documents)
def test_a_reversible_policy_restores_every_character(texts: list[str]) -> None:
    policy = parse({"default": "encrypt", "key": "k"})
    assert policy.is_reversible
    result = deidentify(policy, texts, keys_for(None, KEY))
    assert [restore(KEY, text) for text in result.texts] == texts


@several
@given(texts=documents)
def test_one_original_has_one_stand_in_and_no_two_share_it(texts: list[str]) -> None:
    result = deidentify(parse({"default": "surrogate"}), texts, keys_for(3))
    owners: dict[str, str] = {}
    for original, made in result.mapping.items():
        plain = "".join(fold(original).text.split()).casefold()
        known = owners.setdefault(made, plain)
        assert known == plain or _same_digits(known, plain)


def _same_digits(one: str, other: str) -> bool:
    """The same number written otherwise may keep its surrogate."""
    left, right = ("".join(filter(str.isalnum, text)) for text in (one, other))
    return left == right


def test_the_same_seed_gives_the_same_in_another_process() -> None:
    code = (
        "from deid.engine.deidentify import deidentify, keys_for; from deid.engine.policy import parse;"
        "r = deidentify(parse({'default': 'surrogate'}),"
        "['张三的手机号是13800138000，住浙江省杭州市西湖区文三路90号'], keys_for(7)); print(r.texts[0])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(seen) == 1
    other = deidentify(parse({"default": "surrogate"}), ["张三的手机号"], keys_for(8))
    assert other.texts[0] not in seen


def test_without_a_seed_it_differs_from_call_to_call() -> None:
    policy = parse({"default": "surrogate"})
    made = {deidentify(policy, ["电话13800138000"], keys_for(None)).texts[0] for _ in range(4)}
    assert len(made) > 1


def test_a_pseudonym_is_the_same_over_calls_and_writings() -> None:
    policy = parse({"default": "pseudonym", "key": "k"})
    one = deidentify(policy, ["电话13800138000"], keys_for(None, KEY))
    two = deidentify(policy, ["手机+86 138 0013 8000"], keys_for(None, KEY))
    digits = ["".join(filter(str.isdigit, text))[-11:] for text in (one.texts[0], two.texts[0])]
    assert digits[0] == digits[1] != "13800138000"
    assert deidentify(policy, ["电话13800138000"], keys_for(None, b"o" * 32)).texts != one.texts


def test_surrogates_never_pass_their_checksum_unless_asked() -> None:
    for number in range(200):
        maker, valid = Maker(bytes([number]) * 32), Maker(bytes([number]) * 32, valid=True)
        assert not is_id_card(maker.make("ID_CARD", "11010519491231002X"))
        assert is_id_card(valid.make("ID_CARD", "11010519491231002X"))
        assert not luhn(maker.make("BANK_CARD", "6222021234567890128"))
        assert luhn(valid.make("BANK_CARD", "6222021234567890128"))
        assert not is_credit_code(maker.make("CREDIT_CODE", "91350100M000100Y43"))
        assert is_credit_code(valid.make("CREDIT_CODE", "91350100M000100Y43"))


def test_surrogates_keep_their_shape() -> None:
    maker = Maker(KEY)
    assert maker.make("PERSON", "张经理").endswith("经理")
    assert maker.make("PERSON", "老王")[0] == "老"
    assert "·" in maker.make("PERSON", "阿布都热西提·买买提")
    assert maker.make("PHONE_NUMBER", "138-0013-8000")[3] == "-"
    assert all("０" <= one <= "９" for one in maker.make("PHONE_NUMBER", "１３８００１３８０００"))
    assert maker.make("ORGANIZATION", "杭州云栖网络科技有限公司").endswith("有限公司")
    assert maker.make("BIRTH_DATE", "1990年3月7日").endswith("日")
    assert maker.make("EMAIL_ADDRESS", "a@b.cn").rpartition("@")[2].startswith("example.")


def test_digits_are_permuted_one_to_one() -> None:
    made = {permuted_digits(KEY, "x", f"{number:04d}") for number in range(10_000)}
    assert len(made) == 10_000


def test_dates_of_one_person_move_together() -> None:
    rule = {"operator": "generalise", "to": "shift", "days": 30}
    policy = parse({"entities": {"BIRTH_DATE": rule, "DATE": rule}, "default": "keep", "key": "k"})
    text = "出生日期：1990-03-07，入院2024-03-07，出院2024-03-17"
    made = deidentify(policy, [text], keys_for(None, KEY)).texts[0]
    assert "1990-03-07" not in made
    days = [date.fromisoformat(one) for one in re.findall(r"\d{4}-\d\d-\d\d", made)]
    assert (days[2] - days[1]).days == 10
    assert (days[1] - date(2024, 3, 7)) == (days[0] - date(1990, 3, 7))


def test_generalising() -> None:
    policy = parse({"default": "generalise"})
    text = "出生日期：1990年3月7日，住浙江省杭州市西湖区文三路90号，IP 192.168.1.20"
    made = deidentify(policy, [text], keys_for(1)).texts[0]
    assert made == "出生日期：30-39岁，住浙江省杭州市，IP 192.168.1.0/24"


def test_a_changed_token_or_another_key_does_not_open() -> None:
    token = seal(KEY, "PERSON", "张三")
    assert restore(KEY, f"我是{token}。") == "我是张三。"
    assert restore(b"o" * 32, token) == token
    broken = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
    with pytest.raises(WrongKey):
        restore(KEY, broken)


def test_allow_deny_and_patterns() -> None:
    policy = parse(
        {
            "default": "replace", "allow": ["张三"], "deny": [{"text": "代号夜鹰", "type": "PERSON"}],
            "patterns": [{"regex": r"工号\d{5}", "type": "CUSTOM"}],
        }
    )  # fmt: skip
    made = deidentify(policy, ["张三和代号夜鹰的工号12345"], keys_for(1)).texts[0]
    assert made == "张三和<姓名>的<敏感词>"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([], "content"), ({"default": {"operator": []}}, "default.operator"),
        ({"allow": ["\ud800"]}, "content"), ({"allow": [date(2025, 1, 1)]}, "content"), ({"x": 1}, "x"), ({"entities": []}, "entities"),
        ({"entities": {"NOBODY": "mask"}}, "entities.NOBODY"),
        ({"entities": {"PERSON": "melt"}}, "entities.PERSON.operator"),
        ({"entities": {"PERSON": {"operator": "mask", "first": -1}}}, "entities.PERSON.first"),
        ({"entities": {"PERSON": {"operator": "mask", "first": True}}}, "entities.PERSON.first"),
        ({"entities": {"PERSON": {"operator": "drop", "x": 1}}}, "entities.PERSON.x"),
        ({"default": "encrypt"}, "key"), ({"key": "Ä"}, "key"), ({"threshold": 2}, "threshold"),
        ({"allow": "x"}, "allow"), ({"deny": [{"text": "", "type": "PERSON"}]}, "deny"),
        ({"patterns": [{"regex": "("}]}, "patterns"), ({"patterns": [{"regex": "a*"}]}, "patterns"),
        ({"locale": "xx"}, "locale"), ({"keep_mapping": 1}, "keep_mapping"),
    ],
)  # fmt: skip
def test_a_bad_policy_names_the_field(content: Any, field: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse(content)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("content", "operator"),
    [
        ({"entities": {"BANK_CARD": "mask"}, "default": "drop"}, "mask"),
        ({"entities": {"BANK_CARD": "mask", "IBAN": "replace"}, "default": "drop"}, "replace"),
        ({"default": "drop"}, "drop"),
    ],
)
def test_a_rule_for_bank_cards_holds_for_ibans_that_have_none_of_their_own(
    content: dict[str, Any], operator: str
) -> None:
    assert parse(content).rule("IBAN").operator == operator


def test_places_and_dates_are_looked_for_only_where_a_rule_names_them() -> None:
    assert not {"DATE", "LOCATION"} & parse({"default": "drop"}).types
    asked = parse({"entities": {"DATE": "drop", "LOCATION": "surrogate"}})
    assert {"DATE", "LOCATION"} <= asked.types


@pytest.mark.parametrize("kind", t.ALL)
def test_each_type_has_a_name_and_a_label(kind: str) -> None:
    assert kind in TYPES
    labelled = Operators(parse({"default": "replace"}), Keys(b"k"))
    assert labelled.replacement(kind, "x").startswith("<")


@pytest.mark.parametrize("original", ["杭州", "浙江省", "杭州市", "Leeds", "LEEDS"])
def test_a_place_is_another_place_of_the_same_writing(original: str) -> None:
    made = Maker(b"k").make("LOCATION", original)
    assert made != original and made.isascii() == original.isascii()
    assert made.isupper() == original.isupper()


@pytest.mark.parametrize(
    "name", ["Neil Brown", "OLIVIA Davies", "王伟", "老王", "王经理", "欧阳娜娜"]
)
def test_no_part_of_a_name_stays_but_its_title(name: str) -> None:
    kept = set("老经理")
    for seed in range(300):
        made = Maker(bytes([seed % 256, seed // 256]) * 16).make("PERSON", name)
        if name.isascii():
            assert not set(made.lower().split()) & set(name.lower().split())
        else:
            assert not (set(made) & set(name)) - kept


SAME_FORM = [
    ("IBAN", v.iban), ("NATIONAL_ID", v.nric), ("NATIONAL_ID", v.codice_fiscale), ("NATIONAL_ID", v.nino),
    ("NATIONAL_ID", v.aadhaar), ("NATIONAL_ID", v.cpf), ("TAX_ID", v.steuer_id), ("TAX_ID", v.vat),
    ("ID_CARD", v.hong_kong_id), ("ID_CARD", v.taiwan_id), ("CRYPTO_WALLET", v.wallet),
    ("COORDINATES", v.coordinates), ("DRIVER_LICENSE", v.driver_license),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "maker"), SAME_FORM)
def test_a_stand_in_has_the_form_of_its_original_and_fails_its_check(
    kind: str, maker: Callable[[random.Random], str]
) -> None:
    rng, surrogates = random.Random(11), Maker(KEY)
    for _ in range(15):
        original = maker(rng)
        made = surrogates.make(kind, original)
        assert made != original and len(made) == len(original)
        assert [one.isalnum() for one in made] == [one.isalnum() for one in original]
        checked = kind not in ("COORDINATES", "DRIVER_LICENSE") and not original.startswith("0x")
        if checked:  # without a word before it nothing is found that fails its check
            assert made not in _found(f"we noted {made}, as agreed", kind)


def _found(text: str, kind: str) -> list[str]:
    return [text[one.start : one.end] for one in analyse([text], types=[kind])[0]]


@pytest.mark.parametrize(
    ("kind", "maker"), [one for one in SAME_FORM if one[0] in ("IBAN", "NATIONAL_ID", "TAX_ID")]
)
def test_a_stand_in_passes_the_check_where_that_is_asked(
    kind: str, maker: Callable[[random.Random], str]
) -> None:
    rng, surrogates = random.Random(12), Maker(KEY, valid=True)
    for _ in range(5):
        original = maker(rng)
        made = surrogates.make(kind, original)
        word = {"IBAN": "at", "TAX_ID": "tax id", "NATIONAL_ID": "national identity number"}[kind]
        assert made != original and made in _found(f"{word} {made}, as agreed", kind)


@pytest.mark.parametrize(
    "original",
    [
        "the third of May nineteen eighty-one", "May twenty-first, nineteen seventy", "3 May 81", "3rd of May 1981",
        "一九八一年五月三日", "八一年十二月三十一日", "五月三号",
    ],
)  # fmt: skip
def test_a_date_in_words_becomes_another_in_words(original: str) -> None:
    for number in range(5):
        made = Maker(f"{number}".encode()).make("BIRTH_DATE", original)
        assert made != original
        assert bool(re.search("[0-9]", made)) == bool(re.search("[0-9]", original))
        text = f"出生日期：{made}" if "月" in made else f"date of birth: {made}"
        assert _found(text, "BIRTH_DATE") == [made]


def test_words_are_read_where_a_date_is_made_vaguer() -> None:
    policy = parse(
        {"entities": {"BIRTH_DATE": {"operator": "generalise", "to": "year"}}, "default": "keep"}
    )
    operators = Operators(policy, Keys(KEY))
    assert operators.replacement("BIRTH_DATE", "the third of May nineteen eighty-one") == "1981"
    assert operators.replacement("BIRTH_DATE", "一九八一年五月三日") == "1981年"


@pytest.mark.parametrize(
    ("original", "vaguer"),
    [
        ("48.85837, 2.29448", "48.8, 2.2"),
        ("48°51′30″N 2°17′40″E", "48°N 2°E"),
        ("at home", "<经纬度>"),
    ],
)
def test_coordinates_are_made_vaguer(original: str, vaguer: str) -> None:
    policy = parse({"entities": {"COORDINATES": "generalise"}, "default": "keep"})
    assert Operators(policy, Keys(KEY)).replacement("COORDINATES", original) == vaguer
