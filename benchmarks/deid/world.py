"""Two thousand sentences with the world's numbers, and how many are found:

python -m benchmarks.deid.world [--held] [--errors PHONE_NUMBER]

Every third template is held out: rules are written on the others, and `--held` scores only these.
"""

from __future__ import annotations

import argparse
import random
import re
from typing import Any

from benchmarks.deid import values as zh
from benchmarks.deid import world_values as v
from benchmarks.deid.score import count, ours, table
from benchmarks.deid.world_templates import TEMPLATES

SEED, SENTENCES = 20_250_301, 2_000
MAKERS: dict[str, v.Maker] = {
    "PHONE_NUMBER": v.phone, "PHONE_NUMBER:short": v.phone_short,
    "PHONE_NUMBER:extension": v.phone_extension, "IBAN": v.iban, "BANK_CARD": v.card,
    "DRIVER_LICENSE": v.driver_license, "ID_CARD:china": zh.id_card, "ID_CARD:taiwan": v.taiwan_id,
    "ID_CARD:hong_kong": v.hong_kong_id, "ID_CARD:macao": v.macao_id, "ID_CARD:ssn": v.ssn,
    "MEDICAL_RECORD_NUMBER:nhs": v.nhs, "CRYPTO_WALLET": v.wallet, "SECRET": v.secret,
    "SECRET:token": v.token, "COORDINATES": v.coordinates, "BIRTH_DATE:words": v.birth_words,
    "BIRTH_DATE:han": v.birth_han, "EMAIL_ADDRESS:world": v.email,
    "EMAIL_ADDRESS:spoken": v.email_spoken,
} | {
    f"NATIONAL_ID:{maker.__name__}": maker
    for maker in (v.nino, v.nric, v.rrn, v.my_number, v.aadhaar, v.sin, v.nir, v.codice_fiscale,
                  v.dni, v.cpf)
} | {
    f"TAX_ID:{maker.__name__}": maker for maker in (v.pan, v.tfn, v.steuer_id, v.itin, v.vat)
}  # fmt: skip
NOBODYS: dict[str, v.Maker] = {
    "order": lambda r: r.choice((f"2024{zh.digits(r, 8)}", f"112-{zh.digits(r, 7)}-{zh.digits(r, 7)}",
                                 f"PO-{zh.digits(r, 6)}", f"{zh.digits(r, 4)}-{zh.digits(r, 6)}")),
    "tracking": lambda r: r.choice((f"1Z{zh.chars(r, 6, v.UPPER)}{zh.digits(r, 10)}",
                                    f"RR{zh.digits(r, 9)}GB", f"9400 {zh.grouped(zh.digits(r, 16))}")),
    "date": lambda r: f"{r.randint(2019, 2025)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    "amount": lambda r: f"{r.randint(1, 999)}.{r.randint(0, 999):03d},{r.randint(0, 99):02d}",
    "version": lambda r: ".".join(str(r.randint(0, 40)) for _ in range(r.randint(2, 4))),
    "sku": lambda r: r.choice((f"{zh.chars(r, 3, v.UPPER)}-{zh.digits(r, 5)}",
                               f"{zh.digits(r, 3)}-{zh.digits(r, 4)}-{zh.chars(r, 2, v.UPPER)}")),
    "isbn": lambda r: f"978-{r.randint(0, 9)}-{zh.digits(r, 3)}-{zh.digits(r, 5)}-{r.randint(0, 9)}",
    "spaced": lambda r: f"{r.randint(1, 99)} {zh.digits(r, 3)} {zh.digits(r, 3)}",
    "hash": lambda r: zh.chars(r, r.choice((7, 12, 40)), v.HEX),
}  # fmt: skip
_PLACE = re.compile(r"\{(#?[A-Z_a-z]+(?::[a-z_]+)?)\}")


def rows(*, held: bool) -> list[dict[str, Any]]:
    """Sentences with labels, the same on every machine; the held-out third or the others."""
    rng = random.Random(SEED)
    made = []
    for number in range(SENTENCES):
        index = number % len(TEMPLATES)
        row = fill(TEMPLATES[index], rng)
        if (index % 3 == 2) is held:
            made.append(row)
    return made


def fill(template: str, rng: random.Random) -> dict[str, Any]:
    text, at, entities = "", 0, []
    for match in _PLACE.finditer(template):
        text += template[at : match.start()]
        at, key = match.end(), match[1]
        value = NOBODYS[key[1:]](rng) if key[0] == "#" else MAKERS[key](rng)
        if key[0] != "#":
            kind = key.partition(":")[0]
            entities.append({"start": len(text), "end": len(text) + len(value), "type": kind})
        text += value
    return {"text": text + template[at:], "entities": entities}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--errors", help="show what was wrong for a type")
    options = parser.parse_args()
    counts, wrong = count(rows(held=options.held), ours)
    print(table(counts))
    for kind, examples in sorted(wrong.items()):
        if options.errors and kind.startswith(options.errors):
            print(f"\n{kind} ({len(examples)})")
            print("\n".join(f"  {one[:160]!r}" for one in examples[:60]))


if __name__ == "__main__":
    main()
