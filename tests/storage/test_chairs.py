"""Recorded turns in the chair: replaced, never rewritten; and the answers to whose turn it is."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.importing import ensure_workspace, import_agreement
from storage.chairs import TurnRow, anchor, history, hold_forum, newest_term, replace_terms, seat_by_title
from storage.database import Database
from storage.models import ChairAnchor, ChairTerm, Forum
from tests.storage.agreements.files import NYBY, sound

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CARE, POLICE = "Trygghetssamordnare", "Kommunpolis"
NEW_YEAR, MARCH, DECEMBER = date(2027, 1, 1), date(2027, 3, 1), date(2027, 12, 31)


async def founded(session: AsyncSession) -> Forum:
    workspace = await ensure_workspace(session)
    await import_agreement(session, workspace.id or 0, "nyby", sound(NYBY), NOW)
    return (await session.exec(select(Forum).where(Forum.name == "Styrgruppen"))).one()


async def store(session: AsyncSession, forum: Forum, *terms: tuple[str, date, date | None, bool]) -> None:
    await replace_terms(
        session,
        forum_id=forum.id or 0,
        agreement_id=forum.agreement_id,
        terms=[TurnRow(*term) for term in terms],
        decided_by=None,
        now=NOW,
    )


async def standing(session: AsyncSession, forum: Forum) -> list[tuple[str, date, date | None]]:
    return [(term.seat_title, term.starts, term.ends) for term in await history(session, forum_id=forum.id or 0)]


@pytest.mark.asyncio
async def test_what_is_replaced_is_kept_and_no_longer_counts(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        await store(session, forum, (CARE, NEW_YEAR, DECEMBER, False))
        await store(
            session, forum, (CARE, NEW_YEAR, date(2027, 2, 28), False), (POLICE, MARCH, date(2028, 12, 31), True)
        )
        assert await standing(session, forum) == [
            (CARE, NEW_YEAR, date(2027, 2, 28)),
            (POLICE, MARCH, date(2028, 12, 31)),
        ]
        kept = (await session.exec(select(ChairTerm).where(col(ChairTerm.replaced) != 0))).one()
        assert (kept.seat_title, kept.ends) == (CARE, DECEMBER)


@pytest.mark.asyncio
async def test_what_stands_the_same_is_left_alone_with_who_sat_there(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        await store(session, forum, (CARE, NEW_YEAR, date(2027, 2, 28), False))
        before = await newest_term(session, forum_id=forum.id or 0)
        await store(session, forum, (CARE, NEW_YEAR, date(2027, 2, 28), False))
        assert await newest_term(session, forum_id=forum.id or 0) == before


@pytest.mark.asyncio
async def test_the_number_of_the_newest_turn_grows_with_every_change(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        numbers = [await newest_term(session, forum_id=forum.id or 0)]
        for seat in (CARE, POLICE, CARE):
            await store(session, forum, (seat, MARCH, None, True))
            numbers.append(await newest_term(session, forum_id=forum.id or 0))
        assert numbers[0] == 0
        assert numbers == sorted(set(numbers))


@pytest.mark.asyncio
async def test_a_decision_says_who_made_it_and_when_but_history_by_rule_does_not(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        await store(session, forum, (CARE, NEW_YEAR, date(2027, 2, 28), False), (POLICE, MARCH, None, True))
        by_rule, decided = await history(session, forum_id=forum.id or 0)
        assert (by_rule.by_decision, by_rule.decided_at) == (False, None)
        assert decided.by_decision
        assert decided.decided_at is not None


@pytest.mark.asyncio
async def test_a_seat_the_agreement_does_not_have_cannot_chair(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        assert await seat_by_title(session, agreement_id=forum.agreement_id, title="Borgmästare") is None
        with pytest.raises(LookupError):
            await store(session, forum, ("Borgmästare", MARCH, None, True))


@pytest.mark.asyncio
async def test_a_new_answer_to_whose_turn_it_is_keeps_the_old(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
        for title in (CARE, POLICE):
            seat = await seat_by_title(session, agreement_id=forum.agreement_id, title=title)
            assert seat is not None
            await anchor(
                session,
                forum_id=forum.id or 0,
                seat_id=seat.id or 0,
                from_day=MARCH,
                term_months=6,
                answered_by=None,
                now=NOW,
            )
        assert len((await session.exec(select(ChairAnchor))).all()) == 2


@pytest.mark.asyncio
async def test_two_who_change_the_chair_at_once_take_turns(database: Database) -> None:
    async with database.transaction() as session:
        forum = await founded(session)
    seen: list[int] = []

    async def change(seat: str) -> None:
        async with database.transaction() as session:
            await hold_forum(session, forum_id=forum.id or 0)
            seen.append(await newest_term(session, forum_id=forum.id or 0))
            await store(session, forum, (seat, MARCH, None, True))

    await asyncio.gather(change(CARE), change(POLICE))
    assert sorted(seen)[0] == 0
    assert sorted(seen)[1] > 0
    async with database.reading() as session:
        assert len(await standing(session, forum)) == 1
