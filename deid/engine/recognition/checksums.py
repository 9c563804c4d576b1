"""Check digits of identifiers, each as its standard says."""

from __future__ import annotations

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {character: value for value, character in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_RANGES = ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (81, 84))
_PROVINCES = frozenset([*(str(code) for low, high in _RANGES for code in range(low, high)), "71"])


def id_check_digit(first17: str) -> str:
    """GB 11643-1999, ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def is_id_card(number: str) -> bool:
    """18 characters with province, date and check digit right (GB 11643-1999)."""
    return has_id_shape(number) and id_check_digit(number[:17]) == number[17].upper()


def has_id_shape(number: str) -> bool:
    """Province and date of birth are possible: 18 characters, or 15 of before 1999."""
    if number[:2] not in _PROVINCES:
        return False
    if len(number) == 15:
        return is_date("19" + number[6:12])
    return len(number) == 18 and number[6:8] in ("18", "19", "20") and is_date(number[6:14])


def is_permanent_residence(number: str) -> bool:
    """A foreigner's permanent residence number of 2023: 9, area, country, date, check digit."""
    return (
        len(number) == 18
        and number[0] == "9"
        and is_date(number[6:14])
        and id_check_digit(number[:17]) == number[17].upper()
    )


def is_date(digits: str) -> bool:
    """YYYYMMDD that exists."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    return number.isdigit() and luhn_sum(number) % 10 == 0


def luhn_sum(number: str) -> int:
    total = 0
    for index, character in enumerate(reversed(number)):
        digit = ord(character) - 48
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total


def credit_check(first17: str) -> str:
    """GB 32100-2015: the check character of a unified social credit code. Raises KeyError."""
    total = sum(
        _CREDIT_VALUES[one] * weight for one, weight in zip(first17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """18 characters of which the last fits (GB 32100-2015)."""
    if len(code) != 18 or any(one not in _CREDIT_VALUES for one in code):
        return False
    return code[2:8].isdigit() and credit_check(code[:17]) == code[17]


def is_hong_kong_id(letters: str, digits: str, check: str) -> bool:
    """One or two letters, six digits, a check character (Hong Kong Immigration Department)."""
    values = [36] if len(letters) == 1 else []
    values += [ord(letter) - 55 for letter in letters] + [int(digit) for digit in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A"[-total % 11] == check


def is_iban(number: str) -> bool:
    """ISO 13616: country, check digits, account; MOD 97-10 is 1."""
    if not (15 <= len(number) <= 34 and number[:2].isalpha() and number[2:4].isdigit()):
        return False
    return _mod_97(number[4:] + number[:4]) == 1


def iban_check(country: str, account: str) -> str:
    """The two digits that complete an account's number."""
    return f"{98 - _mod_97(f'{account}{country}00'):02d}"


def _mod_97(number: str) -> int:
    """ISO 7064 MOD 97-10; letters are 10 to 35."""
    return int("".join(str(int(one, 36)) for one in number)) % 97


def is_hong_kong(number: str) -> bool:
    """The same, written without its brackets."""
    return is_hong_kong_id(number[:-7], number[-7:-1], number[-1])


_TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # 10 to 35


def is_taiwan_id(number: str) -> bool:
    """A letter, sex or residence (1, 2; 8, 9; A to D until 2021), seven digits, a check digit."""
    first = _TAIWAN_LETTERS.index(number[0]) + 10
    second = number[1] if number[1].isdigit() else str((_TAIWAN_LETTERS.index(number[1]) + 10) % 10)
    digits = [first // 10, first % 10, int(second), *(int(digit) for digit in number[2:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 10 == 0


_NRIC = {"S": (0, "JZIHGFEDCBA"), "T": (4, "JZIHGFEDCBA"), "F": (0, "XWUTRQPNMLK"),
         "G": (4, "XWUTRQPNMLK"), "M": (3, "KLJNPQRTUWX")}  # fmt: skip


def is_nric(number: str) -> bool:
    """Singapore's identity card and foreign identification numbers: a letter by modulus 11."""
    offset, letters = _NRIC[number[0]]
    weights = (2, 7, 6, 5, 4, 3, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[1:8], weights, strict=True))
    return letters[(total + offset) % 11] == number[8]


def fits(_number: str) -> bool:
    """Its authority gives it no check: that it has the shape is all there is to ask."""
    return True


_CENTURIES = {"9": "18", "0": "18", "1": "19", "2": "19", "5": "19", "6": "19"}


def is_rrn(number: str) -> bool:
    """Korea: a date of birth and a digit of sex and century; since 2020 the rest is random."""
    return is_date(_CENTURIES.get(number[6], "20") + number[:6])


def is_snils(number: str) -> bool:
    """Russia's insurance number of a person: a sum by modulus 101."""
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=False))
    return total % 101 % 100 == int(number[9:])


def is_itin(number: str) -> bool:
    """The US taxpayer numbers of people without social security: 9, and a middle of the IRS."""
    middle = int(number[3:5])
    return (
        number[0] == "9" and 50 <= middle <= 99 and not (66 <= middle <= 69 or middle in (89, 93))
    )


def is_pan(number: str) -> bool:
    """India's tax number has no public check; the fourth letter is the holder's kind."""
    return number[5:9] != "0000"


def is_vat(number: str) -> bool:
    """A member state's prefix and what that state's rule says (VIES)."""
    from stdnum.eu import vat  # loads the rule of the state only

    return bool(vat.is_valid(number))
