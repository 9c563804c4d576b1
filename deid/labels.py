"""Names of types and operators in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from deid.engine import policy as p
from deid.engine.recognition import types as t

TYPES = {
    t.PERSON: _("Name of a person"), t.PHONE: _("Phone number"), t.ID_CARD: _("ID card"),
    t.PASSPORT: _("Passport"), t.PERMIT: _("Travel permit"), t.BANK_CARD: _("Bank card"),
    t.CREDIT_CODE: _("Unified social credit code"), t.PLATE: _("Licence plate"),
    t.EMAIL: _("E-mail address"), t.IP: _("IP address"), t.MAC: _("MAC address"),
    t.URL: _("Link"), t.WECHAT: _("WeChat id"), t.QQ: _("QQ number"), t.ADDRESS: _("Address"),
    t.ORGANIZATION: _("Organisation"), t.BIRTH_DATE: _("Date of birth"),
    t.MEDICAL_RECORD: _("Medical record number"), t.INSURANCE: _("Insurance number"),
    t.SECRET: _("Password or key"), t.NATIONAL_ID: _("National id number"),
    t.TAX_ID: _("Tax number"), t.DRIVER_LICENSE: _("Driving licence"), t.IBAN: _("IBAN"),
    t.CRYPTO_WALLET: _("Crypto wallet"), t.COORDINATES: _("Coordinates"), t.DATE: _("Date"),
    t.LOCATION: _("Place name"), t.CUSTOM: _("Listed word"),
}  # fmt: skip
OPERATORS = {
    p.MASK: _("mask: some characters are hidden"),
    p.REPLACE: _("replace: by a label"),
    p.SURROGATE: _("surrogate: another of the same shape"),
    p.PSEUDONYM: _("pseudonym: always the same surrogate, by a key"),
    p.HASH: _("hash: a keyed digest"),
    p.ENCRYPT: _("encrypt: can be restored with the key"),
    p.GENERALISE: _("generalise: less precise"),
    p.DROP: _("drop: nothing stands there"),
    p.KEEP: _("keep: not looked for"),
}


def type_label(kind: str) -> str:
    return str(TYPES.get(kind, kind))
