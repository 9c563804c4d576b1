"""Makers of the world's numbers, each by its standard's own rule and not by the recognisers' code."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import date, timedelta

from benchmarks.deid.values import chars, digits, grouped, luhn_check

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEX = "0123456789abcdef"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
Maker = Callable[[random.Random], str]

# How people of each country write their numbers down; # is any digit, 2 is 2 to 9.
PHONES = (
    "0{1-5}.##.##.##.##", "0{1-5} ## ## ## ##", "+33 {6-7} ## ## ## ##", "01## ### ####",
    "(0{1-1}###) ######", "07### ######", "+44 (0)20 7### ####", "+44 7### ######", "(07{7-9}##) ######",
    "(2{1-2}#) 2##-####", "2{1-2}#-2##-####", "2{1-2}#.2##.####", "+1 2{1-2}# 2## ####", "1-2{1-2}#-2##-####",
    "030 ########", "0{1-1}7{1-9} #######", "+49 {1-1}51 ########", "089/2######", "9{1-5}# ### ###",
    "+34 6## ### ###", "06-########", "06 ########", "+31 6 ########", "3{2-8}# ### ####",
    "+39 3{2-4}# #######", "079 {2-7}## ## ##", "+41 79 {2-7}## ## ##", "0{6-6}64 #######", "07#-{2-9}## ## ##",
    "+46 7{0-0}-{2-9}## ## ##", "{4-4}# ## ## ##", "{5-6}# ### ###", "+48 {5-5}## ### ###", "(1{1-1}) 9####-####",
    "+55 11 9####-####", "0{4-4}## ### ###", "(0{2-3}) {9-9}### ####", "+61 4## ### ###", "0{2-2}1 ### ####",
    "090-####-####", "03-3###-####", "+81 90 #### ####", "010-{2-9}###-####", "02-{2-9}##-####",
    "{8-9}### ####", "+65 {8-9}### ####", "98### #####", "+91 98### #####", "+852 {5-6}### ####",
    "0{5-5}3# ### ## ##", "+7 9## ###-##-##", "8 (9##) ###-##-##", "+971 50 ### ####",
)  # fmt: skip


def phone(rng: random.Random) -> str:
    return pattern(rng, rng.choice(PHONES))


def pattern(rng: random.Random, shape: str) -> str:
    """# any digit; {a-b} one from a to b; all else as it stands."""
    out, at = [], 0
    while at < len(shape):
        if shape[at] == "{":
            low, high = shape[at + 1 : shape.index("}", at)].split("-")
            out.append(str(rng.randint(int(low), int(high))))
            at = shape.index("}", at)
        else:
            out.append(rng.choice("0123456789") if shape[at] == "#" else shape[at])
        at += 1
    return "".join(out)


def phone_short(rng: random.Random) -> str:
    """A local number without its area: seven digits, as spoken of behind a cue."""
    return pattern(rng, rng.choice(("{2-9}##-####", "{2-9}## ####", "{2-9}######")))


def phone_extension(rng: random.Random) -> str:
    return phone(rng) + pattern(rng, rng.choice((" ext. ###", " x##", " ext ####")))


IBAN_SHAPES = {
    "DE": "#" * 18, "GB": "AAAA" + "#" * 14, "FR": "#" * 10 + "X" * 11 + "##", "ES": "#" * 20,
    "NL": "AAAA" + "#" * 10, "CH": "#####" + "X" * 12, "IT": "A" + "#" * 10 + "X" * 12, "PL": "#" * 24,
    "BE": "#" * 12, "SE": "#" * 20, "NO": "#" * 11, "SA": "##" + "X" * 18, "BR": "#" * 23 + "AX",
    "GE": "AA" + "#" * 16, "VG": "AAAA" + "#" * 16,
}  # fmt: skip


def iban(rng: random.Random) -> str:
    """ISO 13616: 98 less the remainder of the whole, letters being 10 to 35."""
    country = rng.choice(list(IBAN_SHAPES))
    kinds = {"#": "0123456789", "A": UPPER, "X": UPPER + "0123456789"}
    body = "".join(rng.choice(kinds[one]) for one in IBAN_SHAPES[country])
    number = "".join(str(int(one, 36)) for one in f"{body}{country}00")
    whole = f"{country}{98 - int(number) % 97:02d}{body}"
    written = rng.choice((str, lambda v: grouped(v), lambda v: grouped(v, 4, "-"), str.lower))
    return written(whole)


def card(rng: random.Random) -> str:
    """ISO/IEC 7812, the makers' heads: Visa, Mastercard, Amex, Diners, Discover, JCB, Maestro."""
    head, size = rng.choice((
        ("4", 16), ("4", 13), ("51", 16), ("2221", 16), ("37", 15), ("36", 14), ("6011", 16),
        ("3530", 16), ("5018", 12), ("6304", 19), ("6759", 16), ("2131", 15),
    ))  # fmt: skip
    body = head + digits(rng, size - len(head) - 1)
    whole = body + luhn_check(body)
    if size == 16 and rng.random() < 0.5:
        return grouped(whole, 4, rng.choice(" -"))
    return f"{whole[:4]} {whole[4:10]} {whole[10:]}" if size == 15 and rng.random() < 0.4 else whole


def born(rng: random.Random) -> date:
    return date(1950, 1, 1) + timedelta(days=rng.randrange(18_000))


def nino(rng: random.Random) -> str:
    first = rng.choice("ABCEGHJKLMOPRSTWXYZ")
    second = rng.choice([one for one in "ABCEGHJKLMNPRSTWXYZ" if first + one not in ("GB", "NK", "TN", "ZZ", "KN", "NT", "BG")])  # fmt: skip
    body = digits(rng, 6)
    end = rng.choice("ABCD")
    return rng.choice((f"{first}{second}{body}{end}", f"{first}{second} {grouped(body, 2)} {end}"))


def mod11(body: str, weights: range) -> int:
    return sum(int(one) * weight for one, weight in zip(body, weights, strict=True)) % 11


def nhs(rng: random.Random) -> str:
    while True:
        body = str(rng.randint(4, 7)) + digits(rng, 8)
        check = (11 - mod11(body, range(10, 1, -1))) % 11
        if check < 10:
            whole = body + str(check)
            return rng.choice((whole, f"{whole[:3]} {whole[3:6]} {whole[6:]}"))


def nric(rng: random.Random) -> str:
    """Singapore: weights 2 7 6 5 4 3 2, 4 more for T and G, 3 for M; three tables."""
    head, body = rng.choice("STFGM"), digits(rng, 7)
    total = sum(int(a) * b for a, b in zip(body, (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(head, 0)
    table = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(head, "XWUTRQPNMLK")
    place = 10 - total % 11 if head == "M" else total % 11
    return head + body + table[place]


def rrn(rng: random.Random) -> str:
    body = f"{born(rng):%y%m%d}{rng.choice('12')}{digits(rng, 5)}"
    total = sum(int(a) * b for a, b in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    whole = body + str((11 - total % 11) % 10)
    return f"{whole[:6]}-{whole[6:]}"


def my_number(rng: random.Random) -> str:
    body = digits(rng, 11)
    weights = [n + 1 if n <= 6 else n - 5 for n in range(1, 12)]
    rest = sum(int(a) * b for a, b in zip(reversed(body), weights, strict=True)) % 11
    whole = body + str(0 if rest <= 1 else 11 - rest)
    return rng.choice((whole, grouped(whole), grouped(whole, 4, "-")))


def aadhaar(rng: random.Random) -> str:
    body = rng.choice("23456789") + digits(rng, 10)
    whole = body + next(one for one in "0123456789" if verhoeff(body + one) == 0)
    return rng.choice((whole, grouped(whole), grouped(whole, 4, "-")))


def verhoeff(number: str) -> int:
    """By the dihedral group of ten itself, without tables."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    turn = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    sign = 0
    for place, one in enumerate(reversed(number)):
        value = int(one)
        for _ in range(place % 8):
            value = turn[value]
        sign = times(sign, value)
    return sign


def pan(rng: random.Random) -> str:
    return f"{chars(rng, 3, UPPER)}P{chars(rng, 1, UPPER)}{digits(rng, 4)}{chars(rng, 1, UPPER)}"


def sin(rng: random.Random) -> str:
    body = rng.choice("1234567") + digits(rng, 7)
    whole = body + luhn_check(body)
    return rng.choice((whole, grouped(whole, 3), grouped(whole, 3, "-")))


def tfn(rng: random.Random) -> str:
    while True:
        whole = rng.choice("123456789") + digits(rng, 8)
        weights = (1, 4, 3, 7, 5, 8, 6, 9, 10)
        if sum(int(a) * b for a, b in zip(whole, weights, strict=True)) % 11 == 0:
            return rng.choice((whole, grouped(whole, 3)))


def steuer_id(rng: random.Random) -> str:
    """One digit twice, one missing, ISO 7064 MOD 11,10."""
    nine = rng.sample("0123456789", 9)
    body = [*nine, rng.choice(nine)]
    rng.shuffle(body)
    if body[0] == "0":
        return steuer_id(rng)
    check = 10
    for one in body:
        check = (check + int(one)) % 10 or 10
        check = check * 2 % 11
    whole = "".join(body) + str((11 - check) % 10)
    return rng.choice((whole, f"{whole[:2]} {grouped(whole[2:], 3)}"))


def nir(rng: random.Random) -> str:
    day = born(rng)
    body = f"{rng.choice('12')}{day:%y%m}{rng.randint(21, 95):02d}{rng.randint(1, 900):03d}{rng.randint(1, 999):03d}"
    key = f"{97 - int(body) % 97:02d}"
    spaced = f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}"
    return rng.choice((body + key, spaced))


def codice_fiscale(rng: random.Random) -> str:
    """The check letter by the decree's own two tables (DM 12 March 1974)."""
    day = born(rng)
    month = "ABCDEHLMPRST"[day.month - 1]
    number = day.day + rng.choice((0, 40))
    consonants = "BCDFGLMNPRSTVZ"
    body = f"{chars(rng, 6, consonants)}{day:%y}{month}{number:02d}{rng.choice('ABCDEFGHL')}{rng.randint(100, 999)}"
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    odd |= dict(zip(UPPER, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True))  # fmt: skip
    total = 0
    for place, one in enumerate(body, 1):
        total += odd[one] if place % 2 else int(one) if one.isdigit() else UPPER.index(one)
    return body + UPPER[total % 26]


def dni(rng: random.Random) -> str:
    """Spain: the remainder by 23 picks the letter; X, Y, Z of a NIE are 0, 1, 2."""
    head = rng.choice(("", "", "X", "Y", "Z"))
    body = digits(rng, 7 if head else 8)
    number = int(("XYZ".index(head) if head else 0) * 10**7 + int(body))
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]
    return rng.choice((f"{head}{body}{letter}", f"{head}{body}-{letter}"))


def cpf(rng: random.Random) -> str:
    body = digits(rng, 9)
    for size in (10, 11):
        rest = sum(int(a) * b for a, b in zip(body, range(size, 1, -1), strict=True)) * 10 % 11
        body += str(rest % 10)
    return rng.choice((body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"))


def taiwan_id(rng: random.Random) -> str:
    """Letter as two digits, weights 1 9 8 … 1 1: the sum divides by ten. Second: sex, or 8 and 9."""
    letters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
    head = rng.choice(letters)
    code = letters.index(head) + 10
    body = rng.choice("1289") + digits(rng, 7)
    total = (
        code // 10
        + code % 10 * 9
        + sum(int(a) * b for a, b in zip(body, range(8, 0, -1), strict=True))
    )
    return head + body + str(-total % 10)


def hong_kong_id(rng: random.Random) -> str:
    head, body = rng.choice("ABCDEGHKMPRSYZ"), digits(rng, 6)
    total = 36 * 9 + (ord(head) - 55) * 8
    total += sum(int(a) * b for a, b in zip(body, range(7, 1, -1), strict=True))
    check = "0123456789A"[-total % 11]
    return rng.choice((f"{head}{body}({check})", f"{head}{body}{check}", f"{head}{body} ({check})"))


def macao_id(rng: random.Random) -> str:
    return f"{rng.choice('157')}{digits(rng, 6)}({digits(rng, 1)})"


def ssn(rng: random.Random) -> str:
    return f"{rng.randint(100, 665)}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"


def itin(rng: random.Random) -> str:
    return f"9{digits(rng, 2)}-{rng.choice(('50', '65', '70', '88', '90', '92', '94', '99'))}-{digits(rng, 4)}"


def vat(rng: random.Random) -> str:
    """Germany MOD 11,10; Italy Luhn; Austria, Netherlands, Belgium by their ministries' rules."""
    country = rng.choice(("DE", "IT", "BE", "DK"))
    if country == "DE":
        body = rng.choice("123456789") + digits(rng, 7)
        check = 10
        for one in body:
            check = (check + int(one)) % 10 or 10
            check = check * 2 % 11
        return f"DE{body}{(11 - check) % 10}"
    if country == "IT":
        body = f"{digits(rng, 7)}{rng.randint(1, 99):03d}"
        return f"IT{body}{luhn_check(body)}"
    if country == "BE":
        body = "0" + rng.choice("23456789") + digits(rng, 6)
        return f"BE {body}{97 - int(body) % 97:02d}".replace(" ", rng.choice(("", " ")))
    while True:
        body = rng.choice("123456789") + digits(rng, 7)
        if sum(int(a) * b for a, b in zip(body, (2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0:
            return f"DK{body}"


def base58check(payload: bytes) -> str:
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, out = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = BASE58[rest] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def bech32(rng: random.Random) -> str:
    """BIP 173, a version 0 address of 20 bytes."""
    values = [0, *(rng.randrange(32) for _ in range(32))]
    expanded = [ord(one) >> 5 for one in "bc"] + [0] + [ord(one) & 31 for one in "bc"]
    check = 1
    for value in [*expanded, *values, *[0] * 6]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    check ^= 1
    return "bc1" + "".join(
        BECH32[one] for one in [*values, *(check >> 5 * (5 - i) & 31 for i in range(6))]
    )


def wallet(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind < 3:
        return base58check(bytes((0x00, 0x05, 0x41)[kind : kind + 1]) + rng.randbytes(20))
    return bech32(rng) if kind == 3 else "0x" + chars(rng, 40, HEX)


def driver_license(rng: random.Random) -> str:
    """As states of the US, the UK and countries of the EU shape theirs."""
    shape = rng.choice((
        "A#######", "A### #### ####", "#########", "A####-#####-#####", "A###-####-####", "########",
        "AAAAA######AA#AA", "A########", "##AA#####", "A###AAA####", "###-###-###", "AA#######A",
    ))  # fmt: skip
    return "".join(
        rng.choice(UPPER) if one == "A" else rng.choice("0123456789") if one == "#" else one
        for one in shape
    )


def coordinates(rng: random.Random) -> str:
    lat, lon = rng.uniform(-60, 60), rng.uniform(-170, 170)
    north, east = "N" if lat > 0 else "S", "E" if lon > 0 else "W"
    a, b = abs(lat), abs(lon)
    minutes = [(int(v), int(v % 1 * 60), v % 1 * 3600 % 60) for v in (a, b)]
    dms = [f"{d}°{m:02d}'{s:04.1f}\"" for d, m, s in minutes]
    return rng.choice((
        f"{lat:.6f}, {lon:.6f}", f"{lat:.4f},{lon:.4f}", f"{a:.4f}° {north}, {b:.4f}° {east}",
        f"{dms[0]}{north} {dms[1]}{east}", f"{dms[0]}{north}, {dms[1]}{east}",
    ))  # fmt: skip


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
            "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
            "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second",
            "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh",
            "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first")  # fmt: skip
TENS = {5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
ONES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def birth_words(rng: random.Random) -> str:
    day = born(rng)
    tens, ones = TENS[day.year % 100 // 10], ONES[day.year % 10]
    year = f"nineteen {tens}" + (
        f"-{ones}" if ones and rng.random() < 0.5 else f" {ones}" if ones else ""
    )
    month = MONTHS[day.month - 1]
    return rng.choice((
        f"the {ORDINALS[day.day - 1]} of {month} {year}", f"{month} {ORDINALS[day.day - 1]}, {year}",
        f"{day.day} {month[:3]} {day:%y}", f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}",
        f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}",
    ))  # fmt: skip


def birth_han(rng: random.Random) -> str:
    day = born(rng)
    han = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
    year = "".join(han[one] for one in str(day.year))
    return rng.choice((
        f"{year}年{han_number(day.month)}月{han_number(day.day)}日", f"{han_number(day.month)}月{han_number(day.day)}号",
        f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}号", f"{day:%y}年{day.month}月{day.day}日",
    ))  # fmt: skip


def han_number(number: int) -> str:
    ones = ("", *"一二三四五六七八九")
    tens, rest = divmod(number, 10)
    return (("" if tens == 1 else ones[tens]) + "十" if tens else "") + ones[rest]


def email(rng: random.Random) -> str:
    local = rng.choice(("josé.núñez", "张三", "øystein_berg", "anna.müller+news", "o'brien", "j.r-smith99", "ольга.и", "d'angelo.m"))  # fmt: skip
    host = rng.choice(("correo.es", "公司.中国", "bücher.example", "mail.example.co.uk", "пример.рф", "uni-köln.de"))  # fmt: skip
    return f"{local}{rng.randint(0, 99) if rng.random() < 0.3 else ''}@{host}"


def email_spoken(rng: random.Random) -> str:
    name = rng.choice(("maria.lopez", "t_brown", "kate88", "lars.holm"))
    host = rng.choice(("gmail", "outlook", "example"))
    form = rng.choice(
        ("{} at {} dot com", "{} [at] {} [dot] com", "{} (at) {} (dot) com", "{}(at){}.com")
    )
    return form.format(name, host)


def secret(rng: random.Random) -> str:
    letters = UPPER + UPPER.lower() + "0123456789"
    make = {
        "sk-ant-api03-": 95, "sk-proj-": 80, "AKIA": 16, "AIza": 35, "ghp_": 36, "glpat-": 20,
        "hf_": 34, "npm_": 36, "LTAI5t": 18, "SK": 32, "sk_live_": 24, "AKID": 32,
    }  # fmt: skip
    head = rng.choice(list(make))
    alphabet = {"AKIA": UPPER + "234567", "SK": HEX}.get(head, letters)
    return head + chars(rng, make[head], alphabet)


def token(rng: random.Random) -> str:
    return chars(rng, rng.choice((26, 32, 40)), "abcdefghijklmnopqrstuvwxyz0123456789")
