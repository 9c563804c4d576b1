"""Numbers that countries give to people and taxpayers: shape, check, and the words that call them.

Checks come from python-stdnum, which follows each country's own rules; a few are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Final

from deid.engine.recognition import checksums
from deid.engine.recognition import types as t

N, T, C = t.NATIONAL_ID, t.TAX_ID, t.ID_CARD


@dataclass(frozen=True)
class Number:
    """`shape` is of the number without separators, in capitals.

    `check` names a module of stdnum, or a function of ours (`own.…`); empty where the authority
    has no check digit. `free` is how it is written where it needs no word before it. `weak` words
    mean other things too: behind them only what passes the check counts.
    """

    type: str
    check: str
    shape: re.Pattern[str]
    words: tuple[str, ...]
    weak: bool = False

    def passes(self, compact: str) -> bool:
        """The shape fits, and the check digit where there is one."""
        return self.shape.fullmatch(compact) is not None and check_of(self.check)(compact)


def _number(kind: str, check: str, shape: str, words: str, *, weak: bool = False) -> Number:
    return Number(
        kind, check, re.compile(shape), tuple(one.strip() for one in words.split(",") if one), weak
    )


@lru_cache(maxsize=128)
def check_of(name: str) -> Callable[[str], bool]:
    """The function that says whether a number without separators may be one."""
    if not name:
        return lambda _compact: True
    if name.startswith("own."):
        return getattr(checksums, name.removeprefix("own."))  # type: ignore[no-any-return]
    return import_module(f"stdnum.{name}").is_valid  # type: ignore[no-any-return]


NINO: Final = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]"
NUMBERS: Final = (
    _number(C, "own.is_taiwan_id", r"[A-Z][1289A-D][0-9]{8}", "统一证号, 統一證號, 身分證字號, 身份證字號, 身分证字号, 身份证字号, 居留證號, 国民身份证, 國民身分證"),
    _number(C, "own.is_hong_kong", r"[A-Z]{1,2}[0-9]{6}[0-9A]", "hkid, hkid no, hkid card, hong kong id, hong kong id card, hong kong identity card, 香港身份证, 香港身份證, 香港居民身份证, 香港永久性居民身份证, 香港身份证号码"),
    _number(C, "own.fits", r"[157][0-9]{7}", "macao id, macau id, macao id card, macau id card, bir no, 澳门身份证, 澳門身份證, 澳门居民身份证, 澳門居民身份證, 澳门身份证号码"),
    _number(N, "own.fits", NINO, "nino, ni no, ni number, national insurance, national insurance number, national insurance no"),
    _number(N, "own.is_nric", r"[STFGM][0-9]{7}[A-Z]", "nric, nric no, nric/fin, fin no, fin number, fin, singapore id"),
    _number(N, "own.is_rrn", r"[0-9]{6}[0-9][0-9]{6}", "주민등록번호, 주민번호, 외국인등록번호, rrn, resident registration number"),
    _number(N, "jp.in_", r"[0-9]{12}", "マイナンバー, 個人番号, my number, mynumber, individual number", weak=True),
    _number(N, "in_.aadhaar", r"[2-9][0-9]{11}", "aadhaar, aadhar, aadhaar no, aadhaar number, aadhaar card, uid no, uidai, आधार"),
    _number(N, "ca.sin", r"[0-9]{9}", "social insurance number, social insurance no, numéro d'assurance sociale"),
    _number(N, "ca.sin", r"[0-9]{9}", "sin, sin no, sin number, nas", weak=True),
    _number(N, "fr.nir", r"[12][0-9]{5}[0-9AB][0-9]{8}", "nir, numéro de sécurité sociale, numero de securite sociale, sécurité sociale, securite sociale, sécu, numéro insee, n° ss"),
    _number(N, "it.codicefiscale", r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", "codice fiscale, c.f., cod. fiscale, cod. fisc"),
    _number(N, "es.dni", r"[0-9]{8}[A-Z]", "dni, d.n.i, documento nacional de identidad"),
    _number(N, "es.nie", r"[XYZ][0-9]{7}[A-Z]", "dni, nie, n.i.e"),
    _number(T, "es.nif", r"[A-Z0-9][0-9]{7}[A-Z0-9]", "nif, n.i.f, cif"),
    _number(N, "br.cpf", r"[0-9]{11}", "cpf"),
    _number(N, "pl.pesel", r"[0-9]{11}", "pesel"),
    _number(N, "se.personnummer", r"(?:[0-9]{2})?[0-9]{10}", "personnummer, personnr"),
    _number(N, "no.fodselsnummer", r"[0-9]{11}", "fødselsnummer, fodselsnummer, personnummer"),
    _number(N, "dk.cpr", r"[0-9]{10}", "cpr, cpr-nr, cpr-nummer, cpr nr"),
    _number(N, "fi.hetu", r"[0-9]{6}[A+-]?[0-9]{3}[0-9A-Y]", "hetu, henkilötunnus"),
    _number(N, "nl.bsn", r"[0-9]{8,9}", "bsn, burgerservicenummer, sofinummer"),
    _number(N, "be.nn", r"[0-9]{11}", "rijksregisternummer, numéro national, niss, insz"),
    _number(N, "ch.ssn", r"756[0-9]{10}", "ahv, ahv-nummer, ahv-nr, avs, numéro avs"),
    _number(N, "bg.egn", r"[0-9]{10}", "егн, egn"),
    _number(N, "ro.cnp", r"[1-9][0-9]{12}", "cnp, cod numeric personal"),
    _number(N, "cz.rc", r"[0-9]{9,10}", "rodné číslo, rodne cislo, r.č., rč"),
    _number(N, "hr.oib", r"[0-9]{11}", "oib"),
    _number(N, "ee.ik", r"[1-8][0-9]{10}", "isikukood"),
    _number(N, "lt.asmens", r"[1-6][0-9]{10}", "asmens kodas"),
    _number(N, "lv.pvn", r"[0-9]{11}", "personas kods"),
    _number(N, "ie.pps", r"[0-9]{7}[A-W][A-IW]?", "pps, ppsn, pps number, pps no"),
    _number(N, "is_.kennitala", r"[0-9]{10}", "kennitala"),
    _number(N, "tr.tckimlik", r"[1-9][0-9]{10}", "tc kimlik, t.c. kimlik, kimlik no, tckn"),
    _number(N, "il.idnr", r"[0-9]{9}", "teudat zehut, תעודת זהות, ת.ז."),
    _number(N, "za.idnr", r"[0-9]{13}", "sa id, sa id number, south african id, rsa id"),
    _number(N, "my.nric", r"[0-9]{12}", "mykad, ic no, kad pengenalan, no. kp"),
    _number(N, "th.pin", r"[1-9][0-9]{12}", "thai id, เลขบัตรประชาชน, เลขประจำตัวประชาชน"),
    _number(N, "mx.curp", r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]", "curp"),
    _number(N, "cl.rut", r"[0-9]{7,8}[0-9K]", "rut, r.u.t", weak=True),
    _number(N, "", r"[0-9]{7,8}", "dni, documento"),
    _number(N, "pk.cnic", r"[1-7][0-9]{12}", "cnic, nadra"),
    _number(N, "id.nik", r"[0-9]{16}", "nik, no. ktp, ktp"),
    _number(N, "", r"[0-9]{9}(?:[0-9]{3})?", "cccd, cmnd, căn cước, căn cước công dân"),
    _number(N, "own.is_snils", r"[0-9]{11}", "снилс, snils"),
    _number(N, "gr.amka", r"[0-9]{11}", "αμκα, amka"),
    _number(N, "pt.cc", r"[0-9]{9}[A-Z0-9]{2}[0-9]", "cartão de cidadão, cartao de cidadao"),
    _number(T, "own.is_itin", r"9[0-9]{8}", "itin, individual taxpayer identification number"),
    _number(T, "us.ein", r"[0-9]{9}", "ein, employer identification number, fein"),
    _number(T, "own.is_pan", r"[A-Z]{3}[ABCFGHJLPTK][A-Z][0-9]{4}[A-Z]", "pan, pan no, pan card, pan number, pan card number, permanent account number", weak=True),
    _number(T, "au.tfn", r"[0-9]{8,9}", "tfn, tax file number"),
    _number(T, "de.idnr", r"[1-9][0-9]{10}", "steuer-id, steuerid, steuer-idnr, steueridentifikationsnummer, steuer-identifikationsnummer, steuerliche identifikationsnummer, idnr, idnr."),
    _number(T, "", r"[0-9]{10,13}", "steuernummer, st.-nr, steuernr"),
    _number(T, "own.is_vat", r"[A-Z]{2}[0-9A-Z]{2,13}", "vat, vat no, vat number, vat id, vat reg no, vat registration number, ust-idnr, ust-id, ust-idnr., ustid, umsatzsteuer-identifikationsnummer, tva, n° tva, tva intracommunautaire, btw, btw-nummer, partita iva, p.iva, p. iva, iva, uid-nummer, moms"),
    _number(T, "gb.vat", r"(?:GB)?[0-9]{9}(?:[0-9]{3})?", "vat, vat no, vat number, vat reg no, vat registration number"),
    _number(T, "it.iva", r"[0-9]{11}", "partita iva, p.iva, p. iva"),
    _number(T, "gb.utr", r"[0-9]{10}K?", "utr, unique taxpayer reference"),
    _number(T, "br.cnpj", r"[0-9]{14}", "cnpj"),
    _number(T, "ar.cuit", r"[0-9]{11}", "cuit, cuil"),
    _number(T, "mx.rfc", r"[A-Z&Ñ]{3,4}[0-9]{6}[A-Z0-9]{3}", "rfc", weak=True),
    _number(T, "nz.ird", r"[0-9]{8,9}", "ird, ird number, ird no"),
    _number(T, "au.abn", r"[0-9]{11}", "abn"),
    _number(T, "ru.inn", r"[0-9]{10}(?:[0-9]{2})?", "инн, inn", weak=True),
    _number(T, "pt.nif", r"[0-9]{9}", "nif, contribuinte"),
    _number(T, "pl.nip", r"[0-9]{10}", "nip", weak=True),
    _number(T, "gr.vat", r"[0-9]{8,9}", "αφμ, afm"),
)  # fmt: skip


@lru_cache(maxsize=1)
def weak_words() -> frozenset[str]:
    """Words that are no cue to anything but the numbers that they call."""
    calls = by_word()
    return frozenset(word for word, numbers in calls.items() if all(one.weak for one in numbers))


@lru_cache(maxsize=1)
def by_word() -> dict[str, tuple[Number, ...]]:
    """The numbers that each word may call."""
    found: dict[str, tuple[Number, ...]] = {}
    for number in NUMBERS:
        for word in number.words:
            found[word] = (*found.get(word, ()), number)
    return found
