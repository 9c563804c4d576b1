"""Encrypted originals that stand in the text, and the way back (AES-256-GCM)."""

from __future__ import annotations

import base64
import hmac
import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# In JSON, CSV and HTML these characters need no escape, so a token is the same in all of them.
TOKEN = re.compile(r"\[\[([A-Z_]{2,40}):e1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})\]\]")
# A number of a JSON document, which had to become a string.
_NUMBER = re.compile(r'"\[\[(NUMBER_[A-Z_]{2,40}):e1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})\]\]"')
_ANY = re.compile(f"{_NUMBER.pattern}|{TOKEN.pattern}")
NONCE = 12


class WrongKey(ValueError):
    """A token was made with another key, or was changed."""


def key_id(key: bytes) -> str:
    """Eight characters that tell keys apart and nothing of them."""
    return hmac.digest(key, b"llm-platform key id", "sha256").hex()[:8]


@lru_cache(maxsize=16)
def _keys(key: bytes) -> tuple[AESGCM, bytes]:
    cipher = hmac.digest(key, b"llm-platform token cipher", "sha256")
    return AESGCM(cipher), hmac.digest(key, b"llm-platform token nonce", "sha256")


def seal(key: bytes, kind: str, original: str, counter: int = 0) -> str:
    """The token of an original. The nonce follows from key and original (as in RFC 8452's idea):
    equal originals give equal tokens, and no nonce serves two."""
    cipher, nonce_key = _keys(key)
    plain = original.encode("utf-8", "surrogatepass")
    nonce = hmac.digest(nonce_key, f"{kind}|{counter}|".encode() + plain, "sha256")[:NONCE]
    sealed = nonce + cipher.encrypt(nonce, plain, kind.encode())
    text = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return f"[[{kind}:e1:{key_id(key)}:{text}]]"


def restore(key: bytes, text: str) -> str:
    """The text with every token of this key opened. Raises WrongKey where one does not open.

    Tokens of other keys stay. What comes out of a token is not opened again: a token that stood
    in the source was sealed as it was.
    """
    own = key_id(key)

    def opened(match: re.Match[str]) -> str:
        kind, made_by, sealed = match.groups()[:3] if match[1] else match.groups()[3:]
        return _open(key, kind, sealed) if made_by == own else match[0]

    # One pass for both, so that what comes out is not read again.
    return _ANY.sub(opened, text)


def _open(key: bytes, kind: str, text: str) -> str:
    cipher, _nonce_key = _keys(key)
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = cipher.decrypt(sealed[:NONCE], sealed[NONCE:], kind.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongKey("The key does not open this token") from error
    return plain.decode("utf-8", "surrogatepass")
