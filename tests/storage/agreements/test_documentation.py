"""What docs/agreement-format.md shows can be written."""

import re

import pytest

from storage.agreements.format import ACTIVITY_KINDS, CHAIR_WAYS, MEMBER_KINDS, PARTY_KINDS, AgreementFile
from storage.agreements.phrases import EVENT_WORDS, parse
from storage.agreements.reading import check_text
from storage.agreements.roster import read_roster
from tests.storage.agreements.files import FOLDER

TEXT = (FOLDER.parent / "docs" / "agreement-format.md").read_text(encoding="utf-8")
RATES = re.findall(r"^\| `([^`]+)` \|", TEXT.split("## Takter")[1].split("## ")[0], re.MULTILINE)


def test_the_example_has_neither_mistakes_nor_warnings() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert check_text(example) == []


@pytest.mark.parametrize("rate", RATES)
def test_every_rate_in_the_table_can_be_read(rate: str) -> None:
    parse(rate)


def test_every_key_at_the_top_of_a_file_is_explained() -> None:
    keys = {field.alias or name for name, field in AgreementFile.model_fields.items()} - {"format"}
    assert {key for key in keys if f"`{key}`" not in TEXT} == set()


def test_every_word_to_choose_from_is_explained() -> None:
    words = {*ACTIVITY_KINDS, *CHAIR_WAYS, *MEMBER_KINDS, *PARTY_KINDS, *EVENT_WORDS.values()}
    assert {word for word in words if word not in TEXT} == set()


def test_the_roster_shown_can_be_read() -> None:
    (shown,) = re.findall(r"```\n(seat,name.*?)```", TEXT, re.DOTALL)
    rows, problems = read_roster(shown)
    assert (len(rows), problems) == (3, [])
