"""Who somebody is, which seats they hold today, and who sits in a forum."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.importing import ensure_workspace, import_agreement
from storage.database import Database
from storage.models import Appointment, AuditEntry, Forum, Person, Seat, Workspace
from storage.people import (
    anybody_on_a_roster,
    appoint,
    end_appointment,
    find_person,
    forums,
    forums_of_seats,
    person_of_slack,
    places,
    seats_held,
    traced,
)
from tests.storage.agreements.files import NYBY, sound

NOW = datetime(2027, 1, 11, 7, tzinfo=UTC)
TODAY = date(2027, 1, 11)
DAY = timedelta(days=1)


async def founded(session: AsyncSession) -> int:
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    workspace.team_id = "T0NYBY"
    await import_agreement(session, workspace.id, "nyby", sound(NYBY), NOW)
    return workspace.id


async def somebody(session: AsyncSession, workspace_id: int, name: str, user_id: str | None = None) -> Person:
    person = Person(workspace_id=workspace_id, name=name, slack_user_id=user_id)
    session.add(person)
    await session.flush()
    return person


async def seat(session: AsyncSession, title: str) -> Seat:
    return (await session.exec(select(Seat).where(Seat.title == title))).one()


async def forum(session: AsyncSession, name: str) -> Forum:
    return (await session.exec(select(Forum).where(Forum.name == name))).one()


@pytest.mark.asyncio
async def test_a_person_is_known_by_team_and_user_id_and_never_by_the_user_id_of_another_team(
    database: Database,
) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        session.add(Person(workspace_id=workspace_id, name="Polis", slack_user_id="U1", slack_team_id="T0POLIS"))
        session.add(Person(workspace_id=workspace_id, name="Någon", slack_user_id="U1", slack_team_id="T0ANNAN"))
        await session.flush()
        police = await find_person(session, workspace_id=workspace_id, team_id="T0POLIS", user_id="U1")
        assert police is not None
        assert police.name == "Polis"
        assert await find_person(session, workspace_id=workspace_id, team_id="T0TREDJE", user_id="U1") is None


@pytest.mark.asyncio
async def test_a_roster_that_names_no_team_means_the_workspaces_own_and_no_other(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna", "U0ANNA")
        found = await find_person(session, workspace_id=workspace_id, team_id="T0NYBY", user_id="U0ANNA")
        assert found is not None
        assert found.id == anna.id
        for team in ("T0POLIS", ""):
            assert await find_person(session, workspace_id=workspace_id, team_id=team, user_id="U0ANNA") is None


@pytest.mark.asyncio
async def test_a_closed_account_is_nobody(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna", "U0ANNA")
        anna.deactivated = True
        session.add(anna)
        assert await find_person(session, workspace_id=workspace_id, team_id="T0NYBY", user_id="U0ANNA") is None


@pytest.mark.asyncio
async def test_a_person_of_another_workspace_is_nobody_here(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        other = Workspace(team_id="T0ANNAN")
        session.add(other)
        await session.flush()
        await somebody(session, other.id or 0, "Anna", "U0ANNA")
        assert await find_person(session, workspace_id=workspace_id, team_id="T0NYBY", user_id="U0ANNA") is None
        assert not await anybody_on_a_roster(session, workspace_id=workspace_id)
        assert await anybody_on_a_roster(session, workspace_id=other.id or 0)


@pytest.mark.asyncio
async def test_a_seat_is_held_from_the_first_day_to_the_last_both_included(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna")
        police = await seat(session, "Kommunpolis")
        first, last = date(2027, 2, 1), date(2027, 6, 30)
        session.add(Appointment(seat_id=police.id or 0, person_id=anna.id or 0, starts=first, ends=last))
        await session.flush()

        async def holds(day: date) -> bool:
            return bool(await seats_held(session, person_id=anna.id or 0, today=day))

        assert [await holds(day) for day in (first - DAY, first, last, last + DAY)] == [False, True, True, False]


@pytest.mark.asyncio
async def test_a_seat_that_a_later_file_no_longer_has_is_not_held(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna")
        police = await seat(session, "Kommunpolis")
        await appoint(session, seat_id=police.id or 0, person_id=anna.id or 0, deputy=False, starts=TODAY)
        assert await seats_held(session, person_id=anna.id or 0, today=TODAY)
        police.active = False
        session.add(police)
        await session.flush()
        assert not await seats_held(session, person_id=anna.id or 0, today=TODAY)


@pytest.mark.asyncio
async def test_a_seat_may_sit_in_several_forums(database: Database) -> None:
    async with database.transaction() as session:
        await founded(session)
        police = await seat(session, "Kommunpolis")
        found = await forums_of_seats(session, seat_ids=[police.id or 0])
        assert sorted(found) == sorted(
            [(await forum(session, name)).id or 0 for name in ("Styrgruppen", "Arbetsgruppen")]
        )
        assert list(await forums_of_seats(session, seat_ids=[])) == []


@pytest.mark.asyncio
async def test_forums_of_ended_agreements_are_known_but_not_current(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        after = date(2029, 1, 1)
        before = await forums(session, workspace_id=workspace_id, today=date(2028, 12, 31))
        assert [each.name for each in before.current] == ["Styrgruppen", "Arbetsgruppen"]
        ended = await forums(session, workspace_id=workspace_id, today=after)
        assert (ended.current, len(ended.agreements)) == ((), 2)
        assert (await forums(session, workspace_id=workspace_id + 1, today=after)).agreements == {}


@pytest.mark.asyncio
async def test_a_forum_lists_its_lines_with_holders_deputies_vacancies_and_who_comes_next(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna, bo, eva = [await somebody(session, workspace_id, name) for name in ("Anna", "Bo", "Eva")]
        police = await seat(session, "Kommunpolis")
        await appoint(session, seat_id=police.id or 0, person_id=bo.id or 0, deputy=True, starts=TODAY)
        await appoint(session, seat_id=police.id or 0, person_id=anna.id or 0, deputy=False, starts=TODAY)
        await appoint(session, seat_id=police.id or 0, person_id=eva.id or 0, deputy=False, starts=date(2027, 3, 1))
        group = await forum(session, "Arbetsgruppen")

        async def shown(day: date) -> list[tuple[str, list[str], list[str], int]]:
            return [
                (
                    each.line.label,
                    [person.name for person, _ in each.holders],
                    [person.name for person, _ in each.coming],
                    each.vacant,
                )
                for each in await places(session, forum_id=group.id or 0, today=day)
            ]

        assert await shown(TODAY) == [("Trygghetssamordnare", [], [], 1), ("Polis", ["Anna", "Bo"], ["Eva"], 1)]
        assert await shown(date(2027, 3, 1)) == [
            ("Trygghetssamordnare", [], [], 1),
            ("Polis", ["Anna", "Eva", "Bo"], [], 0),
        ]


@pytest.mark.asyncio
async def test_appointing_twice_is_once_and_ordinary_and_deputy_are_two_things(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna")
        police = await seat(session, "Kommunpolis")

        async def appointed(starts: date, *, deputy: bool) -> bool:
            made = await appoint(session, seat_id=police.id or 0, person_id=anna.id or 0, deputy=deputy, starts=starts)
            return made is not None

        assert await appointed(TODAY, deputy=False)
        assert not await appointed(TODAY + DAY, deputy=False)
        assert await appointed(TODAY, deputy=True)
        assert len((await session.exec(select(Appointment))).all()) == 2


@pytest.mark.asyncio
async def test_an_ended_appointment_stays_as_history_and_is_never_made_longer(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        anna = await somebody(session, workspace_id, "Anna")
        police = await seat(session, "Kommunpolis")
        held = await appoint(session, seat_id=police.id or 0, person_id=anna.id or 0, deputy=False, starts=TODAY)
        assert held is not None
        assert await end_appointment(session, held, last=TODAY + 30 * DAY)
        assert not await end_appointment(session, held, last=TODAY + 60 * DAY)
        assert held.ends == TODAY + 30 * DAY
        assert await end_appointment(session, held, last=TODAY - 5 * DAY)
        assert held.ends == TODAY - DAY
        assert not await seats_held(session, person_id=anna.id or 0, today=TODAY)
        again = await appoint(session, seat_id=police.id or 0, person_id=anna.id or 0, deputy=False, starts=TODAY)
        assert again is not None


@pytest.mark.asyncio
async def test_the_same_slack_id_is_the_same_person(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        first = await person_of_slack(session, workspace_id=workspace_id, user_id="U0ANNA", name="Anna Ekdal")
        second = await person_of_slack(session, workspace_id=workspace_id, user_id="U0ANNA", name="A. Ekdal")
        assert (first.id, second.name) == (second.id, "Anna Ekdal")


@pytest.mark.asyncio
async def test_the_trail_says_who_did_what_to_which_row(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await founded(session)
        traced(
            session,
            workspace_id=workspace_id,
            now=NOW,
            actor="U0ANNA",
            person_id=None,
            action="mote boka",
            subject="occasion",
            subject_id=7,
            on="2027-02-10",
        )
        await session.flush()
        entry = (await session.exec(select(AuditEntry).where(AuditEntry.action == "mote boka"))).one()
        assert (entry.actor, entry.subject, entry.subject_id) == ("U0ANNA", "occasion", 7)
        assert entry.details == {"on": "2027-02-10"}
