"""Swapped turns, a stand-in, and the newest change taken back: history stays, nobody is skipped or doubled."""

import asyncio
from datetime import date, time

import pytest
from sqlmodel import select

from commands.call import Form, Refused
from storage.chairs import history
from storage.message import decoded
from storage.models import ChairTerm, Outgoing
from tests.nyby import Room, button, form, text

PLANNING = "planeringsgruppen"
CARE, POLICE = "Kommunens säkerhetschef", "Kommunpolis"


async def forecast(room: Room, forum: str = PLANNING) -> list[str]:
    """The lines of the forecast, without bullets."""
    said = text(await room.says("anna", f"/ordforande prognos {forum}"))
    return [line.removeprefix("• ") for line in said.splitlines() if line.startswith("• ")]


async def swapped(room: Room, one: str = "2028-01-01", other: str = "2029-01-01") -> None:
    opened = form(await room.says("anna", f"/ordforande byt {PLANNING}"))
    await room.presses("anna", button(await room.sends("anna", opened, one=one, other=other), "Ja, byt"))


def choice(opened: Form, words: str) -> str:
    (options,) = [field.options for field in opened.fields if field.name == "seat"]
    (value,) = [option.value for option in options if option.label == words]
    return value


async def acting(room: Room, seat: str, first: str, last: str) -> None:
    opened = form(await room.says("anna", f"/ordforande tillfällig {PLANNING}"))
    asked = await room.sends("anna", opened, seat=choice(opened, seat), first=first, last=last)
    await room.presses("anna", button(asked, "Ja, så blir det"))


@pytest.mark.asyncio
async def test_two_turns_change_places_and_the_order_goes_on_as_before(room: Room) -> None:
    before = await forecast(room)
    await swapped(room)
    after = await forecast(room)
    assert [POLICE in line for line in before] == [False, True, False, True]
    assert [POLICE in line for line in after] == [False, False, True, True]
    assert [line.endswith("(beslutat)") for line in after] == [False, True, True, False]


@pytest.mark.asyncio
async def test_swap_is_shown_first_and_changes_nothing_until_it_is_confirmed(room: Room) -> None:
    before = await forecast(room)
    opened = form(await room.says("anna", f"/ordforande byt {PLANNING}"))
    shown = text(await room.sends("anna", opened, one="2028-01-01", other="2029-01-01"))
    assert f"{CARE} i stället för {POLICE}" in shown
    assert await forecast(room) == before


@pytest.mark.asyncio
async def test_exactly_those_who_changed_turns_are_told(room: Room) -> None:
    await swapped(room)
    async with room.database.reading() as session:
        rows = (await session.exec(select(Outgoing))).all()
    told = {row.person_id: decoded(row.payload).plain() for row in rows if row.payload and row.person_id}
    assert set(told) == {room.town.people["bertil"]}  # Anna did it herself
    assert "har bytt turer" in told[room.town.people["bertil"]]
    assert len([row for row in rows if row.forum_id == room.town.forums[PLANNING] and row.person_id is None]) == 1


@pytest.mark.asyncio
async def test_stand_in_leads_one_meeting_and_then_the_chair_is_whose_it_was(room: Room) -> None:
    await acting(room, POLICE, "2027-11-10", "2027-11-10")
    room.on(date(2027, 11, 10))
    assert f"Ordförande: {POLICE}" in text(await room.says("anna", f"/ordforande {PLANNING}"))
    room.on(date(2027, 11, 11))
    assert f"Ordförande: {CARE}" in text(await room.says("anna", f"/ordforande {PLANNING}"))
    room.on(date(2028, 1, 1))
    assert f"Ordförande: {POLICE}" in text(await room.says("anna", f"/ordforande {PLANNING}"))


@pytest.mark.asyncio
async def test_chair_who_steps_down_is_followed_by_the_stand_in_to_the_end_of_the_turn(room: Room) -> None:
    opened = form(await room.says("anna", f"/ordforande tillfällig {PLANNING}"))
    asked = await room.sends("anna", opened, seat=choice(opened, POLICE))  # from today, to the end of the turn
    await room.presses("anna", button(asked, "Ja, så blir det"))
    lines = await forecast(room)
    assert [POLICE in line for line in lines[:3]] == [True, False, True] or POLICE in lines[0]
    async with room.database.reading() as session:
        terms = await history(session, forum_id=room.town.forums[PLANNING])
    assert [(term.seat_title, term.starts, term.ends) for term in terms] == [
        (CARE, date(2027, 1, 1), date(2027, 10, 19)),
        (POLICE, date(2027, 10, 20), date(2027, 12, 31)),
    ]


@pytest.mark.asyncio
async def test_newest_change_is_taken_back_the_same_day_once_and_told(room: Room) -> None:
    before = await forecast(room)
    opened = form(await room.says("anna", f"/ordforande byt {PLANNING}"))
    asked = await room.sends("anna", opened, one="2028-01-01", other="2029-01-01")
    done = await room.presses("anna", button(asked, "Ja, byt"))
    await room.presses("anna", button(done, "Ångra"))
    assert await forecast(room) == before
    assert "inte längre" in text(await room.presses("anna", button(done, "Ångra")))
    async with room.database.reading() as session:
        kept = (await session.exec(select(ChairTerm))).all()
    assert kept  # what was decided and taken back can be read


@pytest.mark.asyncio
async def test_day_after_it_is_too_late_to_take_a_change_back(room: Room) -> None:
    asked = await room.says("anna", f"/ordforande rotera {PLANNING}")
    done = await room.presses("anna", button(asked, "Ja, lämna över"))
    room.on(date(2027, 10, 21), time(8))
    assert "annan dag" in text(await room.presses("anna", button(done, "Ångra")))


@pytest.mark.asyncio
async def test_rotation_taken_back_gives_the_chair_back_with_its_whole_turn(room: Room) -> None:
    before = text(await room.says("anna", f"/ordforande {PLANNING}"))
    done = await room.presses(
        "anna", button(await room.says("anna", f"/ordforande rotera {PLANNING}"), "Ja, lämna över")
    )
    assert text(await room.says("anna", f"/ordforande {PLANNING}")) != before
    await room.presses("anna", button(done, "Ångra"))
    assert text(await room.says("anna", f"/ordforande {PLANNING}")) == before


@pytest.mark.asyncio
async def test_two_who_swap_at_once_swap_once(room: Room) -> None:
    asked = []
    for who in ("anna", "bertil"):
        opened = form(await room.says(who, f"/ordforande byt {PLANNING}"))
        asked.append(button(await room.sends(who, opened, one="2028-01-01", other="2029-01-01"), "Ja, byt"))
    done = await asyncio.gather(
        room.presses("anna", asked[0]), room.presses("bertil", asked[1]), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Refused", "Reply"]
    assert [POLICE in line for line in await forecast(room)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("2028-01-01", "2028-01-01", "other"),
        ("2028-01-01", "2030-01-01", "other"),  # the police's both
        ("2026-01-01", "2028-01-01", "one"),  # has been
        ("", "2028-01-01", "one"),
    ],
)
@pytest.mark.asyncio
async def test_turns_that_cannot_be_swapped_are_told_at_their_field(
    sqlite_room: Room, one: str, other: str, wrong: str
) -> None:
    opened = form(await sqlite_room.says("anna", f"/ordforande byt {PLANNING}"))
    with pytest.raises(Refused) as refused:
        await sqlite_room.sends("anna", opened, one=one, other=other)
    assert list(refused.value.fields) == [wrong]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"first": "2027-10-19"}, "first"),
        ({"first": "2027-11-10", "last": "2027-11-09"}, "last"),
        ({"last": "2029-01-01"}, "last"),
        ({"first": "snart"}, "first"),
        ({"seat": ""}, "seat"),
        ({"seat": "999999"}, "seat"),
    ],
)
@pytest.mark.asyncio
async def test_stand_in_that_cannot_be_is_told_at_its_field(
    sqlite_room: Room, changes: dict[str, str], wrong: str
) -> None:
    opened = form(await sqlite_room.says("anna", f"/ordforande tillfällig {PLANNING}"))
    with pytest.raises(Refused) as refused:
        await sqlite_room.sends("anna", opened, **({"seat": choice(opened, POLICE)} | changes))
    assert list(refused.value.fields) == [wrong]


@pytest.mark.asyncio
async def test_only_the_chair_and_coordinators_change_turns(sqlite_room: Room) -> None:
    for line in (f"/ordforande byt {PLANNING}", f"/ordforande tillfällig {PLANNING}"):
        assert "ordföranden" in await sqlite_room.refusal("farah", line)
