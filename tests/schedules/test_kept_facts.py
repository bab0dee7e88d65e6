"""Facts are read once and kept until somebody changes them; and what is kept is never another's, nor undone work."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import col, update

from schedules.loading import agreement_facts, read_facts
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Occasion
from storage.occasions import book
from tests.commands.conftest import nyby_on_postgres as nyby_on_postgres
from tests.commands.conftest import nyby_on_sqlite as nyby_on_sqlite
from tests.commands.conftest import room as room
from tests.nyby import Room


@contextmanager
def questions(database: Database) -> Iterator[list[str]]:
    """The statements the database is asked meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def booked(room: Room, day: date) -> None:
    async with room.database.transaction() as session:
        await book(
            session,
            commitment_id=room.town.commitments["mote-planeringsgruppen"],
            on=day,
            at="13:00",
            place="Kommunhuset",
            person_id=None,
            now=room.now,
        )
        await touch(session, room.town.agreement)


async def days(room: Room) -> list[date]:
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
    return sorted(each.on for commitment in facts.commitments for each in commitment.occasions)


@pytest.mark.asyncio
async def test_the_second_question_costs_one_select_and_gives_the_same(room: Room) -> None:
    async with room.database.reading() as session:
        first = await agreement_facts(session, room.town.agreement)
    with questions(room.database) as said:
        async with room.database.reading() as session:
            assert await agreement_facts(session, room.town.agreement) is first
    assert len(said) == 1


@pytest.mark.asyncio
async def test_whoever_changes_the_facts_is_seen_by_the_next_who_asks(room: Room) -> None:
    before = await days(room)
    await booked(room, date(2027, 11, 10))
    assert await days(room) == sorted([*before, date(2027, 11, 10)])


@pytest.mark.asyncio
async def test_one_sees_ones_own_change_before_it_is_committed_and_nobody_what_was_undone(room: Room) -> None:
    before = await days(room)
    with pytest.raises(ZeroDivisionError):
        async with room.database.transaction() as session:
            await session.exec(update(Occasion).values(on=date(2030, 1, 1)).where(col(Occasion.id) > 0))
            await touch(session, room.town.agreement)
            facts = await agreement_facts(session, room.town.agreement)
            assert {each.on for one in facts.commitments for each in one.occasions} <= {date(2030, 1, 1)}
            raise ZeroDivisionError
    await booked(room, date(2027, 11, 10))  # the number that was undone is given out again
    assert await days(room) == sorted([*before, date(2027, 11, 10)])


@pytest.mark.asyncio
async def test_what_is_kept_is_what_a_fresh_reading_gives(room: Room) -> None:
    await days(room)
    async with room.database.reading() as session:
        kept = await agreement_facts(session, room.town.agreement)
        assert kept == await read_facts(session, room.town.agreement)
        assert kept is not await read_facts(session, room.town.agreement)


@pytest.mark.asyncio
async def test_an_agreement_that_is_not_there_is_said(room: Room) -> None:
    async with room.database.reading() as session:
        with pytest.raises(LookupError):
            await agreement_facts(session, 987_654)


@pytest.mark.asyncio
async def test_of_many_who_want_the_same_at_once_one_reads(room: Room) -> None:
    await booked(room, date(2027, 3, 3))
    with questions(room.database) as said:
        answers = await asyncio.gather(*(days(room) for _ in range(5)))
    assert answers == [[date(2027, 3, 3)]] * 5
    assert len([each for each in said if "occasion.booked_at" in each]) == 1
