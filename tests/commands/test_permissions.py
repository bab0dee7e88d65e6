"""Rights follow seats, today's, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from commands.call import Call, Refused
from commands.permissions import Rights, rights
from storage.agreements.importing import import_agreement
from storage.chairs import TurnRow, replace_terms
from storage.models import Agreement, Appointment, Forum, Person, Seat, Workspace
from storage.people import appoint, end_appointment
from tests.nyby import Room
from tests.storage.agreements.files import EXAMPLE, changed, sound

CHIEFS, PLANNING, OPERATIVE = "chefssamradet", "planeringsgruppen", "operativa-gruppen"
EVERYONE = ("anna", "bertil", "cecilia", "disa", "erik", "farah", "gustav", "hugo")


async def of(room: Room, who: str, team_id: str = "") -> Rights:
    call = room.call(who)
    if team_id:
        call = Call(call.workspace_id, team_id, call.user_id, call.now)
    async with room.database.reading() as session:
        return await rights(call, session)


def forums(room: Room, may: object) -> str:
    """The forums for which it holds, by first letter: "CPO" is all three."""
    assert callable(may)
    return "".join(
        letter for letter, key in zip("CPO", (CHIEFS, PLANNING, OPERATIVE), strict=True) if may(room.town.forums[key])
    )


@pytest.mark.asyncio
async def test_who_may_see_log_act_and_administer(room: Room) -> None:
    table = {}
    for who in EVERYONE:
        asker = await of(room, who)
        table[who] = [
            forums(room, may) for may in (asker.may_see, asker.may_log, asker.may_act_for, asker.may_administer)
        ]
    assert table == {
        "anna": ["CPO", "CPO", "CPO", "CPO"],  # coordinators act everywhere
        "bertil": ["CPO", "CPO", "CPO", "CPO"],
        "cecilia": ["CPO", "CPO", "CPO", "CPO"],
        "disa": ["CPO", "CPO", "", ""],  # her forum and those below it
        "erik": ["O", "O", "", ""],
        "farah": ["PO", "PO", "", ""],
        "gustav": ["CPO", "CPO", "C", ""],  # chairs Chefssamrådet in 2027
        "hugo": ["CPO", "", "", "CPO"],  # handles rosters and channels, and nothing else
    }


@pytest.mark.asyncio
async def test_a_forum_nobody_knows_of_is_nobodys(room: Room) -> None:
    for who in ("anna", "hugo"):
        asker = await of(room, who)
        assert not asker.may_see(4711)
        assert not asker.may_log(4711)
        assert not asker.may_act_for(4711)
        assert not asker.may_administer(4711)


@pytest.mark.asyncio
async def test_an_outsider_is_told_whom_to_ask_and_shown_nothing(room: Room) -> None:
    with pytest.raises(Refused, match="samordnare"):
        await of(room, "ivar")


@pytest.mark.asyncio
async def test_where_nobody_is_on_any_roster_it_says_how_to_import_one(room: Room) -> None:
    async with room.database.transaction() as session:
        workspace = Workspace(team_id="T0TOM")
        session.add(workspace)
        await session.flush()
        call = Call(workspace.id or 0, "T0TOM", "U0ANNA", datetime(2027, 1, 11, 7, tzinfo=UTC))
        with pytest.raises(Refused, match="roster import"):
            await rights(call, session)


@pytest.mark.asyncio
async def test_the_same_user_id_in_another_team_is_somebody_else(room: Room) -> None:
    async with room.database.transaction() as session:
        anna = await session.get(Person, room.town.people["anna"])
        assert anna is not None
        anna.slack_team_id = "T0NYBY"
        session.add(anna)
    assert (await of(room, "anna", "T0NYBY")).coordinator
    with pytest.raises(Refused):
        await of(room, "anna", "T0POLIS")


@pytest.mark.asyncio
async def test_rights_end_with_the_appointment_at_once(room: Room) -> None:
    today = date(2027, 10, 20)
    async with room.database.transaction() as session:
        held = (await session.exec(select(Appointment).where(Appointment.person_id == room.town.people["erik"]))).one()
        await end_appointment(session, held, last=today)
    assert forums(room, (await of(room, "erik")).may_see) == "O"
    room.on(today + timedelta(days=1))
    with pytest.raises(Refused):
        await of(room, "erik")


@pytest.mark.asyncio
async def test_a_deputy_has_the_seats_rights_and_the_chairs_deputy_acts_for_the_forum(room: Room) -> None:
    async with room.database.transaction() as session:
        seat = (await session.exec(select(Seat).where(Seat.title == "Lokalpolisområdeschef"))).one()
        await appoint(
            session,
            seat_id=seat.id or 0,
            person_id=room.town.people["erik"],
            deputy=True,
            starts=date(2027, 10, 1),
        )
    asker = await of(room, "erik")
    assert forums(room, asker.may_see) == "CPO"
    assert forums(room, asker.may_act_for) == "C"


@pytest.mark.asyncio
async def test_the_right_to_act_passes_on_with_the_chair(room: Room) -> None:
    assert forums(room, (await of(room, "disa")).may_act_for) == ""
    async with room.database.transaction() as session:
        await replace_terms(
            session,
            forum_id=room.town.forums[CHIEFS],
            agreement_id=room.town.agreement,
            terms=[TurnRow("Kommundirektör", date(2027, 10, 1), date(2027, 12, 31), by_decision=True)],
            decided_by=None,
            now=room.now,
        )
    assert forums(room, (await of(room, "disa")).may_act_for) == "C"
    assert forums(room, (await of(room, "gustav")).may_act_for) == ""


@pytest.mark.asyncio
async def test_the_vice_chair_acts_for_the_forum(room: Room) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums[CHIEFS])
        assert forum is not None
        forum.chair_rule = forum.chair_rule | {"vice": "Kommundirektör"}
        session.add(forum)
    assert forums(room, (await of(room, "disa")).may_act_for) == "C"


@pytest.mark.asyncio
async def test_a_title_that_another_agreement_has_too_gives_no_rights_there(room: Room) -> None:
    async with room.database.transaction() as session:
        after = changed(EXAMPLE, ("  från: 2027-01-01\n  till: 2030-12-31", "  från: 2031-01-01\n  till: 2034-12-31"))
        await import_agreement(session, room.town.workspace, "nyby-2031", sound(after), room.now)
        later = (await session.exec(select(Agreement).where(Agreement.key == "nyby-2031"))).one()
        there = (await session.exec(select(Forum.id).where(Forum.agreement_id == later.id))).all()
    for who in ("anna", "gustav", "disa"):
        asker = await of(room, who)
        assert not any(asker.may_see(forum_id or 0) or asker.may_act_for(forum_id or 0) for forum_id in there)


@pytest.mark.asyncio
async def test_what_an_ended_agreement_left_to_log_may_still_be_logged_by_its_coordinator(room: Room) -> None:
    room.on(date(2031, 1, 7))
    asker = await of(room, "anna")
    assert asker.seen_forums() == []
    assert forums(room, asker.may_log) == "CPO"
