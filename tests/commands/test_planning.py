"""A year of meetings planned in one form: proposed, changed, left out, booked at once and told once."""

from datetime import date, time, timedelta

import pytest

from commands.call import Form, Refused
from schedules.days import Calendar
from tests.nyby import Room, form, text, values

CHIEFS, PLANNING, OPERATIVE = "mote-chefssamradet", "mote-planeringsgruppen", "mote-operativa-gruppen"


def days(opened: Form) -> list[date]:
    shown = [str(value) for name, value in values(opened).items() if name.startswith("day")]
    return [date.fromisoformat(value) for value in shown if value]


def text_of_note(opened: Form) -> str:
    return " ".join(field.label for field in opened.fields if field.kind == "note")


@pytest.mark.asyncio
async def test_year_is_proposed_as_agreed_and_booked_in_one_go(room: Room) -> None:
    opened = form(await room.says("anna", "/mote planera chefssamrådet 2028"))
    proposed = days(opened)
    assert len(proposed) == 4
    assert all(Calendar().meeting_hindrance(day) is None for day in proposed)
    answer = text(await room.sends("anna", opened, at="09:00", place="Kommunhuset"))
    assert "4 möten är bokade för Chefssamrådet" in answer
    booked = await room.occasions(CHIEFS)
    assert [(each.on, each.at, each.place) for each in booked] == [(day, "09:00", "Kommunhuset") for day in proposed]
    (told,) = await room.told("chefssamradet")
    assert told.parts[0].heading == "Chefssamrådet: mötena 2028 är bokade"
    assert len(told.parts[0].lines) == 4


@pytest.mark.asyncio
async def test_day_is_changed_and_another_left_out_and_the_next_look_proposes_what_is_missing(room: Room) -> None:
    opened = form(await room.says("anna", "/mote planera planeringsgruppen 2028"))
    first, second, third, fourth = days(opened)
    changed = first + timedelta(days=1)
    await room.sends("anna", opened, day1=changed.isoformat(), day3="")
    assert [each.on for each in await room.occasions(PLANNING)] == [changed, second, fourth]
    (left,) = days(form(await room.says("anna", "/mote planera planeringsgruppen 2028")))
    assert second < left < fourth
    assert abs((left - third).days) <= 7


@pytest.mark.asyncio
async def test_sending_the_form_twice_books_and_tells_once(room: Room) -> None:
    opened = form(await room.says("anna", "/mote planera chefssamrådet 2028"))
    await room.sends("anna", opened)
    answer = text(await room.sends("anna", opened))
    assert "Redan bokat" in answer
    assert len(await room.occasions(CHIEFS)) == 4
    assert len(await room.told("chefssamradet")) == 1
    with pytest.raises(Refused) as refused:
        await room.says("anna", "/mote planera chefssamrådet 2028")
    assert "så många möten" in refused.value.sentence


@pytest.mark.asyncio
async def test_two_who_plan_the_same_year_book_it_once(room: Room) -> None:
    annas = form(await room.says("anna", "/mote planera chefssamrådet 2028"))
    bertils = form(await room.says("bertil", "/mote planera chefssamrådet 2028"))
    first = days(annas)
    await room.sends("anna", annas, day4="", at="09:00")
    again = form(await room.sends("bertil", bertils, at="10:00"))
    assert "Någon har bokat" in str(values(again)["intro"]) + text_of_note(again)
    assert len(await room.occasions(CHIEFS)) == 3, "nothing of Bertil's is booked"
    (left,) = days(again)
    assert left > first[2]
    await room.sends("bertil", again)
    assert len(await room.occasions(CHIEFS)) == 4


@pytest.mark.asyncio
async def test_day_on_which_shared_people_meet_elsewhere_is_told(room: Room) -> None:
    opened = form(await room.says("anna", "/mote planera planeringsgruppen 2028"))
    await room.sends("anna", opened)
    taken = days(opened)[0]
    chiefs = form(await room.says("anna", "/mote planera chefssamrådet 2028"))
    answer = text(await room.sends("anna", chiefs, day1=taken.isoformat()))
    assert "Planeringsgruppen möts också den dagen" in answer


@pytest.mark.asyncio
async def test_forums_with_shared_people_get_days_of_their_own_lower_ones_first(room: Room) -> None:
    for forum in ("operativa gruppen", "planeringsgruppen", "chefssamrådet"):
        await room.sends("anna", form(await room.says("anna", f"/mote planera {forum} 2028")))
    booked = {key: [each.on for each in await room.occasions(key)] for key in (OPERATIVE, PLANNING, CHIEFS)}
    every = [day for each in booked.values() for day in each]
    assert len(set(every)) == len(every) == 18
    for planning, chiefs in zip(booked[PLANNING], booked[CHIEFS], strict=True):
        assert planning < chiefs
        assert any(timedelta(0) < planning - each <= timedelta(days=35) for each in booked[OPERATIVE])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"day1": "2027-01-01"}, "day1"),
        ({"day2": "2028-13-01"}, "day2"),
        ({"day1": "2029-03-01"}, "day1"),
        ({"day1": "2028-03-01", "day2": "2028-03-01"}, "day2"),
        ({"day1": "", "day2": "", "day3": "", "day4": ""}, "day1"),
        ({"at": "kvart över"}, "at"),
        ({"place": "x" * 201}, "place"),
        ({"place": "hos 640823-3234"}, "place"),
    ],
)
@pytest.mark.asyncio
async def test_what_cannot_be_is_told_at_its_field_and_nothing_is_booked(
    sqlite_room: Room, changes: dict[str, str], wrong: str
) -> None:
    opened = form(await sqlite_room.says("anna", "/mote planera chefssamrådet 2028"))
    with pytest.raises(Refused) as refused:
        await sqlite_room.sends("anna", opened, **changes)
    assert list(refused.value.fields) == [wrong]
    assert await sqlite_room.occasions() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/mote planera chefssamrådet 2026", "2026 har redan varit"),
        ("/mote planera chefssamrådet 2040", "gäller inte 2040"),
        ("/mote planera chefssamrådet 2028 snart", "snart"),
        ("/mote planera fikagruppen 2028", "fikagruppen"),
    ],
)
@pytest.mark.asyncio
async def test_words_that_cannot_be_planned_are_answered(sqlite_room: Room, line: str, said: str) -> None:
    assert said in await sqlite_room.refusal("anna", line)


@pytest.mark.asyncio
async def test_from_october_next_year_is_meant_and_before_this_one(sqlite_room: Room) -> None:
    assert {day.year for day in days(form(await sqlite_room.says("anna", "/mote planera chefssamrådet")))} == {2028}
    sqlite_room.on(date(2027, 3, 1), time(10))
    assert {day.year for day in days(form(await sqlite_room.says("anna", "/mote planera chefssamrådet")))} == {2027}


@pytest.mark.asyncio
async def test_member_who_neither_chairs_nor_coordinates_does_not_plan_the_year(sqlite_room: Room) -> None:
    assert "ordföranden" in await sqlite_room.refusal("farah", "/mote planera planeringsgruppen 2028")
    opened = form(await sqlite_room.says("anna", "/mote planera planeringsgruppen 2028"))
    with pytest.raises(Refused):
        await sqlite_room.sends("farah", opened)
    assert await sqlite_room.occasions() == []
