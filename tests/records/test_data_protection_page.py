"""docs/data-protection.md names every table with something about a person, and how long as docs/records.md has it."""

import re
from pathlib import Path

import pytest

from commands.texts.records import KINDS
from storage.records.belonging import TABLES, of_person
from storage.records.kinds import NO_RECORDS, TABLES_OF

PAGE = (Path(__file__).parent.parent.parent / "docs" / "data-protection.md").read_text(encoding="utf-8")
NAMED = re.compile("`([^`]+)`")


def rows() -> list[tuple[set[str], str]]:
    """The tables of each row, and what it says about how long."""
    stored = PAGE.split("## Vad som lagras")[1].split("\n## ")[0]
    found = [line.strip("|").split("|") for line in stored.splitlines() if line.startswith("|")]
    return [(set(NAMED.findall(row[1])), row[3]) for row in found[2:]]


def test_every_table_that_points_at_a_person_stands_on_the_page() -> None:
    named = set().union(*(tables for tables, _ in rows()))
    # texts written by hand that may name somebody, besides those that point at a person
    assert set(of_person(1)) | {"disposal", "record_rule", "agreement"} <= named
    assert named <= set(TABLES)


@pytest.mark.parametrize(
    ("tables", "how_long"), rows(), ids=lambda each: "" if isinstance(each, str) else " ".join(sorted(each))
)
def test_how_long_is_the_kind_of_record_the_table_is(tables: set[str], how_long: str) -> None:
    for table in tables - set(NO_RECORDS):
        kinds = {KINDS[kind][0] for kind, its in TABLES_OF.items() if table in its}
        assert kinds & set(NAMED.findall(how_long)), table
    assert NAMED.findall(how_long) or tables <= set(NO_RECORDS)
