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
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1
