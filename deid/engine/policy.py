"""What a policy says: for each type of personal data what is done with it. Plain data, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import ahocorasick
import re2

from deid.engine.recognition import types as t
from deid.engine.recognition.folding import fold
from deid.engine.recognition.linear import linear
from deid.engine.recognition.own.registry import Offer
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import THRESHOLD

MASK: Final = "mask"
REPLACE: Final = "replace"
SURROGATE: Final = "surrogate"
PSEUDONYM: Final = "pseudonym"
HASH: Final = "hash"
ENCRYPT: Final = "encrypt"
GENERALISE: Final = "generalise"
DROP: Final = "drop"
KEEP: Final = "keep"

# Options of each operator: name -> (type, default, lowest, highest or allowed words).
OPTIONS: Final[dict[str, dict[str, tuple[type, Any, Any, Any]]]] = {
    MASK: {"first": (int, 0, 0, 64), "last": (int, 0, 0, 64), "character": (str, "*", 1, 1)},
    REPLACE: {"label": (str, "", 0, 40)},
    SURROGATE: {"valid": (bool, False, None, None)},
    PSEUDONYM: {"valid": (bool, False, None, None)},
    HASH: {"length": (int, 16, 8, 64)},
    ENCRYPT: {},
    GENERALISE: {
        "to": (str, "auto", None, ("auto", "age", "year", "month", "city", "province", "shift")),
        "days": (int, 30, 1, 3650),
    },
    DROP: {},
    KEEP: {},
}  # fmt: skip
KEYED: Final = frozenset({PSEUDONYM, ENCRYPT, HASH})
MAX_WORDS = 20_000
MAX_PATTERNS = 100
_KEY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_FIELDS = {
    "entities", "default", "threshold", "allow", "deny", "patterns", "key", "keep_mapping",
    "locale", "recall", "recognizers", "consistent",
}  # fmt: skip


class PolicyError(ValueError):
    """A policy that cannot be: `field` says where, `code` and `params` why."""

    def __init__(self, field: str, code: str, **params: object) -> None:
        super().__init__(f"{field}: {code} {params or ''}")
        self.field = field
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Rule:
    """One operator with its options, all filled in."""

    operator: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """The content of one version of a policy; `parse` makes it and nothing changes it."""

    rules: Mapping[str, Rule]
    default: Rule
    threshold: float = THRESHOLD
    allow: frozenset[str] = frozenset()
    deny: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[tuple[str, str], ...] = ()
    key: str = ""
    keep_mapping: bool = False
    locale: str = "zh-CN"
    recall: Recall = Recall.BALANCED
    recognizers: frozenset[str] = frozenset()
    consistent: bool = False
    offers: Mapping[str, Offer] = field(default_factory=dict)

    def rule(self, kind: str) -> Rule:
        general = self.rules.get(t.PART_OF.get(kind, ""), self.default)
        return self.rules.get(kind, general)

    @cached_property
    def types(self) -> frozenset[str]:
        """Those that are looked for: all that are not kept; some only where a rule names them."""
        kinds = frozenset(t.ALL).union(*(self.offers[name].kinds for name in self.asked))
        found = {kind for kind in kinds if self.rule(kind).operator != KEEP}
        return frozenset(found - (frozenset(t.ASKED) - self.rules.keys()))

    @cached_property
    def asked(self) -> frozenset[str]:
        """The operator's recognisers that look for it: those for all policies, those it names."""
        return self.recognizers.union(name for name, one in self.offers.items() if one.enabled)

    @cached_property
    def offered(self) -> frozenset[str]:
        """What the operator has all policies look for."""
        return frozenset().union(*(one.kinds for one in self.offers.values() if one.enabled))

    @cached_property
    def is_reversible(self) -> bool:
        used = {self.rule(kind).operator for kind in self.types}
        return bool(used) and used <= {ENCRYPT}

    @cached_property
    def allowed(self) -> frozenset[str]:
        return frozenset(fold(word).text.casefold() for word in self.allow)

    @cached_property
    def denied(self) -> Any:
        """An automaton of the words that are always personal, folded; None without any."""
        if not self.deny:
            return None
        automaton = ahocorasick.Automaton()
        for word, kind in self.deny.items():
            folded = fold(word).text.casefold()
            automaton.add_word(folded, (kind, len(folded)))
        automaton.make_automaton()
        return automaton

    @cached_property
    def compiled(self) -> list[tuple[Any, str]]:
        """Patterns by RE2, whose time is linear in the text whatever the pattern."""
        return [(linear(pattern), kind) for pattern, kind in self.patterns]


def parse(data: Any, offers: Mapping[str, Offer] | None = None) -> Policy:
    """Checks and completes a policy's content. Raises PolicyError that names the field.

    `offers` are the operator's recognisers; what they look for are types too.
    """
    offers = offers or {}
    types = frozenset(t.ALL).union(*(one.kinds for one in offers.values()))
    if not isinstance(data, dict):
        raise PolicyError("content", "mapping")
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:  # YAML knows dates, sets and half characters
        raise PolicyError("content", "plain_data") from error
    for name in data:
        if name not in _FIELDS:
            raise PolicyError(str(name), "unknown_field", allowed=sorted(_FIELDS))
    rules = _rules(data.get("entities", {}), types)
    policy = Policy(
        rules=rules,
        default=_rule("default", data.get("default", {"operator": REPLACE})),
        threshold=_number("threshold", data.get("threshold", THRESHOLD)),
        allow=frozenset(_words("allow", data.get("allow", []))),
        deny=_deny(data.get("deny", []), types),
        patterns=_patterns(data.get("patterns", []), types),
        key=_key(data.get("key", "")),
        keep_mapping=_flag("keep_mapping", data.get("keep_mapping", False)),
        locale=_locale(data.get("locale", "zh-CN")),
        recall=_recall(data.get("recall", "balanced")),
        recognizers=_recognizers(data.get("recognizers", []), offers),
        consistent=_flag("consistent", data.get("consistent", False)),
        offers=offers,
    )
    if not policy.key and any(rule.operator in KEYED for rule in [*rules.values(), policy.default]):
        raise PolicyError("key", "key_needed", operators=sorted(KEYED))
    return policy


def _rules(data: Any, types: Collection[str]) -> dict[str, Rule]:
    if not isinstance(data, dict):
        raise PolicyError("entities", "mapping")
    for kind in data:
        if kind not in types:
            raise PolicyError(f"entities.{kind}", "unknown_type", allowed=_listed(types))
    return {kind: _rule(f"entities.{kind}", rule) for kind, rule in data.items()}


def _rule(where: str, data: Any) -> Rule:
    if isinstance(data, str):
        data = {"operator": data}
    if not isinstance(data, dict):
        raise PolicyError(where, "mapping")
    operator = data.get("operator")
    if not isinstance(operator, str) or operator not in OPTIONS:
        raise PolicyError(f"{where}.operator", "unknown_operator", allowed=list(OPTIONS))
    allowed = OPTIONS[operator]
    for name in data:
        if name != "operator" and name not in allowed:
            raise PolicyError(f"{where}.{name}", "unknown_field", allowed=sorted(allowed))
    options = {
        name: _option(f"{where}.{name}", data.get(name, default), kind, low, high)
        for name, (kind, default, low, high) in allowed.items()
    }
    return Rule(operator, options)


def _option(where: str, value: Any, kind: type, low: Any, high: Any) -> Any:
    if type(value) is not kind:
        raise PolicyError(where, "wrong_type", expected=kind.__name__)
    if isinstance(high, tuple):
        if value not in high:
            raise PolicyError(where, "not_one_of", allowed=list(high))
    elif kind is int and not low <= value <= high:
        raise PolicyError(where, "out_of_range", low=low, high=high)
    elif isinstance(value, str) and not low <= len(value) <= high:
        raise PolicyError(where, "length", low=low, high=high)
    return value


def _number(where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise PolicyError(where, "out_of_range", low=0, high=1)
    return float(value)


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(where, "wrong_type", expected="bool")
    return value


def _locale(value: Any) -> str:
    if value not in ("zh-CN", "en", "en-US"):
        raise PolicyError("locale", "not_one_of", allowed=["zh-CN", "en", "en-US"])
    return str(value)


def _listed(types: Collection[str]) -> list[str]:
    """The platform's in their order, then the operator's."""
    return [*t.ALL, *sorted(frozenset(types).difference(t.ALL))]


def _recognizers(value: Any, offers: Mapping[str, Offer]) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise PolicyError("recognizers", "list_of_names")
    for name in value:
        if name not in offers:
            raise PolicyError("recognizers", "unknown_recognizer", name=name, allowed=list(offers))
    return frozenset(value)


def _recall(value: Any) -> Recall:
    names = {step.name.lower(): step for step in Recall}
    if not isinstance(value, str) or value not in names:
        raise PolicyError("recall", "not_one_of", allowed=sorted(names))
    return names[value]


def _key(value: Any) -> str:
    if not isinstance(value, str) or (value and not _KEY_NAME.fullmatch(value)):
        raise PolicyError("key", "key_name")
    return value


def _words(where: str, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_WORDS:
        raise PolicyError(where, "list_of_words", most=MAX_WORDS)
    for word in value:
        if not isinstance(word, str) or not word.strip() or len(word) > 200:
            raise PolicyError(where, "list_of_words", most=MAX_WORDS)
    return value


def _deny(value: Any, types: Collection[str]) -> dict[str, str]:
    """Words, or {"text": …, "type": …}; CUSTOM where no type is given."""
    if not isinstance(value, list) or len(value) > MAX_WORDS:
        raise PolicyError("deny", "list_of_words", most=MAX_WORDS)
    found = {}
    for one in value:
        entry = {"text": one} if isinstance(one, str) else one
        if not isinstance(entry, dict) or set(entry) - {"text", "type"}:
            raise PolicyError("deny", "list_of_words", most=MAX_WORDS)
        word = _words("deny", [entry.get("text")])[0]
        kind = entry.get("type", t.CUSTOM)
        if kind not in types:
            raise PolicyError("deny", "unknown_type", allowed=_listed(types))
        found[word] = kind
    return found


def _patterns(value: Any, types: Collection[str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > MAX_PATTERNS:
        raise PolicyError("patterns", "list_of_patterns", most=MAX_PATTERNS)
    found = []
    for one in value:
        if not isinstance(one, dict) or set(one) - {"regex", "type"}:
            raise PolicyError("patterns", "list_of_patterns", most=MAX_PATTERNS)
        regex, kind = one.get("regex"), one.get("type", t.CUSTOM)
        if not isinstance(regex, str) or not 0 < len(regex) <= 500:
            raise PolicyError("patterns", "list_of_patterns", most=MAX_PATTERNS)
        if kind not in types:
            raise PolicyError("patterns", "unknown_type", allowed=_listed(types))
        try:
            compiled = linear(regex)
        except re2.error as error:
            raise PolicyError("patterns", "bad_regex", regex=regex) from error
        if compiled.search("") is not None:
            raise PolicyError("patterns", "matches_nothing", regex=regex)
        found.append((regex, kind))
    return tuple(found)
