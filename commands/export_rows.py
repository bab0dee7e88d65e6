"""Rows of any table as CSV for a reader: Swedish headings, names beside ids of people, values in plain text."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import inspect
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.tabular import csv_of
from commands.texts import export as texts
from schedules.swedish import datum, stund
from storage.models import Person
from storage.records.belonging import TABLES, Condition, rows_where

Rows = dict[str, list[Any]]
Shown = Callable[[str], str]  # what of a text may be shown
# columns that say nothing to a reader: the bot's own numbers and keys
UNSAID = frozenset({"id", "key", "natural_key", "digest", "token_digest", "raised_key", "lane", "ts", "row_version"})


async def fetched(session: AsyncSession, conditions: Mapping[str, Condition]) -> Rows:
    """Table → its rows that meet the condition."""
    return {
        table: list((await session.exec(rows_where(TABLES[table], condition))).all())
        for table, condition in conditions.items()
    }


async def names(session: AsyncSession) -> dict[int, str]:
    """Person id → name."""
    found = (await session.exec(select(Person.id, Person.name))).all()
    return {person_id: name for person_id, name in found if person_id is not None}


def as_it_is(text: str) -> str:
    """All of it."""
    return text


def add_tables(
    bundle: Bundle,
    rows: Rows,
    people: Mapping[int, str],
    without: Mapping[str, Collection[str]] | None = None,
    shown: Shown = as_it_is,
) -> None:
    """Every table as a file, empty ones too. `without`: table → columns that are left out. `shown`: of each text."""
    for table, found in rows.items():
        columns = [
            column for column in inspect(TABLES[table]).columns if column.key not in (without or {}).get(table, ())
        ]
        headings: list[str] = []
        for column in columns:
            headings.append(texts.column(column.key))
            if means_person(column):
                headings.append(texts.column(column.key) + texts.NAMED)
        lines = [cells(row, columns, people, shown) for row in found]
        bundle.add(texts.file_of(table), csv_of(headings, lines), len(found))


def cells(row: Any, columns: Sequence[Any], people: Mapping[int, str], shown: Shown = as_it_is) -> list[object]:
    """A row's values, each person's name after the id."""
    made: list[object] = []
    for column in columns:
        value = plain(getattr(row, column.key))
        made.append(shown(value) if isinstance(value, str) else value)
        if means_person(column):
            made.append(people.get(getattr(row, column.key), ""))
    return made


def read_out(row: Any, people: Mapping[int, str], zone: str, shown: Shown = as_it_is) -> str:
    """A row as a line to read: what is filled in, with headings and times as people say them."""
    said = []
    for column in inspect(type(row)).columns:
        value = getattr(row, column.key)
        if means_person(column):
            value = people.get(value, "")
        elif column.key in UNSAID or column.foreign_keys:
            continue
        if value not in (None, "", [], {}, False):
            said.append(f"{texts.column(column.key).lower()}: {shown(_worded(value, zone))}")
    return "; ".join(said)


def _worded(value: object, zone: str) -> str:
    if isinstance(value, datetime):
        return stund(value, zone)
    if isinstance(value, date):
        return datum(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_worded(each, zone)}" for key, each in value.items() if each not in (None, "", []))
    if isinstance(value, list):
        return ", ".join(_worded(each, zone) for each in value)
    return texts.said(str(plain(value)))


def means_person(column: Any) -> bool:
    """Whether a column points at a person."""
    return any(key.column.table.name == "person" for key in column.foreign_keys)


def plain(value: object) -> object:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    return value if isinstance(value, int | float) else str(value)
