"""The world's numbers: the standards' own examples, wrong check digits, and what only looks alike."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.deid import values as zh
from benchmarks.deid import world_values as v
from benchmarks.deid.values import wide
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.keccak import keccak_256
from deid.engine.recognition.recall import Recall


def found(text: str, kind: str | None = None, recall: Recall = Recall.BALANCED) -> list[str]:
    spans = analyse([text], types=t.STRUCTURED, recall=recall)[0]
    return [text[one.start : one.end] for one in spans if kind in (None, one.type)]


# From the authorities, the standards or the field's textbooks; nobody's.
EXAMPLES = [
    ("GB29 NWBK 6016 1331 9268 19", t.IBAN), ("de89370400440532013000", t.IBAN),
    ("FR14-2004-1010-0505-0001-3M02-606", t.IBAN), ("NO9386011117947", t.IBAN),
    ("4111 1111 1111 1111", t.BANK_CARD), ("378282246310005", t.BANK_CARD), ("30569309025904", t.BANK_CARD),
    ("S1234567D", t.NATIONAL_ID), ("AB 12 34 56 C", t.NATIONAL_ID), ("RSSMRA85T10A562S", t.NATIONAL_ID),
    ("12345678Z", t.NATIONAL_ID), ("X1234567L", t.NATIONAL_ID), ("2 95 10 99 126 111 93", t.NATIONAL_ID),
    ("390.533.447-05", t.NATIONAL_ID), ("756.9217.0769.85", t.NATIONAL_ID), ("112-233-445 95", t.NATIONAL_ID),
    ("970101-1234567", t.NATIONAL_ID), ("85.07.30-033.28", t.NATIONAL_ID), ("131052-308T", t.NATIONAL_ID),
    ("A123456789", t.ID_CARD), ("A123456(3)", t.ID_CARD), ("078-05-1120", t.ID_CARD),
    ("912-90-3456", t.TAX_ID), ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", t.CRYPTO_WALLET),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", t.CRYPTO_WALLET),
    ("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", t.CRYPTO_WALLET),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", t.CRYPTO_WALLET),
    ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", t.CRYPTO_WALLET),
    ("rf1BiGeXwwQoi8Z2ueFYTEXSwuJYfV2Jpn", t.CRYPTO_WALLET),
]  # fmt: skip
# One character of each is another: nothing stands behind them, so nothing is found.
WRONG = [
    "GB28 NWBK 6016 1331 9268 19", "de88370400440532013000", "4111 1111 1111 1112", "S1234567A",
    "RSSMRA85T10A562T", "12345678A", "X1234567A", "2 95 10 99 126 111 94", "390.533.447-06", "756.9217.0769.84",
    "112-233-445 96", "971301-1234567", "131052-308A", "A123456780", "A123456(4)", "000-05-1120", "912-45-3456",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), EXAMPLES)
def test_a_number_with_a_form_of_its_own_needs_no_word(value: str, kind: str) -> None:
    assert found(f"we noted {value}, as agreed", kind) == [value]
    assert found(f"已登记 {value}。", kind) == [value]


@pytest.mark.parametrize("value", WRONG)
def test_with_a_wrong_check_digit_it_is_nothing(value: str) -> None:
    assert found(f"we noted {value}, as agreed") == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("NHS number 943 476 5919 on file", t.MEDICAL_RECORD, "943 476 5919"),
        ("Aadhaar 2341 2341 2346 linked", t.NATIONAL_ID, "2341 2341 2346"),
        ("NINO ES951851D", t.NATIONAL_ID, "ES951851D"),
        ("SIN 123 456 782 please", t.NATIONAL_ID, "123 456 782"),
        ("my number is 6214 9832 0257", t.NATIONAL_ID, "6214 9832 0257"),
        ("Steuer-ID 36 574 261 809", t.TAX_ID, "36 574 261 809"),
        ("TFN 123 456 782", t.TAX_ID, "123 456 782"),
        ("PAN AAPFU0939F", t.TAX_ID, "AAPFU0939F"),
        ("USt-IdNr. DE136695976", t.TAX_ID, "DE136695976"),
        ("tax id 99-1234567", t.TAX_ID, "99-1234567"),
        ("national identity number: 1990-4432-11", t.NATIONAL_ID, "1990-4432-11"),
        ("香港身份证A1234563", t.ID_CARD, "A1234563"),
        ("澳門居民身份證：5215299(8)。", t.ID_CARD, "5215299(8)"),
        ("medicare number 2123 45670 1", t.INSURANCE, "2123 45670 1"),
        ("Visa 501800000009", t.BANK_CARD, "501800000009"),
        ("IBAN GB28 NWBK 6016 1331 9268 19", t.IBAN, "GB28 NWBK 6016 1331 9268 19"),
        ("my driver's license is D123-4567-8901", t.DRIVER_LICENSE, "D123-4567-8901"),
        ("driving licence MORGA657054SM9IJ 35 holder", t.DRIVER_LICENSE, "MORGA657054SM9IJ 35"),
        ("Führerscheinnummer: B072RRE2I55", t.DRIVER_LICENSE, "B072RRE2I55"),
        ("驾驶证档案编号：330100123456", t.DRIVER_LICENSE, "330100123456"),
        ("驾驶证号11010519491231002X", t.ID_CARD, "11010519491231002X"),
        ("钱包地址 7v91N7iZ9mNicL8WfG6cgSCKyRXydQjLh6UYBWwm6y1Q", t.CRYPTO_WALLET,
         "7v91N7iZ9mNicL8WfG6cgSCKyRXydQjLh6UYBWwm6y1Q"),
        ("Set-Cookie: sid=31d4d96e407aad42; Path=/; Secure", t.SECRET, "31d4d96e407aad42"),
        ("Cookie: a=1; PHPSESSID=298zf09hf012fh2", t.SECRET, "298zf09hf012fh2"),
        ("GET /?jsessionid=9A1B2C3D4E5F6071 HTTP/1.1", t.SECRET, "9A1B2C3D4E5F6071"),
        ("Authorization: Token 9944b09199c62bcf", t.SECRET, "9944b09199c62bcf"),
        ("AccountKey=" + "a1B2" * 21 + "a1==;Endpoint", t.SECRET, "a1B2" * 21 + "a1=="),
        ("at 48.85837, 2.29448 now", t.COORDINATES, "48.85837, 2.29448"),
        ("GPS 48.86, 2.29 now", t.COORDINATES, "48.86, 2.29"),
        ("at 48°51′30″N 2°17′40″E now", t.COORDINATES, "48°51′30″N 2°17′40″E"),
        ("geo:48.2010,16.3695 here", t.COORDINATES, "48.2010,16.3695"),
        ("北纬30.25°，东经120.16°附近", t.COORDINATES, "北纬30.25°，东经120.16°"),
        ("born on the third of May nineteen eighty-one in Leeds", t.BIRTH_DATE,
         "the third of May nineteen eighty-one"),
        ("DOB 3 May 81", t.BIRTH_DATE, "3 May 81"),
        ("一九八一年五月三日生", t.BIRTH_DATE, "一九八一年五月三日"),
        ("生日是五月三号", t.BIRTH_DATE, "五月三号"),
        ("请发到张三@公司.中国，谢谢", t.EMAIL, "张三@公司.中国"),
        ("mail josé.núñez@correo.es.", t.EMAIL, "josé.núñez@correo.es"),
        ("<ольга.и@пример.рф>", t.EMAIL, "ольга.и@пример.рф"),
        ('write to "j. doe"@example.com;', t.EMAIL, '"j. doe"@example.com'),
        ("email: name at example dot com please", t.EMAIL, "name at example dot com"),
        ("lars.holm(at)example.com!", t.EMAIL, "lars.holm(at)example.com"),
        ("GET /?to=foo@bar.com&x=1", t.EMAIL, "foo@bar.com"),
        ("mailto:o'brien@example.org", t.EMAIL, "o'brien@example.org"),
        ("see https://例子.测试/路径?q=值 now", t.URL, "https://例子.测试/路径?q=值"),
        ("ping fe80::1%eth0 works", t.IP, "fe80::1%eth0"),
    ],
)  # fmt: skip
def test_it_is_found_whole(text: str, kind: str, value: str) -> None:
    assert found(text, kind) == [value]


@pytest.mark.parametrize(
    "number",
    [
        "03.93.92.16.85", "0688 872 49 99", "(07700) 900123", "+44 (0)20 7946 0958", "07700 900123",
        "(212) 555-0147", "212.555.0147", "0580-730215", "089/2123456", "+49 151 52830998", "001-212-555-0147",
        "+(370) 47527720", "(03558) 07302 157",
    ],
)  # fmt: skip
def test_phones_of_the_world(number: str) -> None:
    assert found(f"Anna, {number}, wrote", t.PHONE) == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("You can reach me at 78 651 450.", "78 651 450"),
        ("the desk phone is 555-0147", "555-0147"),
        ("My number is 0758073021, thanks", "0758073021"),
        ("Call 212-555-0147 ext. 12 now", "212-555-0147 ext. 12"),
        ("call 001-212-555-0147x3322", "001-212-555-0147x3322"),
        ("Her cell (0151 5283099) is off", "0151 5283099"),
        ("电话：+44 20 7946 0958，晚上打", "+44 20 7946 0958"),
    ],
)
def test_phones_behind_a_word(text: str, number: str) -> None:
    assert found(text, t.PHONE) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Order 112-1234567-1234567 shipped with 1Z999AA10123456784 on 2024-03-01.",
        "Invoice no. 20240117 of 2024-01-17, total 12.345,67 EUR", "SKU ABC-12345 and 936-9004-PG are sold out",
        "ISBN 978-3-16-148410-0 is out of print", "see 978-84-7271-652-0", "978-13--0151507-3 there", "scan 4072214112455 and 5771311686423",
        "978-7-111-54742-6", "upgrade to version 10.2.33 or 1.2.3-rc1",
        "Population 12 345 678, area 78 651 450 km2", "12 345 678 people live there", "The years 1914 1918 1939 1945",
        "ZIP 62704-1234, 90210", "at 2024-03-01 10:30:45 pid 48213", "scores 21-18 21-15, pages 101-103, 205-207",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 fixes 9fceb02", "sha256 of 0123456789abcdef0123456789abcdef",
        "it was 25° warm, 66°N is a circle, turn 90° S", "39度5分的高烧", "pi 3.14159, e 2.71828 and 1.41421",
        "look at example dot com", "@user hello @foo.bar", "npm install @scope/pkg@1.2.3", "meet (at noon) there",
        "a task-1234567890123456789 and desk-top", "the sin of 045, a pan of 20 cm", "tracking RR123456785GB arrived",
        "He is thirty-five years old, on the third of May they met", "战斗发生于1931年9月15日", "Dec-28-2014 13:47",
        "exp 09/2027, 12/2024", "ratio 1/3, 24/7, 9/11", "0x1234 and 0xDEADBEEF", "session id 4 of 12 ended",
        "参考号2024031500012345，金额12,345.67元，型号AB-12345", "license plate readers", "cookie: chocolate; price=12",
    ],
)  # fmt: skip
def test_what_only_looks_alike_stays(text: str) -> None:
    assert found(text) == []


def test_what_is_unsure_is_for_the_gate_only() -> None:
    text = "the value 2341 2341 2346 was read"
    assert found(text) == []
    assert found(text, t.NATIONAL_ID, Recall.HIGH) == ["2341 2341 2346"]


def test_keccak() -> None:
    """The digests that Ethereum's documents give of nothing and of `testing`."""
    assert (
        keccak_256(b"").hex().startswith("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad804")
    )
    assert (
        keccak_256(b"testing")
        .hex()
        .startswith("5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12")
    )


# A maker by the standard, the word that people put before it, and its type.
MAKERS: list[tuple[Callable[[random.Random], str], str, str]] = [
    (v.iban, "IBAN", t.IBAN), (v.card, "card", t.BANK_CARD), (v.nino, "NINO", t.NATIONAL_ID),
    (v.nric, "NRIC", t.NATIONAL_ID), (v.rrn, "RRN", t.NATIONAL_ID), (v.aadhaar, "Aadhaar", t.NATIONAL_ID),
    (v.sin, "SIN", t.NATIONAL_ID), (v.nir, "NIR", t.NATIONAL_ID), (v.dni, "DNI", t.NATIONAL_ID),
    (v.cpf, "CPF", t.NATIONAL_ID), (v.codice_fiscale, "codice fiscale", t.NATIONAL_ID), (v.tfn, "TFN", t.TAX_ID),
    (v.steuer_id, "Steuer-ID", t.TAX_ID), (v.itin, "ITIN", t.TAX_ID), (v.vat, "VAT", t.TAX_ID), (v.pan, "PAN", t.TAX_ID),
    (v.taiwan_id, "身分證字號", t.ID_CARD), (v.hong_kong_id, "HKID", t.ID_CARD), (zh.id_card, "身份证", t.ID_CARD),
    (v.nhs, "NHS number", t.MEDICAL_RECORD), (v.wallet, "wallet", t.CRYPTO_WALLET), (v.secret, "token", t.SECRET),
]  # fmt: skip
WRITINGS = [
    "{word} {value}", "{word}: {value}.", "{word}：{value}，", '{{"{word}": "{value}"}}', "| {word} | {value} |",
    "{word}\t{value}\nnext", "({word} {value})", "{word}={value}", "请核对{word} {value}", "{word} {wide} ok",
]  # fmt: skip


GLUED = [
    (v.card, "卡号", t.BANK_CARD), (v.card, "card", t.BANK_CARD), (zh.id_card, "身份证", t.ID_CARD),
    (v.hong_kong_id, "香港身份证", t.ID_CARD), (v.taiwan_id, "身分證字號", t.ID_CARD), (v.rrn, "주민등록번호", t.NATIONAL_ID),
    (v.my_number, "マイナンバー", t.NATIONAL_ID), (v.wallet, "钱包地址", t.CRYPTO_WALLET), (v.iban, "收款账号", t.IBAN),
    (v.driver_license, "驾照号", t.DRIVER_LICENSE), (v.ssn, "ssn", t.ID_CARD), (v.birth_han, "生日", t.BIRTH_DATE),
]  # fmt: skip


@pytest.mark.parametrize(("maker", "word", "kind"), GLUED)
def test_a_word_may_stand_right_before_it(
    maker: Callable[[random.Random], str], word: str, kind: str
) -> None:
    rng = random.Random(7)
    for _ in range(20):
        value = maker(rng)
        assert value in found(f"请核对{word}{value}，谢谢", kind), value


@pytest.mark.parametrize(("maker", "word", "kind"), MAKERS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), writing=st.sampled_from(WRITINGS))
def test_however_it_is_written_it_is_found_whole(
    maker: Callable[[random.Random], str], word: str, kind: str, seed: int, writing: str
) -> None:
    value = maker(random.Random(seed))
    as_wide = "{wide}" in writing and kind not in (t.SECRET, t.CRYPTO_WALLET)
    shown = wide(value) if as_wide else value
    text = writing.format(word=word, value=shown, wide=shown)
    assert shown in found(text, kind), text


def test_what_is_unsure_hides_no_phone() -> None:
    """612 345 678 has the sum of a Canadian number, too."""
    text = "You can reach me at 612 345 678."
    for recall in (Recall.PRECISE, Recall.BALANCED, Recall.HIGH):
        assert found(text, recall=recall) == ["612 345 678"]
    assert found(text, t.PHONE) == ["612 345 678"]
