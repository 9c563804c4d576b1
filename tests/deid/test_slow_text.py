"""No text makes a recogniser slow: a megabyte of the worst that we can think of, in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from deid.engine.recognition.accounts import ibans
from deid.engine.recognition.births import birth_dates
from deid.engine.recognition.chinese import read_all
from deid.engine.recognition.codes import codes
from deid.engine.recognition.coordinates import coordinates
from deid.engine.recognition.cued import cued
from deid.engine.recognition.document import Document
from deid.engine.recognition.english import english_names, legal_persons, listed_names
from deid.engine.recognition.latin import latin, stretches
from deid.engine.recognition.latin import read_all as read_latin
from deid.engine.recognition.names_zh import chinese_names
from deid.engine.recognition.national import national
from deid.engine.recognition.network import network
from deid.engine.recognition.numbers import numbers
from deid.engine.recognition.organisations_zh import chinese_organisations
from deid.engine.recognition.places_zh import chinese_addresses
from deid.engine.recognition.secrets import secrets
from deid.engine.recognition.types import Span
from deid.engine.recognition.wallets import wallets

pytestmark = pytest.mark.long
MEGABYTE = 1_000_000
SECONDS = 20.0  # of the processor, whoever else has need of it
EVIL = [
    "a", "1", "A", " ", "1 ", "1-", "(1", "+86", "a@", "a.", "a@a.", "@", "http://a(", "www.", "a-",
    ":", "1:", "ab:", "0.", "1.1.", "f" * 4 + ".", "密码", "password=", "token ", "eyJaaaaaaaaaa.",
    "-----BEGIN PRIVATE KEY-----", "Aa ", "A. ", "1 Aa ", "Street ", "Inc ", "Of of ", "姓名：",
    "12 Aa St, ", "DE00 0000 ", "生日1990年", "1990-01-01", "微信a", "[[A:e1:", '"', "\\", "“",
]  # fmt: skip
# For those alone that read numbers and signs.
OF_NUMBERS = [
    "0x", "0x0f", "1A", "bc1q", "SK", "sk-", "eyJ", "AccountKey=a", "geo:1.11,", "1.11111, ", "1°", "1.111 N ", "gps 1.11,",
    "Cookie: a=1; ", "a=1; ", "sessionid=", "Authorization: a1 ", "a.@", "张@", "张.", "(at)", " at a dot ", "a dot ", "a at ",
    "AB 12 ", "1234 ", "00-", "0 ", "12.", "iban ", "GB11", "GB11 1111 ", "nino a1 ", "aadhaar 2", "driver license A1 ", "089/", "+1 (",
    "call 1 ", "card1", "lat 1.11", "location ", "born on the ", "born may ", "三月", "生于", "http://", "//a.", "http://张", "fe80:%", "1-1", "wallet ", "T", "r",
]  # fmt: skip
Recogniser = Callable[[Document], Iterator[Span]]
STRUCTURED: list[Recogniser] = [
    network, numbers, codes, national, ibans, cued, birth_dates, secrets, wallets, coordinates,
]  # fmt: skip
ENGLISH: list[Recogniser] = [english_names, legal_persons, listed_names]


@pytest.mark.parametrize(
    ("piece", "recognisers"),
    [
        *((piece, [*STRUCTURED, *ENGLISH]) for piece in EVIL),
        *((piece, STRUCTURED) for piece in OF_NUMBERS),
    ],
)
def test_a_megabyte_of_it_is_read_in_time(piece: str, recognisers: list[Recogniser]) -> None:
    document = Document((piece * (MEGABYTE // len(piece.encode()) + 1))[:MEGABYTE])
    for recogniser in recognisers:
        began = time.process_time()
        for _span in recogniser(document):
            pass
        spent = time.process_time() - began
        assert spent < SECONDS, (recogniser.__name__, spent)


@pytest.mark.parametrize("piece", [*EVIL, "Aa\n", "Łódź ", "12 Rd, ", "Aa Bb. ", "a'"])
def test_a_megabyte_goes_through_the_network_in_time(piece: str) -> None:
    document = Document((piece * (MEGABYTE // len(piece.encode()) + 1))[:MEGABYTE])
    began = time.process_time()
    latin(document, read_latin([document])[0], [])
    assert time.process_time() - began < 2 * SECONDS


@pytest.mark.parametrize("piece", [".", " ", "a.", "-", "'"])
def test_a_megabyte_before_one_letter_is_told_from_a_fields_name_in_time(piece: str) -> None:
    document = Document(piece * MEGABYTE + "A")
    began = time.process_time()
    assert stretches(document)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "piece",
    [
        "王",
        "张·",
        "号路",
        "的路1号",
        "公司",
        "阿布都·",
        "老王",
        "市区县",
        "，",
        "1幢",
        "王芳、",
        "@王",
        "王 ",
        "任经理",
        "\n王芳：",
        "王总、",
    ],
)
def test_a_megabyte_of_chinese_is_read_in_time(piece: str) -> None:
    size = MEGABYTE // 3  # characters of three bytes
    document = Document((piece * (size // len(piece) + 1))[:size])
    chinese = read_all([document])[0]
    for recogniser in (chinese_names, chinese_organisations, chinese_addresses):
        began = time.process_time()
        for _span in recogniser(chinese):
            pass
        spent = time.process_time() - began
        assert spent < SECONDS, (recogniser.__name__, spent)
