"""An agreement read in anew with another order in the chair: shown before, told to exactly those it changes for, and
history stays."""

from datetime import date, datetime

import pytest
from sqlmodel import col, select

from commands.rule_change import Changed, after_import, before_import, tell_changed
from schedules.loading import agreement_facts
from schedules.rotation import chair_on
from storage.agreements.importing import import_agreement
from storage.database import Database
from storage.models import ChairTerm, Notice, Person
from tests.nyby import Room, text
from tests.storage.agreements.files import EXAMPLE, sound


def turned_round() -> str:
    """The example with Chefssamrådet's order in the chair changed for the years to come."""
    before = next(line for line in EXAMPLE.splitlines() if "ordning: [" in line)
    seats = before.split("[")[1].split("]")[0].split(", ")
    return EXAMPLE.replace(before, before.replace(", ".join(seats), ", ".join([seats[0], *reversed(seats[1:])])), 1)


async def read_in(room: Room, file: str, *, dry_run: bool = False) -> list[Changed]:
    async with room.database.transaction() as session:
        before = await before_import(session, workspace_id=room.town.workspace, key="nyby")
        await import_agreement(session, room.town.workspace, "nyby", sound(file), room.now)
        changed = list(await after_import(session, before, now=room.now))
        if dry_run:
            await session.rollback()
        elif before is not None:
            await tell_changed(session, before, changed, workspace_id=room.town.workspace, now=room.now)
        return changed


async def told_by_themselves(room: Room) -> list[str]:
    async with room.database.reading() as session:
        rows = await session.exec(
            select(Person.name)
            .join(Notice, col(Notice.person_id) == Person.id)
            .where(Notice.kind == "chair")
            .order_by(Person.name)
        )
        return list(rows.all())


async def chairs(database: Database, agreement: int, days: list[date]) -> list[str | None]:
    async with database.reading() as session:
        facts = await agreement_facts(session, agreement)
    forum = next(each for each in facts.forums if each.name == "Chefssamrådet")
    return [turn.seat if (turn := chair_on(forum, day)) else None for day in days]


PAST = [date(2027, 1, 1), date(2027, 10, 19), date(2028, 3, 1), date(2029, 3, 1), date(2029, 9, 1)]
LATER = datetime.fromisoformat("2029-10-01T08:00:00+00:00")


@pytest.mark.asyncio
async def test_a_new_order_rewrites_no_history(room: Room) -> None:
    before = await chairs(room.database, room.town.agreement, PAST)
    assert len(set(before)) == 3
    room.now = LATER
    changed = await read_in(room, turned_round())
    assert [each.forum.name for each in changed] == ["Chefssamrådet"]
    assert await chairs(room.database, room.town.agreement, PAST) == before


@pytest.mark.asyncio
async def test_those_whose_turns_change_are_told_once_and_nobody_else(room: Room) -> None:
    await read_in(room, turned_round())
    await read_in(room, turned_round())
    told = await told_by_themselves(room)
    assert told
    assert len(told) == len(set(told))
    assert "Farah Rahimi" not in told
    shown = text(await room.says("anna", "/ordforande prognos chefssamrådet"))
    assert "Ingen" not in shown


@pytest.mark.asyncio
async def test_a_dry_run_shows_the_same_and_leaves_everything(room: Room) -> None:
    days = [date(2028, 6, 1), date(2029, 6, 1)]
    before = await chairs(room.database, room.town.agreement, days)
    shown = [each.lines for each in await read_in(room, turned_round(), dry_run=True)]
    assert shown
    assert shown[0][0] == "Turer som ordförande som ändras i Chefssamrådet:"
    assert await chairs(room.database, room.town.agreement, days) == before
    assert await told_by_themselves(room) == []
    async with room.database.reading() as session:
        assert (await session.exec(select(ChairTerm))).all() == []
    assert [each.lines for each in await read_in(room, turned_round())] == shown


@pytest.mark.asyncio
async def test_a_file_that_changes_no_rule_tells_nobody(room: Room) -> None:
    assert await read_in(room, EXAMPLE.replace("titel: ", "titel: Ny ", 1)) == []
    assert await told_by_themselves(room) == []


def with_police_in_operative_chair() -> str:
    """The example with another fixed chair for Operativa gruppen."""
    return EXAMPLE.replace("      ordning: Kommunens säkerhetschef\n", "      ordning: Kommunpolis\n", 1)


@pytest.mark.asyncio
async def test_another_fixed_chair_rewrites_no_history_and_is_told_from_today(room: Room) -> None:
    room.now = datetime.fromisoformat("2028-03-01T08:00:00+00:00")
    (changed,) = await read_in(room, with_police_in_operative_chair())
    assert changed.lines == [
        "Turer som ordförande som ändras i Operativa gruppen:",
        "• från ons 1 mars 2028: Kommunpolis i stället för Kommunens säkerhetschef",
    ]
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        terms = (await session.exec(select(ChairTerm))).all()
    forum = next(each for each in facts.forums if each.name == "Operativa gruppen")
    days = (date(2027, 11, 1), date(2028, 2, 29), date(2028, 3, 1))
    care, police = "Kommunens säkerhetschef", "Kommunpolis"
    assert [turn.seat if (turn := chair_on(forum, day)) else None for day in days] == [care, care, police]
    assert [(term.starts, term.ends, term.person_id) for term in terms] == [
        (date(2027, 1, 1), date(2028, 2, 29), room.town.people["anna"])
    ]
    said = text(await room.says("anna", "/ordforande historik operativa gruppen"))
    assert "• fre 1 jan 2027–tis 29 feb 2028: Kommunens säkerhetschef, Anna Ekdal" in said
    assert await told_by_themselves(room) == ["Anna Ekdal", "Bertil Norgren"]
