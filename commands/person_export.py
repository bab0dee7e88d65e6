"""Everything about one person as a bundle: the register extract of GDPR article 15.

It is the person's own, so nobody else's name is in it, neither in rows nor in what somebody has written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import inspect
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.export_rows import Rows, Shown, add_tables, fetched, read_out
from commands.tabular import csv_of
from commands.texts import export as texts
from storage.models import Person
from storage.records.belonging import TABLES, naming, of_person, rows_where

SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
SHORTEST_NAME = 3  # letters of a first name or surname that is taken out where it stands alone


async def people_meant(session: AsyncSession, workspace_id: int, words: str) -> list[Person]:
    """Everybody on the rosters with that Slack user id, or that name in any case; names are not unique."""
    rows = await session.exec(select(Person).where(Person.workspace_id == workspace_id).order_by("id"))
    wanted = words.strip().casefold()
    return [
        person
        for person in rows.all()
        if wanted and wanted in (person.name.casefold(), (person.slack_user_id or "").casefold())
    ]


async def person_bundle(session: AsyncSession, person_id: int, *, now: datetime, zone: str) -> Bundle:
    """Every row that points at the person, and every sentence where the name stands in what others have written.

    `now` is aware UTC. Raises LookupError for a person who is not there.
    """
    person = await session.get(Person, person_id)
    if person is None:
        raise LookupError(person_id)
    others = (await session.exec(select(Person.name).where(Person.id != person_id))).all()
    without_others = hiding(person.name, others)
    bundle = Bundle(texts.person_heading(person.name, now, zone), now)
    people = {person_id: person.name}
    rows = await fetched(session, of_person(person_id))
    add_tables(bundle, rows, people, shown=without_others)
    mentions = await _mentions(session, person.name, without_others)
    path = f"{texts.CSV_FOLDER}/{texts.MENTIONS}.csv"
    bundle.add(path, csv_of(texts.MENTION_HEADINGS, mentions), len(mentions))
    named = [texts.mention(table, field, sentence) for table, _, field, sentence in mentions]
    readable = [bundle.about, *_sections(rows, people, zone, without_others), texts.section(texts.NAMED_HEADING, named)]
    counted = [texts.counted(name, count) for name, count in sorted(bundle.rows.items())]
    readable.append(texts.section(texts.SECTIONS["rows"], counted))
    bundle.add(texts.READABLE, "".join(readable).encode())
    return bundle


def _sections(rows: Rows, people: Mapping[int, str], zone: str, shown: Shown) -> Iterator[str]:
    for table, found in rows.items():
        if found:
            yield texts.section(texts.title_of(table), [read_out(row, people, zone, shown) for row in found])


async def _mentions(session: AsyncSession, name: str, shown: Shown) -> list[list[str]]:
    """Where the name stands in what somebody has written: file, id, field and the sentence."""
    wanted, found = _pattern([name]), []
    for table, (columns, condition) in naming(name).items():
        key = inspect(TABLES[table]).primary_key
        for row in (await session.exec(rows_where(TABLES[table], condition))).all():
            row_id = "/".join(str(getattr(row, column.key)) for column in key)
            for column in columns:
                for sentence in _sentences(getattr(row, column), wanted):
                    found.append([texts.FILES.get(table, table), row_id, texts.column(column), shown(sentence)])
    return found


def _sentences(held: object, wanted: re.Pattern[str]) -> Iterator[str]:
    """The sentences of a text, or of any text in JSON, that hold the name."""
    if isinstance(held, str):
        yield from (sentence.strip() for sentence in SENTENCE_ENDS.split(held) if wanted.search(sentence))
    elif isinstance(held, dict | list):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _sentences(each, wanted)


def hiding(name: str, others: Iterable[str]) -> Shown:
    """What takes everybody else's name out of a text: whole names, and first names and surnames standing alone."""
    own = {part.casefold() for part in name.split()}
    whole = [other for other in others if other.strip() and other.casefold() != name.casefold()]
    parts = {part for other in whole for part in other.split() if len(part) >= SHORTEST_NAME and part[0].isupper()}
    alone = [part for part in parts if part.casefold() not in own]
    if not whole:
        return lambda text: text
    names, pieces = _pattern(whole), _pattern(alone, ignoring_case=False) if alone else None

    def hidden(text: str) -> str:
        without = names.sub(texts.SOMEBODY_ELSE, text)
        return without if pieces is None else pieces.sub(texts.SOMEBODY_ELSE, without)

    return hidden


def _pattern(names: Iterable[str], *, ignoring_case: bool = True) -> re.Pattern[str]:
    """Any of the names as whole words, the longest first, in the genitive too, with any blanks between their parts."""
    written = (r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?=s?(?!\w))", re.IGNORECASE if ignoring_case else 0)
