"""What is found in English texts, and what stays: sentences that stand in no form of the training."""

from __future__ import annotations

import subprocess
import sys

import onnxruntime
import pytest

from deid.engine.policy import parse
from deid.engine.recognition import types as t
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.tagger_en import lists
from deid.engine.recognition.tagger_en.tagger import WEIGHTS


def found(text: str, kind: str, recall: Recall = Recall.BALANCED) -> list[str]:
    spans = analyse([text], types=(*t.OWN, t.LOCATION), recall=recall)[0]
    return [text[one.start : one.end] for one in spans if one.type == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Yesterday Ondřej Dvořáček brought the tools back.", ["Ondřej Dvořáček"]),
        ("The violin that Łucja Świerczyńska repaired sounds warm again.", ["Łucja Świerczyńska"]),
        ("can someone ask deepa if she paid the plumber?", ["deepa"]),
        ("THE DEED WAS SIGNED BY MARGARETHE OSTERKAMP LAST WEEK", ["MARGARETHE OSTERKAMP"]),
        ("Tobiasz: are we still on for lunch?\nMirela: sure, noon works", ["Tobiasz", "Mirela"]),
        ("It was Rautavaara's third request this month.", ["Rautavaara"]),
        ("Both Okonjo and Velasquez abstained from the vote.", ["Okonjo", "Velasquez"]),
        ("Dr. Quiteria Balmaceda-Ruiz will read your scan", ["Quiteria Balmaceda-Ruiz"]),
        ("The ministry sent Abdulrahman al-Khatib to negotiate.", ["Abdulrahman al-Khatib"]),
    ],
)
def test_persons_are_found_and_nothing_around_them(text: str, names: list[str]) -> None:
    assert found(text, t.PERSON) == names


@pytest.mark.parametrize(
    "text",
    [
        "Visitor: the gate was locked.\nReceptionist: I will open it.",
        "Health insurance ID | Referral source | Discharge summary | Grace period",
        "Skills: Rust, Terraform, Ansible, Jenkins, Julia, Scala",
        "The Paperwhite and the Wrangler were both recalled in spring.",
        "Contact: Billing Support\nFrom: Delivery Hub\nAuthor: Release Crew",
        "def load_rows(path, limit=None):\n    return Parser(path).rows(limit)",
        "2024-05-01 10:00:00 WARN ConnectionPool - retrying in 300 ms",
        "Preheat the oven, whisk the eggs and fold in the Parmesan.",
        "Fix flaky retry test and bump the linter",
        "Frequently Asked Questions\nHow do I reset my password?",
        "We seek a Senior Data Engineer who enjoys Airflow and Snowflake.",
        "Will May be warm? Bill the client in March.",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert found(text, t.PERSON) == found(text, t.ADDRESS) == found(text, t.ORGANIZATION) == []


@pytest.mark.parametrize(
    "word",
    ["lang", "department", "mark", "str", "user_grace", "hr.dept", "Context", "May", "Label"],
)
def test_what_fields_are_called_by_stays(word: str) -> None:
    assert analyse([word])[0] == []


@pytest.mark.parametrize(
    "address",
    [
        "Flat 2, 14 Foo Rd, Leeds LS6 3QT",
        "Koskikatu 25, 33100 Tampere, Finland",
        "ul. Cicha 86, 30-420 Kraków",
        "PSC 4115, Box 7855, APO AA 41945",
        "Λ. Αλεξάνδρας 14, 114 73 Αθήνα",
        "88 rue des Tanneurs, 59000 Lille",
        "Via Ripamonti 41, 20141 Milano MI",
        "1207 NW Hawthorne Blvd Apt 5C, Portland, OR 97214",
        "Rua das Laranjeiras, 314, 22240-006 Rio de Janeiro",
    ],
)
def test_addresses_are_found_whole(address: str) -> None:
    assert found(f"She has lived at {address} for two years.", t.ADDRESS) == [address]


def test_an_address_of_many_lines_is_one() -> None:
    address = "Hauptstraße 12\n10827 Berlin\nGermany"
    assert found(f"Deliver to:\n{address}\n\nThank you!", t.ADDRESS) == [address]


def test_a_phone_in_an_address_stays_a_phone() -> None:
    text = "Reach us at 742 Evergreen Terrace, phone +1 212 555 0173, Springfield"
    assert found(text, t.PHONE) == ["+1 212 555 0173"]
    assert found(text, t.ADDRESS)[0] == "742 Evergreen Terrace"


def test_a_title_alone_is_nobody() -> None:
    text = "Readout of President Obama's Call with President Poroshenko; the President will reply."
    assert found(text, t.PERSON, Recall.HIGH) == ["Obama", "Poroshenko"]


def test_letters_of_a_plate_are_no_organisation() -> None:
    text = "courier Elif Sandoval, plate PC71 YQH, gate 4"
    assert found(text, t.PLATE) == ["PC71 YQH"]
    assert found(text, t.ORGANIZATION) == found(text, t.ADDRESS) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shares of Allendorf Pharma fell after the bank cut its forecast.", "Allendorf Pharma"),
        (
            "The merger of Hollis, Tremblay and Adeyemi was approved.",
            "Hollis, Tremblay and Adeyemi",
        ),
        ("He studied law at the University of Tartu.", "University of Tartu"),
        ("Invoices go to Brandt Maschinenbau GmbH by mail.", "Brandt Maschinenbau GmbH"),
    ],
)
def test_organisations_are_found(text: str, name: str) -> None:
    assert name in found(text, t.ORGANIZATION)


def test_places_are_found_only_where_they_are_asked_for() -> None:
    text = "The train from Gdańsk to Vienna was late."
    assert found(text, t.LOCATION) == ["Gdańsk", "Vienna"]
    assert analyse([text])[0] == []
    assert t.LOCATION not in parse({"default": "surrogate"}).types


def test_a_name_is_found_wherever_it_stands_again() -> None:
    text = "Patient: Ingvild Thorsrud\n\nnotes: ask - Ingvild Thorsrud - again; (Ingvild Thorsrud)"
    assert found(text, t.PERSON) == ["Ingvild Thorsrud"] * 3


def test_each_step_of_recall_finds_what_the_one_before_it_does() -> None:
    text = "wren took the late shift, so did Juniper; the Halden account waits for Marlowe & co"
    sizes = [sum(map(len, found(text, t.PERSON, recall))) for recall in Recall]
    assert sizes == sorted(sizes)


def test_chinese_with_english_in_it_is_read_where_two_words_stand_in_a_row() -> None:
    text = "合同由Priyanka Venkataraman签字，寄到London办公室。"
    assert "Priyanka Venkataraman" in found(text, t.PERSON)


def test_weights_and_lists_belong_together() -> None:
    session = onnxruntime.InferenceSession(str(WEIGHTS), providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map["words"] == lists.fingerprint()
    assert WEIGHTS.stat().st_size < 8_000_000


def test_nothing_is_loaded_for_a_text_without_latin_words() -> None:
    code = (
        "import sys\n"
        "from deid.engine.recognition.engine import analyse\n"
        "analyse(['13800138000 或 62345678'], types=['PERSON', 'PHONE_NUMBER'])\n"
        "from deid.engine.recognition.tagger_en import lists\n"
        "assert lists.words.cache_info().currsize == 0\n"
        "assert 'deid.engine.recognition.tagger_en.network' not in sys.modules\n"
        "assert 'deid.engine.recognition.tagger_en.features' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
