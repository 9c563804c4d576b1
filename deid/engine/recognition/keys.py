"""Keys that carry their maker's sign, as the makers' own documentation shapes them."""

from __future__ import annotations

import re
from typing import Final

# The sign in lower case, as the cues are read; and the whole key, from the sign on.
_KEYS = (
    ("sk-", r"sk-(?:ant-|proj-|or-|svcacct-|admin-)?[A-Za-z0-9_-]{16,250}"),  # OpenAI, Anthropic, DeepSeek
    ("gsk_", r"gsk_[A-Za-z0-9]{40,60}"), ("xai-", r"xai-[A-Za-z0-9]{40,100}"),
    ("pplx-", r"pplx-[A-Za-z0-9]{40,60}"), ("r8_", r"r8_[A-Za-z0-9]{30,50}"),
    ("hf_", r"hf_[A-Za-z0-9]{20,64}"), ("nvapi-", r"nvapi-[A-Za-z0-9_-]{40,90}"),
    *((f"gh{one}_", rf"gh{one}_[A-Za-z0-9]{{20,255}}") for one in "pousr"),
    ("github_pat_", r"github_pat_[A-Za-z0-9_]{20,255}"),
    *((f"gl{one}-", rf"gl{one}-[A-Za-z0-9_-]{{18,64}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{7,12}})?") for one in ("pat", "dt", "rt", "ptt", "agent", "oas")),
    *((f"xox{one}-", rf"xox{one}-[A-Za-z0-9-]{{10,200}}") for one in "abeprs"),
    ("xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{20,200}"),
    ("akia", r"AKIA[0-9A-Z]{16}"), ("asia", r"ASIA[0-9A-Z]{16}"),
    ("aiza", r"AIza[0-9A-Za-z_-]{35}"), ("gocspx-", r"GOCSPX-[0-9A-Za-z_-]{28}"),
    ("ya29.", r"ya29\.[0-9A-Za-z_-]{20,500}"),
    ("ltai", r"LTAI[0-9A-Za-z]{12,26}"), ("akid", r"AKID[0-9A-Za-z]{13,48}"), ("aklt", r"AKLT[0-9A-Za-z_-]{30,60}"),
    ("altak-", r"ALTAK-[0-9A-Za-z]{20,40}"), ("bce-v3/", r"bce-v3/ALTAK-[0-9A-Za-z]{20,40}/[0-9a-f]{40}"),
    ("npm_", r"npm_[A-Za-z0-9]{30,64}"), ("pypi-", r"pypi-[A-Za-z0-9_-]{30,255}"),
    ("dckr_pat_", r"dckr_pat_[A-Za-z0-9_-]{20,60}"), ("dop_v1_", r"dop_v1_[0-9a-f]{64}"),
    *((f"{one}_{mode}_", rf"{one}_{mode}_[0-9A-Za-z]{{10,250}}") for one in ("sk", "pk", "rk") for mode in ("live", "test")),
    ("whsec_", r"whsec_[0-9A-Za-z+/=]{24,80}"),
    ("sk", r"SK[0-9a-f]{32}"),  # Twilio
    ("sg.", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,60}"), ("key-", r"key-[0-9a-f]{32}"),
    ("shpat_", r"shpat_[0-9a-fA-F]{32}"), ("shpss_", r"shpss_[0-9a-fA-F]{32}"),
    ("sq0", r"sq0(?:atp|csp|idp)-[0-9A-Za-z_-]{22,43}"), ("dapi", r"dapi[0-9a-f]{32}"),
    ("atatt3", r"ATATT3[A-Za-z0-9_=-]{50,250}"), ("lin_api_", r"lin_api_[A-Za-z0-9]{32,48}"),
    ("ntn_", r"ntn_[A-Za-z0-9]{40,60}"), ("hvs.", r"hvs\.[A-Za-z0-9_-]{20,200}"), ("glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    ("age-secret-key-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"), ("llmp_", r"llmp_[A-Za-z0-9_-]{20,99}"),
    ("accountkey=", r"AccountKey=(?P<azure>[A-Za-z0-9+/]{40,100}={0,2})"),
    ("sharedaccesskey=", r"SharedAccessKey=(?P<bus>[A-Za-z0-9+/]{40,100}={0,2})"),
    ("eyj", r"eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{5,1000}"),  # JWT
)  # fmt: skip
SIGNS: Final = {sign: re.compile(shape + r"(?![A-Za-z0-9])") for sign, shape in _KEYS}
