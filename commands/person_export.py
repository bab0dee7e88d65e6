"""Everything about one person as a bundle: the register extract of GDPR article 15."""

from datetime import datetime

from sqlalchemy import inspect
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.export_rows import add_tables, fetched
from commands.tabular import csv_of
from commands.texts import export as texts
from storage.models import Person
from storage.records.belonging import TABLES, naming, of_person


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
    """Every row that points at the person, and where the name stands in what others have written.

    `now` is aware UTC. Raises LookupError for a person who is not there.
    """
    person = await session.get(Person, person_id)
    if person is None:
        raise LookupError(person_id)
    bundle = Bundle(texts.person_heading(person.name, now, zone), now)
    people = {person_id: person.name}  # nobody else's name: only what others wrote may hold one
    add_tables(bundle, await fetched(session, of_person(person_id)), people)
    mentions: list[list[object]] = []
    for table, (columns, condition) in naming(person.name).items():
        model = TABLES[table]
        key = inspect(model).primary_key
        for row in (await session.exec(select(model).where(condition).order_by(*key))).all():
            at = [name for name in columns if person.name.casefold() in str(getattr(row, name) or "").casefold()]
            row_id = "/".join(str(getattr(row, column.key)) for column in key)
            mentions += [[texts.FILES.get(table, table), row_id, texts.column(name)] for name in at]
    path = f"{texts.CSV_FOLDER}/{texts.MENTIONS}.csv"
    bundle.add(path, csv_of(texts.MENTION_HEADINGS, mentions), len(mentions))
    counted = [texts.counted(name, count) for name, count in sorted(bundle.rows.items())]
    readable = bundle.about + texts.section(texts.SECTIONS["rows"], counted)
    bundle.add(texts.READABLE, readable.encode())
    return bundle
