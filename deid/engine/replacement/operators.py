"""One original, one replacement: what each operator of a policy writes."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from deid.engine.policy import (
    DROP,
    ENCRYPT,
    GENERALISE,
    HASH,
    MASK,
    PSEUDONYM,
    REPLACE,
    SURROGATE,
    Policy,
    Rule,
)  # fmt: skip
from deid.engine.replacement.generalising import generalise
from deid.engine.replacement.surrogates import Maker, normalised
from deid.engine.replacement.tokens import seal

LABELS = {
    "PERSON": "姓名", "PHONE_NUMBER": "电话", "ID_CARD": "身份证号", "PASSPORT": "护照号",
    "TRAVEL_PERMIT": "通行证号", "BANK_CARD": "银行卡号", "CREDIT_CODE": "信用代码",
    "LICENSE_PLATE": "车牌号", "EMAIL_ADDRESS": "邮箱", "IP_ADDRESS": "IP地址",
    "MAC_ADDRESS": "MAC地址", "URL": "网址", "WECHAT_ID": "微信号", "QQ_NUMBER": "QQ号",
    "ADDRESS": "地址", "ORGANIZATION": "机构", "BIRTH_DATE": "出生日期",
    "MEDICAL_RECORD_NUMBER": "病历号", "INSURANCE_NUMBER": "保险号", "SECRET": "密钥",  # nosec B105
    "NATIONAL_ID": "国民身份号", "TAX_ID": "税号", "DRIVER_LICENSE": "驾驶证号",
    "IBAN": "国际银行账号", "CRYPTO_WALLET": "加密钱包地址", "COORDINATES": "经纬度",
    "DATE": "日期", "LOCATION": "地名", "CUSTOM": "敏感词",
}  # fmt: skip


Polish = Callable[[str], str]


@dataclass(frozen=True)
class Keys:
    """`named` is the policy's own, the same on every day; `call` lasts for a call, or a seed."""

    call: bytes
    named: bytes = b""
    today: date = field(default_factory=date.today)


class Operators:
    """Writes replacements under a policy and keys."""

    def __init__(self, policy: Policy, keys: Keys, polish: Polish | None = None) -> None:
        self.policy = policy
        self._keys = keys
        self._polish = polish

    def replacement(self, kind: str, original: str, *, subject: str = "", counter: int = 0) -> str:
        """What stands for `original`; a higher counter gives another where there is another."""
        made = self._made(kind, original, subject, counter)
        return self._polish(made) if self._polish else made

    def _made(self, kind: str, original: str, subject: str, counter: int) -> str:
        rule = self.policy.rule(kind)
        if rule.operator in (SURROGATE, PSEUDONYM):
            key = self._keys.named if rule.operator == PSEUDONYM else self._keys.call
            maker = Maker(key, valid=rule.options["valid"], locale=self.policy.locale)
            return maker.make(kind, original, counter)
        if rule.operator == ENCRYPT:
            return seal(self._keys.named, kind, original, counter)
        if rule.operator == HASH:
            return self._hashed(kind, original, rule, counter)
        if rule.operator == MASK:
            return masked(original, rule)
        if rule.operator == DROP:
            return ""
        label = str(rule.options.get("label") or self._label(kind))
        if rule.operator == GENERALISE:
            return generalise(
                kind, original, rule.options, key=self._keys.named or self._keys.call,
                subject=subject, label=label, today=self._keys.today,
            )  # fmt: skip
        return label  # REPLACE; KEEP is never asked for

    def is_fixed(self, kind: str) -> bool:
        """Whether another counter changes nothing."""
        return self.policy.rule(kind).operator in (MASK, REPLACE, DROP, GENERALISE)

    def _label(self, kind: str) -> str:
        return f"<{LABELS.get(kind, kind)}>" if self.policy.locale.startswith("zh") else f"<{kind}>"

    def _hashed(self, kind: str, original: str, rule: Rule, counter: int) -> str:
        data = f"{kind}|{counter}|{normalised(kind, original)}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._keys.named, data, "sha256").hex()[: rule.options["length"]]


def masked(original: str, rule: Rule) -> str:
    """Never the whole original: at least one character is hidden, half of a short one."""
    size = len(original)
    first, last = int(rule.options["first"]), int(rule.options["last"])
    if first + last >= size:
        first, last = (size // 3, size // 3) if size > 2 else (size // 2, 0)
    end = size - last
    return f"{original[:first]}{_hidden(original[first:end], rule)}{original[end:]}"


def _hidden(text: str, rule: Rule) -> str:
    from presidio_anonymizer.operators import Mask  # a second to import, and only masks need it

    character = rule.options["character"]
    params = {"masking_char": character, "chars_to_mask": len(text), "from_end": False}
    return str(Mask().operate(text, params))
