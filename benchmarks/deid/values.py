"""Makers of identifiers with right checksums; all are random, none is taken from anybody."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterable
from datetime import date, timedelta

AREAS = (
    "110101", "110105", "110108", "120101", "120103", "130102", "130203", "140105", "150102",
    "210102", "210203", "220102", "230103", "310101", "310104", "310115", "320102", "320106",
    "320505", "320583", "330102", "330106", "330203", "330304", "330781", "340103", "340202",
    "350102", "350203", "350582", "360102", "360702", "370102", "370202", "370602", "410105",
    "410304", "411302", "420106", "420111", "420502", "430102", "430304", "440103", "440106",
    "440305", "440604", "441900", "450103", "450305", "460105", "500103", "500112", "510104",
    "510107", "510703", "520102", "520302", "530102", "532901", "540102", "610103", "610113",
    "620102", "630102", "640104", "650102", "653101",
)  # fmt: skip
CARD_HEADS = (
    ("622202", 19), ("621226", 19), ("621700", 19), ("622700", 19), ("622848", 19),
    ("621661", 19), ("621790", 19), ("621799", 19), ("621483", 16), ("622588", 16),
    ("622262", 19), ("621792", 16), ("622908", 18), ("622622", 16), ("625912", 16),
)  # fmt: skip
WORLD_HEADS = (("4", 16), ("51", 16), ("52", 16), ("53", 16), ("54", 16), ("55", 16), ("37", 15))
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
MOBILE_HEADS = (
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "145", "147", "150",
    "151", "152", "153", "155", "156", "157", "158", "159", "166", "173", "175", "176", "177",
    "178", "180", "181", "182", "183", "185", "186", "187", "188", "189", "191", "195", "198",
    "199",
)  # fmt: skip
AREA_CODES = (
    ("010", 8), ("020", 8), ("021", 8), ("022", 8), ("023", 8), ("025", 8), ("027", 8), ("028", 8),
    ("029", 8), ("0311", 8), ("0351", 7), ("0371", 8), ("0411", 8), ("0431", 8), ("0451", 8),
    ("0512", 8), ("0531", 8), ("0532", 8), ("0551", 8), ("0571", 8), ("0574", 8), ("0591", 8),
    ("0592", 7), ("0731", 8), ("0755", 8), ("0757", 8), ("0771", 7), ("0791", 8), ("0851", 8),
    ("0871", 8), ("0931", 7), ("0991", 7),
)  # fmt: skip
MAIL_HOSTS = (
    "163.com", "126.com", "qq.com", "sina.com", "foxmail.com", "gmail.com", "outlook.com",
    "hotmail.com", "yahoo.com", "icloud.com", "example.com", "mail.example.cn", "vip.163.com",
    "139.com", "yunqi-tech.example.com", "stu.example.edu.cn", "corp.example.org",
)  # fmt: skip
SYLLABLES = (
    "wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xiao", "lin",
    "mei", "hao", "jie", "ming", "yu", "fei", "tao", "lei", "xin", "qing", "bo", "dan", "ning",
    "moon", "sky", "cat", "sun", "lucky", "happy", "star", "blue", "nan", "rui", "jia", "han",
)  # fmt: skip
WORDS = (
    "river", "cedar", "pixel", "lotus", "amber", "delta", "nova", "maple", "quartz", "tiger",
    "cloud", "orbit", "ember", "ocean", "flint", "raven", "mango", "pearl", "comet", "birch",
)  # fmt: skip


def digits(rng: random.Random, size: int) -> str:
    """So many random digits."""
    return "".join(rng.choice(string.digits) for _ in range(size))


def chars(rng: random.Random, size: int, alphabet: str) -> str:
    """So many random characters of an alphabet."""
    return "".join(rng.choice(alphabet) for _ in range(size))


def grouped(text: str, size: int = 4, joint: str = " ") -> str:
    """Cut into groups that a joint holds together."""
    return joint.join(text[at : at + size] for at in range(0, len(text), size))


def wide(text: str) -> str:
    """Digits and Latin letters in their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def luhn_check(body: str) -> str:
    """The Luhn digit that completes a number."""
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def gb11643_check(body: str) -> str:
    """The last character of an 18-digit identity number (GB 11643)."""
    total = sum(int(c) * (2 ** (17 - place) % 11) for place, c in enumerate(body))
    return "10X98765432"[total % 11]


def gb32100_check(body: str) -> str:
    """The last character of a unified social credit code (GB 32100)."""
    total = sum(CREDIT.index(c) * (3**place % 31) for place, c in enumerate(body))
    return CREDIT[-total % 31]


def birth(rng: random.Random) -> date:
    """The birthday of somebody who is of age."""
    return date(1946, 1, 1) + timedelta(days=rng.randrange(21_500))


def birth_child(rng: random.Random) -> str:
    """A child's birthday, as written in Chinese texts."""
    day = date(2009, 1, 1) + timedelta(days=rng.randrange(5000))
    return rng.choice((f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}", f"{day:%Y.%m}"))


def id_card(rng: random.Random) -> str:
    """An identity number: mostly 18 digits, at times with lower-case x or of the old kind."""
    born, area = birth(rng), rng.choice(AREAS)
    if rng.random() < 0.06 and born.year < 1990:
        return f"{area}{born:%y%m%d}{digits(rng, 3)}"
    body = f"{area}{born:%Y%m%d}{digits(rng, 3)}"
    if rng.random() < 0.1:  # x is rare by chance, and worth seeing
        body = next(b for b in _bodies(rng, body) if gb11643_check(b) == "X")
    number = body + gb11643_check(body)
    style = rng.random()
    if style < 0.05:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    return number.lower() if style < 0.3 else number


def _bodies(rng: random.Random, body: str) -> Iterable[str]:
    while True:
        yield body[:14] + digits(rng, 3)


def id_wide(rng: random.Random) -> str:
    """An identity number in full-width digits."""
    body = f"{rng.choice(AREAS)}{birth(rng):%Y%m%d}{digits(rng, 3)}"
    return wide(body + gb11643_check(body))


def wrong_id(rng: random.Random) -> str:
    """18 digits with a check digit that is wrong."""
    body = f"{rng.choice(AREAS)}{birth(rng):%Y%m%d}{digits(rng, 3)}"
    return body + rng.choice("0123456789".replace(gb11643_check(body), ""))


def bank_card(rng: random.Random) -> str:
    """A card number of a Chinese or worldwide issuer, plain or in groups."""
    head, size = rng.choice(CARD_HEADS) if rng.random() < 0.85 else rng.choice(WORLD_HEADS[:-1])
    return _written_card(rng, head, size)


def bank_card_world(rng: random.Random) -> str:
    """A Visa, Mastercard or American Express number."""
    return _written_card(rng, *rng.choice(WORLD_HEADS))


def _written_card(rng: random.Random, head: str, size: int) -> str:
    body = head + digits(rng, size - 1 - len(head))
    number, style = body + luhn_check(body), rng.random()
    if size == 15:
        return number if style < 0.5 else f"{number[:4]} {number[4:10]} {number[10:]}"
    if style < 0.3:
        return grouped(number)
    return grouped(number, joint="-") if style < 0.36 and size == 16 else number


def wrong_card(rng: random.Random) -> str:
    """16 digits that fail Luhn."""
    body = rng.choice("123456789") + digits(rng, 14)
    return body + rng.choice("0123456789".replace(luhn_check(body), ""))


def credit_code(rng: random.Random) -> str:
    """A unified social credit code."""
    head = rng.choice(("91", "91", "91", "92", "93", "52", "51", "12", "11"))
    middle = chars(rng, 9, CREDIT) if rng.random() < 0.4 else "MA" + chars(rng, 7, CREDIT)
    body = head + rng.choice(AREAS) + middle
    return body + gb32100_check(body)


def mobile(rng: random.Random) -> str:
    """A mobile number in one of the ways people write it."""
    number = rng.choice(MOBILE_HEADS) + digits(rng, 8)
    parts = (number[:3], number[3:7], number[7:])
    ways = (
        (number, 60), (" ".join(parts), 8), ("-".join(parts), 8), (f"+86 {number}", 5),
        (f"+86{number}", 4), (f"+86-{number}", 3), (f"86-{number}", 1), (wide(number), 4),
        ("+86 " + " ".join(parts), 3), (f"(+86){number}", 1), (f"0086{number}", 1),
    )  # fmt: skip
    return rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]


def mobile_plain(rng: random.Random) -> str:
    """A mobile number of 11 digits."""
    return rng.choice(MOBILE_HEADS) + digits(rng, 8)


def landline(rng: random.Random) -> str:
    """A landline with its area code, at times with an extension."""
    area, size = rng.choice(AREA_CODES)
    number = rng.choice("2345678") + digits(rng, size - 1)
    way = rng.choice(
        (f"{area}-{number}", f"{area}-{number}", f"{area}{number}", f"({area}){number}",
         f"（{area}）{number}", f"{area} {number}", f"+86-{area[1:]}-{number}",
         f"{area}-{number[:-4]} {number[-4:]}")
    )  # fmt: skip
    if rng.random() > 0.2:
        return way
    joint = rng.choice(("-", "转", " 转 ", "转分机", " ext. "))
    return way + joint + digits(rng, rng.choice((3, 4)))


def phone_zh(rng: random.Random) -> str:
    """A phone number as written in Chinese texts."""
    return mobile(rng) if rng.random() < 0.82 else landline(rng)


def phone_en(rng: random.Random) -> str:
    """A phone number as written in English texts."""
    a = rng.choice(("212", "415", "503", "617", "206", "312", "702", "917", "646", "404"))
    b, c = rng.choice("23456789") + digits(rng, 2), digits(rng, 4)
    return rng.choice(
        (f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"+1 {a} {b} {c}", f"+1-{a}-{b}-{c}",
         f"+1 ({a}) {b}-{c}", f"{a} {b} {c}", f"{a}-{b}-{c} ext. {digits(rng, 3)}",
         f"({a}) {b}-{c} x{digits(rng, 3)}", f"+44 20 7{digits(rng, 3)} {c}",
         f"+44 7{digits(rng, 3)} {digits(rng, 6)}", f"07{digits(rng, 3)} {digits(rng, 6)}",
         f"020 7{digits(rng, 3)} {c}", f"+49 30 {digits(rng, 4)} {c}",
         f"+91 98{digits(rng, 3)} {digits(rng, 5)}", f"+86 {mobile_plain(rng)}")
    )  # fmt: skip


def phone_hk(rng: random.Random) -> str:
    """A phone number of Hong Kong or Taiwan."""
    four, other = digits(rng, 4), digits(rng, 3)
    return rng.choice(
        (f"+852 {rng.choice('569')}{other} {four}", f"+852-{rng.choice('23')}{other}{four}",
         f"09{digits(rng, 2)}-{other}-{digits(rng, 3)}", f"+886 9{digits(rng, 2)} {other} {other}",
         f"02-2{other}-{four}")
    )  # fmt: skip


def hotline(rng: random.Random) -> str:
    """A hotline or a short code: belongs to nobody."""
    four = digits(rng, 4)
    return rng.choice(
        (f"400-{digits(rng, 3)}-{four}", f"400{digits(rng, 7)}", f"800-{digits(rng, 3)}-{four}",
         "95588", "95533", "95555", "10086", "10010", "10000", "12345", "12306", "95338", "110",
         "120", "12315", "95518")
    )  # fmt: skip


def hotline_en(rng: random.Random) -> str:
    """A toll-free number."""
    return f"1-{rng.choice(('800', '888', '877'))}-{digits(rng, 3)}-{digits(rng, 4)}"


def plate(rng: random.Random) -> str:
    """A Chinese licence plate, ordinary or new-energy."""
    head = rng.choice(PROVINCES) + rng.choice("AAABBCDEFGHJKL")
    dot = rng.choice(("", "", "·", " ", "•"))
    if rng.random() < 0.35:
        first = rng.choice("DF") + rng.choice(LETTERS + string.digits)
        return head + dot + first + digits(rng, 4)
    return head + dot + _plate_tail(rng)


def _plate_tail(rng: random.Random) -> str:
    return rng.choice(
        (digits(rng, 5), rng.choice(LETTERS) + digits(rng, 4),
         digits(rng, 2) + rng.choice(LETTERS) + digits(rng, 2),
         digits(rng, 3) + chars(rng, 2, LETTERS), digits(rng, 4) + rng.choice(LETTERS))
    )  # fmt: skip


def plate_en(rng: random.Random) -> str:
    """A Californian, British or Texan plate."""
    three = chars(rng, 3, LETTERS)
    return rng.choice(
        (f"{rng.randrange(4, 9)}{three}{digits(rng, 3)}", f"{three}-{digits(rng, 4)}",
         f"{chars(rng, 2, LETTERS)}{rng.choice(('19', '68', '71', '23'))} {three}")
    )  # fmt: skip


def passport(rng: random.Random) -> str:
    """A Chinese passport number."""
    eight = digits(rng, 8)
    return rng.choice(
        ("E" + eight, "E" + rng.choice("ABCDEFGHJKLM") + eight[:7], "G" + eight, "E" + eight)
    )


def passport_en(rng: random.Random) -> str:
    """A foreign passport number: American, British, Indian, German, Canadian."""
    return rng.choice(
        (digits(rng, 9), rng.choice("ABCD") + digits(rng, 8), rng.choice("KLMNPRSTZ")
         + digits(rng, 7), "C" + chars(rng, 8, "0123456789FGHJKLMNPRTVWXYZ"),
         chars(rng, 2, "ABGH") + digits(rng, 6))
    )  # fmt: skip


def permit_hk(rng: random.Random) -> str:
    """A permit of a Hong Kong or Macao resident to the mainland."""
    return rng.choice("HHM") + digits(rng, 8 if rng.random() < 0.8 else 10)


def permit_tw(rng: random.Random) -> str:
    """A permit of a Taiwan resident to the mainland."""
    return rng.choice("0123456789") + digits(rng, 7)


def permit_green(rng: random.Random) -> str:
    """A foreigner's permanent residence number, of the 2017 or the 2023 kind."""
    if rng.random() < 0.5:
        head = rng.choice(("USA", "GBR", "DEU", "JPN", "KOR", "FRA", "CAN", "AUS", "RUS"))
        body = rng.choice(AREAS)[:4] + f"{birth(rng):%y%m%d}" + digits(rng, 1)
        return head + body + digits(rng, 1)
    nation = rng.choice(("840", "826", "276", "392", "410", "250", "124"))
    body = f"9{rng.choice(AREAS)[:2]}{nation}{birth(rng):%Y%m%d}{digits(rng, 3)}"
    return body + gb11643_check(body)


def email(rng: random.Random) -> str:
    """An e-mail address."""
    first, second = rng.choice(SYLLABLES), rng.choice(SYLLABLES)
    name = rng.choice(
        (f"{first}{second}", f"{first}.{second}", f"{first}_{second}{digits(rng, 2)}",
         f"{first}{second}{digits(rng, rng.choice((2, 3, 4)))}", f"{first[0]}{second}",
         f"{first}-{rng.choice(WORDS)}", f"{rng.choice(WORDS)}+{second}", digits(rng, 9))
    )  # fmt: skip
    text = f"{name}@{rng.choice(MAIL_HOSTS)}"
    return text.upper() if rng.random() < 0.02 else text


def url(rng: random.Random) -> str:
    """A whole link."""
    host = f"{rng.choice(WORDS)}{rng.choice(('', '-', ''))}{rng.choice(WORDS)}"
    host += rng.choice((".com", ".cn", ".com.cn", ".net", ".io", ".org", ".example.com"))
    word, other = rng.choice(WORDS), rng.choice(SYLLABLES)
    path = rng.choice(
        ("", "/", f"/{word}", f"/u/{digits(rng, 6)}", f"/{word}/{other}.html",
         f"/{word}?id={digits(rng, 5)}&from={other}", f"/s/{chars(rng, 8, string.ascii_letters)}",
         f":8080/{word}/{other}", f"/{word}#{other}")
    )  # fmt: skip
    return rng.choice(("https://", "http://", "www.", "https://www.")) + host + path


def ipv4(rng: random.Random) -> str:
    """An IPv4 address, private or public."""
    head = rng.choice(
        (f"10.{rng.randrange(256)}", "192.168", f"172.{rng.randrange(16, 32)}",
         f"{rng.randrange(1, 224)}.{rng.randrange(256)}",
         f"{rng.randrange(20, 224)}.{rng.randrange(256)}")
    )  # fmt: skip
    return f"{head}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def ipv6(rng: random.Random) -> str:
    """An IPv6 address, whole or shortened."""
    parts = [f"{rng.randrange(0x1000, 0x10000):x}" for _ in range(6)]
    return rng.choice(
        (f"2001:db8:{':'.join(parts)}", f"2001:db8::{parts[0]}", f"fe80::{':'.join(parts[:4])}",
         f"240e:{parts[0]}:{parts[1]}::{rng.randrange(1, 99):x}", f"2409:8a00:{':'.join(parts)}")
    )  # fmt: skip


def ip(rng: random.Random) -> str:
    """An IP address."""
    return ipv4(rng) if rng.random() < 0.72 else ipv6(rng)


def mac(rng: random.Random) -> str:
    """A hardware address."""
    parts = [f"{rng.randrange(256):02x}" for _ in range(6)]
    text = rng.choice((":", ":", "-")).join(parts)
    if rng.random() < 0.08:
        return grouped("".join(parts), joint=".")
    return text.upper() if rng.random() < 0.5 else text


def wechat(rng: random.Random) -> str:
    """A WeChat id."""
    first, second = rng.choice(SYLLABLES), rng.choice(SYLLABLES)
    return rng.choice(
        (f"{first}{second}{digits(rng, 3)}", f"{first}_{second}{digits(rng, 2)}",
         f"wxid_{chars(rng, 14, string.ascii_lowercase + string.digits)}",
         f"{second}-{rng.choice(WORDS)}{digits(rng, 2)}", f"{rng.choice(WORDS)}{digits(rng, 4)}",
         f"{first.title()}{rng.choice(WORDS).title()}{digits(rng, 2)}")
    )  # fmt: skip


def qq(rng: random.Random) -> str:
    """A QQ number."""
    size = rng.choices((5, 6, 7, 8, 9, 10, 11), (1, 1, 1, 3, 5, 8, 1))[0]
    return rng.choice("123456789") + digits(rng, size - 1)


def medical(rng: random.Random) -> str:
    """The number of a medical record, an admission or a visit."""
    year = rng.choice(("2021", "2022", "2023", "2024"))
    return rng.choice(
        (digits(rng, 7), "00" + digits(rng, 6), "ZY" + year + digits(rng, 5),
         "MZ" + digits(rng, 8), year + digits(rng, 6), "M-" + digits(rng, 7),
         "BL" + digits(rng, 6), f"{year[2:]}-{digits(rng, 5)}", "P" + digits(rng, 9))
    )  # fmt: skip


def medical_en(rng: random.Random) -> str:
    """A medical record number in English texts."""
    return rng.choice(
        (digits(rng, 7), "00" + digits(rng, 6), "MRN" + digits(rng, 6), "H" + digits(rng, 7),
         f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 3)}", "PT-" + digits(rng, 6))
    )  # fmt: skip


def policy(rng: random.Random) -> str:
    """The number of an insurance policy."""
    return rng.choice(
        ("PDAA" + digits(rng, 18), "P" + digits(rng, 14), "GP" + digits(rng, 10),
         chars(rng, 2, LETTERS) + digits(rng, 11), digits(rng, 15),
         f"{rng.choice(LETTERS)}{digits(rng, 3)}-{digits(rng, 7)}")
    )  # fmt: skip


def medicare(rng: random.Random) -> str:
    """The number of a health or social insurance card."""
    return rng.choice(
        (digits(rng, 10), rng.choice(LETTERS) + digits(rng, 8), "YB" + digits(rng, 10),
         digits(rng, 12), rng.choice(LETTERS) + digits(rng, 9))
    )  # fmt: skip


def password(rng: random.Random) -> str:
    """A password as people make them."""
    word, other = rng.choice(WORDS), rng.choice(SYLLABLES)
    return rng.choice(
        (f"{word.title()}@{digits(rng, 4)}", f"{word}{digits(rng, 4)}", f"{other}{digits(rng, 6)}",
         f"{word.title()}#{other}{digits(rng, 2)}!", f"{other.upper()}_{digits(rng, 5)}",
         chars(rng, 12, string.ascii_letters + string.digits + "!@#$%^&*"), digits(rng, 8),
         f"P@ss{digits(rng, 4)}{word}", f"{digits(rng, 4)}{word.upper()}*")
    )  # fmt: skip


def api_key(rng: random.Random) -> str:
    """A key or token in the form that a provider gives it."""
    every = string.ascii_letters + string.digits
    return rng.choice(
        ("sk-" + chars(rng, 48, every), "sk-proj-" + chars(rng, 40, every + "_"),
         "ghp_" + chars(rng, 36, every), "AKIA" + chars(rng, 16, string.ascii_uppercase + "234567"),
         "glpat-" + chars(rng, 20, every), "hf_" + chars(rng, 34, every),
         "xoxb-" + digits(rng, 12) + "-" + chars(rng, 24, every), "LTAI" + chars(rng, 20, every),
         "AIza" + chars(rng, 35, every), chars(rng, 40, "0123456789abcdef"))
    )  # fmt: skip


def jwt(rng: random.Random) -> str:
    """A JSON web token."""
    head = '{"alg":"HS256","typ":"JWT"}'
    body = f'{{"sub":"{digits(rng, 8)}","iat":17{digits(rng, 8)}}}'
    parts = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (head, body)]
    return ".".join([*parts, chars(rng, 43, string.ascii_letters + string.digits + "-_")])


def pem(rng: random.Random) -> str:
    """A short private key block of random letters."""
    lines = [chars(rng, 64, string.ascii_letters + string.digits + "+/") for _ in range(2)]
    kind = rng.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"))
    return "\n".join((f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"))


def token(rng: random.Random) -> str:
    """A token that follows a cue."""
    every = string.ascii_letters + string.digits
    return rng.choice((api_key(rng), jwt(rng), chars(rng, 32, every), chars(rng, 24, every + "-_")))


_CN = "〇一二三四五六七八九"


def birth_zh(rng: random.Random) -> str:
    """A birthday as written in Chinese texts."""
    day = birth(rng)
    year, month, dom = day.year, day.month, day.day
    spoken = "".join(_CN[int(c)] for c in str(year))
    ways = (
        (f"{year}年{month}月{dom}日", 30), (f"{day:%Y-%m-%d}", 20), (f"{day:%Y/%m/%d}", 10),
        (f"{day:%Y.%m.%d}", 8), (f"{year}年{month:02d}月{dom:02d}日", 8), (f"{year}年{month}月", 8),
        (f"{day:%Y%m%d}", 5), (f"{spoken}年{_cn_number(month)}月{_cn_number(dom)}日", 4),
        (f"{str(year)[2:]}年{month}月{dom}号", 5), (wide(str(year)) + f"年{month}月", 2),
    )  # fmt: skip
    return rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]


def _cn_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else _CN[tens]) + "十"
    return head + (_CN[ones] if ones else "")


def birth_en(rng: random.Random) -> str:
    """A birthday as written in English texts."""
    day = birth(rng)
    return rng.choice(
        (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}", f"{day:%Y-%m-%d}",
         f"{day:%m/%d/%Y}", f"{day:%d/%m/%Y}", f"{day:%b} {day.day}, {day.year}",
         f"{day.day} {day:%b} {day.year}", f"{day.month}/{day.day}/{day:%y}")
    )  # fmt: skip
