"""Rows of any table as CSV for a reader: Swedish headings, names beside ids of people, values in plain text."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import inspect
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.tabular import csv_of
from commands.texts import export as texts
from storage.models import Person
from storage.records.belonging import TABLES, Condition, rows_where

Rows = dict[str, list[Any]]


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


def add_tables(
    bundle: Bundle, rows: Rows, people: Mapping[int, str], without: Mapping[str, Collection[str]] | None = None
) -> None:
    """Every table as a file, empty ones too. `without`: table → columns that are left out."""
    for table, found in rows.items():
        columns = [
            column for column in inspect(TABLES[table]).columns if column.key not in (without or {}).get(table, ())
        ]
        headings: list[str] = []
        for column in columns:
            headings.append(texts.column(column.key))
            if means_person(column):
                headings.append(texts.column(column.key) + texts.NAMED)
        lines = [cells(row, columns, people) for row in found]
        bundle.add(texts.file_of(table), csv_of(headings, lines), len(found))


def cells(row: Any, columns: Sequence[Any], people: Mapping[int, str]) -> list[object]:
    """A row's values, each person's name after the id."""
    made: list[object] = []
    for column in columns:
        value = getattr(row, column.key)
        made.append(plain(value))
        if means_person(column):
            made.append(people.get(value, ""))
    return made


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
