"""Which digits are a person's phone somewhere: the numbering plans that `phonenumbers` keeps."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from deid.engine.recognition.linear import linear

# Where most of the world's phones are. China's own forms are read by patterns of their own.
REGIONS = (
    "US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "CH", "AT", "PL", "CZ", "SK", "HU", "DK", "NO",
    "SE", "FI", "PT", "BR", "MX", "AR", "CL", "CO", "PE", "AU", "NZ", "ZA", "IN", "PK", "BD", "IE",
    "RU", "UA", "TR", "GR", "RO", "HR", "SI", "RS", "BG", "EE", "LT", "LV", "IS", "LU", "CY", "MT",
    "JP", "KR", "SG", "MY", "PH", "TH", "ID", "VN", "IL", "AE", "SA", "EG", "MA", "TN", "NG", "KE",
    "CN", "HK", "TW", "MO",
)  # fmt: skip
# Free, premium and shared-cost numbers belong to firms.
_OF_PEOPLE = ("fixed_line", "mobile", "voip", "personal_number", "pager")


@lru_cache(maxsize=8192)
def is_dialled(digits: str) -> bool:
    """A number of some country as it is dialled there: with the trunk prefix where it has one."""
    return _plan(trunk=True).fullmatch(digits) is not None


@lru_cache(maxsize=8192)
def is_assigned(digits: str) -> bool:
    """A number of some country, with or without its trunk prefix or the country's code."""
    return _plan(trunk=False).fullmatch(digits) is not None


@lru_cache(maxsize=2)
def _plan(*, trunk: bool) -> Any:
    """All plans as one expression of RE2: asked at once, in time that is linear in the digits."""
    from phonenumbers import PhoneMetadata  # half of a tenth of a second, only for who has numbers

    parts = []
    for region in REGIONS:
        plan = PhoneMetadata.metadata_for_region(region)
        if plan is None:
            continue
        numbers = [
            kind.national_number_pattern
            for kind in (getattr(plan, name) for name in _OF_PEOPLE)
            if kind and kind.national_number_pattern
        ]
        prefix = plan.national_prefix if plan.national_prefix not in (None, "1") else ""
        start = prefix if trunk else f"(?:(?:00)?{plan.country_code})?(?:{prefix or ''})?"
        parts.append(f"{start}(?:{'|'.join(numbers)})")
    return linear("|".join(f"(?:{part})" for part in parts), memory=64 << 20)
