"""The types of personal data that are told apart, and one found in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deid.engine.recognition.recall import Recall

THRESHOLD: Final = 0.5  # the score from which a find counts where a policy says no other

PERSON: Final = "PERSON"
PHONE: Final = "PHONE_NUMBER"
ID_CARD: Final = "ID_CARD"  # of the mainland, Hong Kong, Macao, Taiwan; social security of the US
NATIONAL_ID: Final = "NATIONAL_ID"  # a person's number in another country
TAX_ID: Final = "TAX_ID"
DRIVER_LICENSE: Final = "DRIVER_LICENSE"
PASSPORT: Final = "PASSPORT"
PERMIT: Final = "TRAVEL_PERMIT"
BANK_CARD: Final = "BANK_CARD"
IBAN: Final = "IBAN"
CRYPTO_WALLET: Final = "CRYPTO_WALLET"
CREDIT_CODE: Final = "CREDIT_CODE"
PLATE: Final = "LICENSE_PLATE"
EMAIL: Final = "EMAIL_ADDRESS"
IP: Final = "IP_ADDRESS"
MAC: Final = "MAC_ADDRESS"
URL: Final = "URL"
WECHAT: Final = "WECHAT_ID"
QQ: Final = "QQ_NUMBER"
ADDRESS: Final = "ADDRESS"
COORDINATES: Final = "COORDINATES"
ORGANIZATION: Final = "ORGANIZATION"
BIRTH_DATE: Final = "BIRTH_DATE"
MEDICAL_RECORD: Final = "MEDICAL_RECORD_NUMBER"
INSURANCE: Final = "INSURANCE_NUMBER"
SECRET: Final = "SECRET"  # noqa: S105 # a type of data
DATE: Final = "DATE"  # of anything
LOCATION: Final = "LOCATION"  # a town, a state, a country alone
CUSTOM: Final = "CUSTOM"  # words that a policy lists

STRUCTURED: Final = (
    PHONE, ID_CARD, PASSPORT, PERMIT, BANK_CARD, CREDIT_CODE, PLATE, EMAIL, IP, MAC, URL, WECHAT,
    QQ, BIRTH_DATE, MEDICAL_RECORD, INSURANCE, SECRET, NATIONAL_ID, TAX_ID, DRIVER_LICENSE, IBAN,
    CRYPTO_WALLET, COORDINATES,
)  # fmt: skip
LINGUISTIC: Final = (PERSON, ADDRESS, ORGANIZATION)
ASKED: Final = (DATE, LOCATION)  # looked for only where a policy's rules name them
ALL: Final = (*LINGUISTIC, *STRUCTURED, *ASKED, CUSTOM)
OWN: Final = (*LINGUISTIC, *STRUCTURED)  # what the platform itself calls personal
# What was one type with another before: a rule for that one holds where none names this one.
PART_OF: Final = {IBAN: BANK_CARD}


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` (code points) is of this type, with a score from 0 to 1.

    `reason` is a word for what decided: a checksum, a cue, a lexicon, the network. `level` is the
    step of recall from which it counts.
    """

    start: int
    end: int
    type: str
    score: float
    reason: str = ""
    level: Recall = Recall.PRECISE

    def moved(self, by: int) -> Span:
        return Span(self.start + by, self.end + by, self.type, self.score, self.reason, self.level)
