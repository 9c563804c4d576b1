"""What stands for every {PLACE} of a template: labelled values, and what only looks personal."""

from __future__ import annotations

import random
from collections.abc import Callable

from . import lexicon as lex
from . import values as v

Maker = Callable[[], str]
# Places whose label has another name than the place.
LABELS = {
    "HAN": "PERSON", "TITLED": "PERSON", "GIVEN": "PERSON", "NICK": "PERSON", "WORDNAME": "PERSON",
    "DOTTED": "PERSON", "TRAD": "PERSON", "SPELLED": "PERSON", "FIRST": "PERSON", "LAST": "PERSON",
    "DOCTOR": "PERSON", "BOSS": "PERSON", "TEACHER": "PERSON", "ELDER": "PERSON",
    "WORKER": "PERSON", "FOREIGN": "PERSON", "CLINIC": "ORGANIZATION", "COLLEGE": "ORGANIZATION",
    "TRAD_ADDRESS": "ADDRESS", "PHONE_HK": "PHONE_NUMBER", "FIRST_LOWER": "PERSON",
    "MINORITY": "PERSON",
    "MOBILE": "PHONE_NUMBER", "PLAIN_MOBILE": "PHONE_NUMBER", "LANDLINE": "PHONE_NUMBER",
    "WIDE_MOBILE": "PHONE_NUMBER", "PHONE_EN": "PHONE_NUMBER", "WIDE_ID": "ID_CARD",
    "PASSPORT_EN": "PASSPORT", "PERMIT_HK": "TRAVEL_PERMIT", "PERMIT_TW": "TRAVEL_PERMIT",
    "PERMIT_GREEN": "TRAVEL_PERMIT", "WORLD_CARD": "BANK_CARD", "PLATE_EN": "LICENSE_PLATE",
    "IPV4": "IP_ADDRESS", "IPV6": "IP_ADDRESS", "ADDRESS_SHORT": "ADDRESS", "ADDRESS_EN": "ADDRESS",
    "COMPANY": "ORGANIZATION", "HOSPITAL": "ORGANIZATION", "SCHOOL": "ORGANIZATION",
    "UNIVERSITY": "ORGANIZATION",
    "BANK": "ORGANIZATION", "AGENCY": "ORGANIZATION", "ORG_EN": "ORGANIZATION",
    "BIRTH_CHILD": "BIRTH_DATE", "BIRTH_EN": "BIRTH_DATE", "MRN": "MEDICAL_RECORD_NUMBER",
    "POLICY": "INSURANCE_NUMBER", "MEDICARE": "INSURANCE_NUMBER", "PASSWORD": "SECRET",
    "API_KEY": "SECRET", "TOKEN": "SECRET", "JWT": "SECRET", "PEM": "SECRET",
}  # fmt: skip
TYPES = (
    "PERSON", "PHONE_NUMBER", "ID_CARD", "PASSPORT", "TRAVEL_PERMIT", "BANK_CARD", "CREDIT_CODE",
    "LICENSE_PLATE", "EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "URL", "WECHAT_ID", "QQ_NUMBER",
    "ADDRESS", "ORGANIZATION", "BIRTH_DATE", "MEDICAL_RECORD_NUMBER", "INSURANCE_NUMBER", "SECRET",
)  # fmt: skip


def names(words: lex.Words) -> dict[str, Maker]:
    """Names, places and organisations."""
    of = words.of
    return {
        "PERSON": words.person_zh, "HAN": words.plain_zh, "TITLED": words.titled,
        "DOCTOR": lambda: words.titled(lex.DOCTORS), "BOSS": lambda: words.titled(lex.BOSSES),
        "TEACHER": lambda: words.titled(lex.TEACHERS), "ELDER": lambda: words.titled(lex.ELDERS),
        "WORKER": lambda: words.titled(lex.WORKERS), "FOREIGN": words.foreign,
        "CLINIC": lambda: words.kind_en("Hospital", "Medical", "Clinic", "Health"),
        "COLLEGE": lambda: words.kind_en("University", "College", "School"),
        "TRAD_ADDRESS": lambda: of(lex.TRAD_ADDRESSES),
        "GIVEN": lambda: of(lex.GIVEN_NAMES), "NICK": lambda: of(lex.NICKS),
        "WORDNAME": lambda: of(lex.WORD_NAMES), "DOTTED": lambda: of(lex.DOTTED),
        "MINORITY": lambda: of(lex.MINORITY), "TRAD": lambda: of(lex.TRAD_NAMES),
        "SPELLED": words.spelled, "FIRST": lambda: of(lex.FIRST), "LAST": lambda: of(lex.LAST),
        "FIRST_LOWER": lambda: of(lex.FIRST).lower(),
        "ADDRESS": words.address_zh, "ADDRESS_SHORT": words.address_short,
        "ADDRESS_EN": words.address_en, "ORGANIZATION": words.organisation_zh,
        "COMPANY": words.company, "HOSPITAL": lambda: of(lex.HOSPITALS),
        "SCHOOL": lambda: of(lex.SCHOOLS), "UNIVERSITY": words.university,
        "BANK": lambda: of(lex.BANKS),
        "AGENCY": lambda: of(lex.AGENCIES), "ORG_EN": lambda: of(lex.ORGANISATIONS_EN),
    }  # fmt: skip


def identifiers(rng: random.Random) -> dict[str, Maker]:
    """Numbers, addresses of the net, dates of birth and secrets."""
    made = {
        "PHONE_NUMBER": v.phone_zh, "MOBILE": v.mobile, "PLAIN_MOBILE": v.mobile_plain,
        "LANDLINE": v.landline, "WIDE_MOBILE": lambda r: v.wide(v.mobile_plain(r)),
        "PHONE_EN": v.phone_en, "PHONE_HK": v.phone_hk, "ID_CARD": v.id_card, "WIDE_ID": v.id_wide,
        "PASSPORT": v.passport, "PASSPORT_EN": v.passport_en, "PERMIT_HK": v.permit_hk,
        "PERMIT_TW": v.permit_tw, "PERMIT_GREEN": v.permit_green, "BANK_CARD": v.bank_card,
        "WORLD_CARD": v.bank_card_world, "CREDIT_CODE": v.credit_code, "LICENSE_PLATE": v.plate,
        "PLATE_EN": v.plate_en, "EMAIL_ADDRESS": v.email, "IP_ADDRESS": v.ip, "IPV4": v.ipv4,
        "IPV6": v.ipv6, "MAC_ADDRESS": v.mac, "URL": v.url, "WECHAT_ID": v.wechat,
        "QQ_NUMBER": v.qq, "BIRTH_DATE": v.birth_zh, "BIRTH_CHILD": v.birth_child,
        "BIRTH_EN": v.birth_en, "MEDICAL_RECORD_NUMBER": v.medical, "MRN": v.medical_en,
        "POLICY": v.policy, "MEDICARE": v.medicare, "PASSWORD": v.password, "API_KEY": v.api_key,
        "TOKEN": v.token, "JWT": v.jwt, "PEM": v.pem,
    }  # fmt: skip
    return {place: (lambda make=make: make(rng)) for place, make in made.items()}


def order(rng: random.Random) -> str:
    """The number of an order."""
    year = rng.choice(("2022", "2023", "2024", "2025"))
    date = f"{year}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    return rng.choice(
        (date + v.digits(rng, 12), date + v.digits(rng, 14), "JD" + v.digits(rng, 12),
         "E" + date + v.digits(rng, 14), "DD-" + date + "-" + v.digits(rng, 4),
         "31" + v.digits(rng, 18))
    )  # fmt: skip


def tracking(rng: random.Random) -> str:
    """The number of a parcel."""
    return rng.choice(
        ("SF" + v.digits(rng, 13), "YT" + v.digits(rng, 13), "7731" + v.digits(rng, 10),
         "JDVB" + v.digits(rng, 11), "ZTO" + v.digits(rng, 12), "EMS" + v.digits(rng, 9) + "CN")
    )  # fmt: skip


def amount(rng: random.Random) -> str:
    """An amount of money without its unit."""
    return rng.choice(
        (f"{rng.randrange(10, 99_999)}.{rng.randrange(100):02d}", str(rng.randrange(50, 9000)),
         f"{rng.randrange(1, 999)},{rng.randrange(1000):03d}.00", f"{rng.randrange(1, 99)}00")
    )  # fmt: skip


def day(rng: random.Random) -> str:
    """A date that is nobody's birthday."""
    year, month, dom = rng.randrange(2019, 2026), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice(
        (
            f"{year}年{month}月{dom}日",
            f"{year}-{month:02d}-{dom:02d}",
            f"{month}月{dom}日",
            f"{year}.{month:02d}.{dom:02d}",
            f"{month}月{dom}号",
            f"{year}/{month}/{dom}",
        )
    )


def day_en(rng: random.Random) -> str:
    """The same in English."""
    year, dom = rng.randrange(2019, 2026), rng.randrange(1, 29)
    month = rng.choice(("January", "March", "April", "May", "June", "August", "October"))
    return rng.choice(
        (
            f"{month} {dom}, {year}",
            f"{dom} {month} {year}",
            f"{year}-0{dom % 9 + 1}-{dom:02d}",
            f"{month} {dom}",
            f"{dom % 12 + 1}/{dom}/{year}",
        )
    )


def trace(rng: random.Random) -> str:
    """A hash or a UUID of a log line."""
    text = v.chars(rng, 32, "0123456789abcdef")
    dashed = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return rng.choice((text[:7], text[:12], dashed))


_PLAIN: dict[str, Callable[[random.Random], str]] = {
    "ORDER": order, "TRACK": tracking, "AMOUNT": amount, "DATE": day, "DATE_EN": day_en,
    "TRACE": trace, "HOTLINE": v.hotline, "HOTLINE_EN": v.hotline_en, "WRONG_ID": v.wrong_id,
    "WRONG_CARD": v.wrong_card,
    "TIME": lambda r: f"{r.randrange(7, 23)}:{r.randrange(60):02d}",
    "STAMP": lambda r: f"{r.randrange(2023, 2026)}-{r.randrange(1, 13):02d}"
    f"-{r.randrange(1, 29):02d} {r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}",
    "WEEKDAY": lambda r: "周" + r.choice("一二三四五六日"),
    "YEAR": lambda r: str(r.randrange(1998, 2026)),
    "VERSION": lambda r: f"v{r.randrange(1, 9)}.{r.randrange(30)}.{r.randrange(900)}",
    "BUILD": lambda r: f"10.0.{r.randrange(10_000, 30_000)}.{r.randrange(300, 5000)}",
    "N": lambda r: str(r.randrange(2, 60)),
    "AGE": lambda r: str(r.randrange(19, 82)),
    "YOUNG": lambda r: str(r.randrange(22, 46)),
    "D": lambda r: str(r.randrange(3, 10)),
    "DOM": lambda r: str(r.randrange(1, 29)),
    "PULSE": lambda r: str(r.randrange(58, 110)),
    "NUM": lambda r: str(r.randrange(100, 99_999)),
    "TAIL": lambda r: v.digits(r, 4),
    "SIX": lambda r: v.digits(r, 6),
    "PICKUP": lambda r: f"{r.randrange(1, 20)}-{r.randrange(1, 9)}-{r.randrange(1000, 9999)}",
    "SKU": lambda r: f"{v.chars(r, 2, v.LETTERS)}-{v.digits(r, 5)}",
    "SERIAL": lambda r: f"SN{v.digits(r, 6)}{v.chars(r, 4, v.LETTERS)}",
    "FLIGHT": lambda r: r.choice(("CA", "MU", "CZ", "HU", "3U")) + str(r.randrange(1000, 9999)),
    "TRAIN": lambda r: r.choice("GDKZ") + str(r.randrange(10, 9000)),
    "ISBN": lambda r: f"978-7-{v.digits(r, 3)}-{v.digits(r, 5)}-{r.randrange(10)}",
    "STOCK": lambda r: r.choice(("600", "000", "300", "688", "002")) + v.digits(r, 3),
    "COORD": lambda r: f"{r.randrange(20, 45)}.{v.digits(r, 4)},"
    f"{r.randrange(100, 123)}.{v.digits(r, 4)}",
    "BP": lambda r: f"{r.randrange(100, 170)}/{r.randrange(60, 100)}mmHg",
    "CITY": lambda r: r.choice(lex.SHORT_CITIES),
    "PRODUCT": lambda r: r.choice(lex.PRODUCTS),
    "PRODUCT_EN": lambda r: r.choice(lex.PRODUCTS_EN),
    "SMALL": lambda r: f"{r.randrange(5, 3000)}{r.choice(('', '', '.00', '.50', '.90'))}",
    "PERCENT": lambda r: f"{r.randrange(1, 60)}.{r.randrange(10)}%",
    "PORT": lambda r: r.choice(("22", "443", "3306", "5432", "6379", "8000", "8080", "9200")),
    "BATCH": lambda r: f"2024{r.randrange(1, 13):02d}{v.digits(r, 2)}",
}  # fmt: skip


def plain(rng: random.Random) -> dict[str, Maker]:
    """What is written without a label: hard negatives."""
    return {place: (lambda make=make: make(rng)) for place, make in _PLAIN.items()}
