"""Booking, moving and calling off: said once, told once, and what waited about it withdrawn."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from commands.call import Answer, Refused
from schedules.message import Button
from storage.agreements.importing import import_agreement
from storage.models import Agreement, AttendanceAnswer, Commitment, Notice, NoticeState, Occasion
from storage.outbox import tell
from storage.terms import OccasionState
from tests.nyby import Room, button, form, reply, text, values
from tests.storage.agreements.files import EXAMPLE, changed, sound

PLANNING, WALK = "planeringsgruppen", "aktivitet-trygghetsvandring"
BOOK = "/mote boka planeringsgruppen 2027-11-10 13.00 Kommunhuset"


async def planned(room: Room) -> list[tuple[str, str | None, str]]:
    return [
        (each.on.isoformat(), each.at, each.place)
        for each in await room.occasions()
        if each.state is OccasionState.PLANNED
    ]


async def wait_about(room: Room, occasion: Occasion) -> None:
    """A reminder about the occasion that waits in the outbox."""
    async with room.database.transaction() as session:
        await tell(
            session,
            workspace_id=room.town.workspace,
            key=f"soon:o{occasion.id}",
            kind="soon",
            due_at=datetime(2027, 11, 9, 7, tzinfo=UTC),
            now=room.now,
            forum_id=room.town.forums[PLANNING],
            agreement_id=room.town.agreement,
            occasion_id=occasion.id,
        )


async def waiting_about(room: Room, occasion: Occasion) -> list[tuple[NoticeState, str | None]]:
    async with room.database.reading() as session:
        rows = (
            await session.exec(select(Notice).where(Notice.occasion_id == occasion.id, Notice.kind == "soon"))
        ).all()
    return [(row.state, row.reason) for row in rows]


# --- booking ----------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_whole_line_books_at_once_and_tells_the_forum(room: Room) -> None:
    said = text(await room.says("anna", BOOK))
    assert said == "Bokat. Ons 10 nov 2027 kl. 13.00 (v. 45): Planeringsgruppens möte, Kommunhuset."
    assert await planned(room) == [("2027-11-10", "13:00", "Kommunhuset")]
    (message,) = await room.told(PLANNING)
    assert message.plain() == (
        "Bokat: Planeringsgruppens möte\nOns 10 nov 2027 kl. 13.00 (v. 45): Planeringsgruppens möte, Kommunhuset"
    )
    async with room.database.reading() as session:
        agreement = await session.get(Agreement, room.town.agreement)
    assert agreement is not None
    assert agreement.next_due_at is None


LINES = [
    ("planeringsgruppen 10/11 kl 13 Kommunhuset", ("2027-11-10", "13:00", "Kommunhuset")),
    ("planeringsgruppen ons v 45 13:00", ("2027-11-10", "13:00", "")),
    ("planeringsgruppen 10 nov", ("2027-11-10", None, "")),
    ("planeringsgrupp 10 nov kl. 13.00–15.00 Kommunhuset", ("2027-11-10", "13:00", "Kommunhuset, till kl. 15.00")),
    ("planeringsgruppen 10 nov 13:00-15:00", ("2027-11-10", "13:00", "till kl. 15.00")),
    ("trygghetsvandring 18 nov 18.00 Centrum, vid stationen", ("2027-11-18", "18:00", "Centrum, vid stationen")),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("words", "booked"), LINES)
async def test_days_times_and_places_are_understood_as_people_type_them(
    sqlite_room: Room, words: str, booked: tuple[str, str | None, str]
) -> None:
    room = sqlite_room
    await room.says("anna", f"/mote boka {words}")
    assert await planned(room) == [booked]


@pytest.mark.asyncio
async def test_booking_the_same_twice_is_once(room: Room) -> None:
    await room.says("anna", BOOK)
    again = text(await room.says("farah", BOOK))
    assert again.startswith("Det är redan bokat: Ons 10 nov 2027 kl. 13.00")
    assert len(await planned(room)) == 1
    assert len(await room.told(PLANNING)) == 1


@pytest.mark.asyncio
async def test_two_who_book_the_same_in_the_same_instant_book_once(room: Room) -> None:
    answers = await asyncio.gather(*[room.says(who, BOOK) for who in ("anna", "bertil", "farah")])
    assert sorted(text(answer).startswith("Bokat.") for answer in answers) == [False, False, True]
    assert len(await planned(room)) == 1
    assert len(await room.told(PLANNING)) == 1


@pytest.mark.asyncio
async def test_a_member_books_for_the_forum_but_not_for_one_they_do_not_sit_in(room: Room) -> None:
    await room.says("farah", BOOK)
    for who in ("erik", "hugo"):
        assert "samordnare" in await room.refusal(who, "/mote boka planeringsgruppen 2027-11-17 13.00")
        assert "samordnare" in await room.refusal(who, "/mote boka planeringsgruppen")
        assert "samordnare" in await room.refusal(who, "/mote flytta planeringsgruppen 2027-11-17")
        assert "samordnare" in await room.refusal(who, "/mote ställ in planeringsgruppen")
    assert len(await planned(room)) == 1


@pytest.mark.asyncio
async def test_a_day_that_is_over_cannot_be_booked(room: Room) -> None:
    assert "har redan varit" in await room.refusal("anna", "/mote boka planeringsgruppen 2027-10-19 13.00")
    opened = form(await room.says("anna", "/mote boka planeringsgruppen"))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, on="2027-10-19")
    assert set(refused.value.fields) == {"on"}
    await room.says("anna", "/mote boka planeringsgruppen 2027-10-20 15.00")  # later today is not over
    assert len(await planned(room)) == 1


POOR_DAYS = [
    ("2027-12-24", "julafton"),
    ("2027-11-13", "helg"),
    ("2027-11-03", "höstlov"),
    ("2028-07-05", "juli"),
    ("2028-05-26", "klämdag"),
    ("2028-01-12", "v. 2"),
    ("2031-02-03", "utanför överenskommelsens period"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("day", "why"), POOR_DAYS)
async def test_a_poor_day_is_booked_all_the_same_with_a_word_of_warning(sqlite_room: Room, day: str, why: str) -> None:
    room = sqlite_room
    said = text(await room.says("anna", f"/mote boka planeringsgruppen {day} 13.00"))
    assert said.startswith("Bokat.")
    assert why in said.split("\n")[1], said
    assert len(await planned(room)) == 1


@pytest.mark.asyncio
async def test_a_good_day_gets_no_warning(room: Room) -> None:
    assert "\n" not in text(await room.says("anna", BOOK))


@pytest.mark.asyncio
async def test_the_button_opens_a_form_with_suggested_day_and_last_times_place(room: Room) -> None:
    await room.says("anna", BOOK)
    opened = form(await room.presses("anna", _book(room)))
    shown = values(opened)
    assert shown["at"] == "13:00"
    assert shown["place"] == "Kommunhuset"
    assert shown["on"]
    assert date.fromisoformat(str(shown["on"])) > date(2027, 10, 20)
    await room.sends("anna", opened, on="2027-12-01")
    assert [on for on, *_ in await planned(room)] == ["2027-11-10", "2027-12-01"]


def _book(room: Room, more: str = "") -> Button:
    """The button under "nothing is booked" about Planeringsgruppen's meetings."""
    return Button("Boka tid", "mote boka", f"c:{room.town.commitments['mote-planeringsgruppen']}{more}")


@pytest.mark.asyncio
async def test_a_button_may_carry_a_suggested_day(room: Room) -> None:
    said = await room.presses("anna", _book(room, " 2027-11-24"))
    assert "Ons 24 nov 2027" in text(said)


@pytest.mark.asyncio
async def test_mistakes_in_the_form_are_told_at_their_fields(room: Room) -> None:
    opened = form(await room.says("anna", "/mote boka"))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, what=str(room.town.commitments[WALK]), on="", at="25:00")
    assert set(refused.value.fields) == {"on", "at"}
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, what="", on="2027-11-10")
    assert set(refused.value.fields) == {"what"}
    with pytest.raises(Refused) as refused:
        await room.sends(
            "anna",
            opened,
            what=str(room.town.commitments[WALK]),
            on="2027-11-10",
            place="Hos 640823-3234",
        )
    assert set(refused.value.fields) == {"place"}
    assert "640823" not in refused.value.sentence
    assert await planned(room) == []


@pytest.mark.asyncio
async def test_a_form_that_names_what_one_may_not_book_books_nothing(room: Room) -> None:
    opened = form(await room.says("erik", "/mote boka"))
    with pytest.raises(Refused):
        await room.sends("erik", opened, what=str(room.town.commitments["mote-planeringsgruppen"]), on="2027-11-10")
    assert await planned(room) == []


@pytest.mark.asyncio
async def test_what_is_asked_per_area_is_booked_for_one(room: Room) -> None:
    async with room.database.transaction() as session:
        walk = await session.get(Commitment, room.town.commitments[WALK])
        assert walk is not None
        walk.cadence = walk.cadence | {"areas": ["Centrum", "Hökmossen"]}
        session.add(walk)
    said = text(await room.says("anna", "/mote boka trygghetsvandring 18 nov 18.00 hökmossen"))
    assert "Hökmossen" in said
    opened = form(await room.says("anna", "/mote boka trygghetsvandring 18 nov 18.00"))
    assert values(opened)["area"] == ""
    with pytest.raises(Refused):
        await room.sends("anna", opened, area="Månen")
    await room.sends("anna", opened, area="Centrum")
    assert [each.area for each in await room.occasions(WALK)] == ["Hökmossen", "Centrum"]


@pytest.mark.asyncio
async def test_when_the_next_agreement_is_imported_names_mean_the_one_in_force_that_day(room: Room) -> None:
    async with room.database.transaction() as session:
        after = changed(EXAMPLE, ("  från: 2027-01-01\n  till: 2030-12-31", "  från: 2031-01-01\n  till: 2034-12-31"))
        await import_agreement(session, room.town.workspace, "nyby-2031", sound(after), room.now)
    room.on(date(2030, 12, 1))
    await room.says("anna", "/mote boka planeringsgruppen 2030-12-10 13.00")
    async with room.database.reading() as session:
        (occasion,) = (await session.exec(select(Occasion))).all()
        commitment = await session.get(Commitment, occasion.commitment_id)
    assert commitment is not None
    assert commitment.agreement_id == room.town.agreement
    refused = await room.refusal("anna", "/mote boka planeringsgruppen 2031-02-05 13.00")
    assert "samordnare" in refused  # nobody sits in the next agreement's forums yet


# --- what is booked ---------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_is_booked_is_listed_by_day_in_the_forums_one_may_see(room: Room) -> None:
    await room.says("anna", "/mote boka planeringsgruppen 2027-12-01 13.00")
    await room.says("anna", "/mote boka operativa gruppen 2027-11-03 09.00")
    everything = [part.lines for part in reply(await room.says("anna", "/mote")).parts[:2]]
    assert [lines[0][:15] for lines in everything] == ["Ons 3 nov 2027 ", "Ons 1 dec 2027 "]
    assert "1 dec" not in text(await room.says("erik", "/mote"))
    assert "3 nov" not in text(await room.says("farah", "/mote planeringsgruppen"))
    assert "kan därför inte se" in await room.refusal("erik", "/mote planeringsgruppen")
    assert "Inget är bokat" in text(await room.says("anna", "/mote chefssamrådet"))


@pytest.mark.asyncio
async def test_who_may_not_book_gets_no_buttons_to_move_with(room: Room) -> None:
    await room.says("anna", BOOK)
    assert reply(await room.says("hugo", "/mote")).parts[0].buttons == ()
    assert [each.label for each in reply(await room.says("farah", "/mote")).parts[0].buttons] == ["Flytta", "Ställ in"]


# --- moving -----------------------------------------------------------------------------------------------------------

MOVES = [
    "planeringsgruppen 2027-11-10 till 2027-11-17 14.00",
    "planeringsgruppen från 10 nov till 2027-11-17 kl 14",
    "planeringsgruppen 2027-11-17 14.00",
    "planeringsgruppen till ons v 46 14.00",
    "planeringsgruppen 10/11 17/11 14.00",
]


@pytest.mark.asyncio
@pytest.mark.parametrize("words", MOVES)
async def test_the_day_moved_from_and_the_day_moved_to_are_told_apart(sqlite_room: Room, words: str) -> None:
    room = sqlite_room
    await room.says("anna", BOOK)
    await room.says("anna", f"/mote flytta {words}")
    assert await planned(room) == [("2027-11-17", "14:00", "Kommunhuset")]


@pytest.mark.asyncio
async def test_moving_tells_the_forum_once_and_withdraws_what_waited(room: Room) -> None:
    await room.says("anna", BOOK)
    (old,) = await room.occasions()
    await wait_about(room, old)
    move = "/mote flytta planeringsgruppen 2027-11-10 till 2027-11-17 13.00"
    moved = text(await room.says("anna", move))
    assert moved.startswith("Flyttat. Planeringsgruppens möte: ons 10 nov 2027 kl. 13.00 (v. 45) blir ons 17 nov 2027")
    assert "inget är bokat ons 10 nov 2027" in await room.refusal("anna", move)
    told = [message.plain() for message in await room.told(PLANNING)]
    assert sum("Flyttat:" in each for each in told) == 1
    assert await waiting_about(room, old) == [(NoticeState.WITHDRAWN, "moved")]
    before, after = await room.occasions()
    assert (before.state, before.moved_to_id) == (OccasionState.MOVED, after.id)


@pytest.mark.asyncio
async def test_a_meeting_is_not_moved_onto_another_and_both_stand_as_they_were(room: Room) -> None:
    await room.says("anna", BOOK)
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-17 13.00 Brandstationen")
    refused = await room.refusal("anna", "/mote flytta planeringsgruppen 2027-11-10 till 2027-11-17 13.00")
    assert "Det är redan bokat något då" in refused
    assert "ons 17 nov 2027 kl. 13.00 (v. 46), Brandstationen" in refused
    assert await planned(room) == [("2027-11-10", "13:00", "Kommunhuset"), ("2027-11-17", "13:00", "Brandstationen")]
    assert len(await room.told(PLANNING)) == 2
    (first, _) = await room.occasions()
    assert (first.row_version, first.moved_to_id) == (1, None)


@pytest.mark.asyncio
async def test_two_who_move_different_meetings_to_one_time_in_the_same_instant_move_one(room: Room) -> None:
    first = await room.says("anna", BOOK)
    second = await room.says("anna", "/mote boka planeringsgruppen 2027-11-17 13.00")

    async def move(who: str, booked: Answer) -> str:
        opened = form(await room.presses(who, button(booked, "Flytta")))
        try:
            return text(await room.sends(who, opened, on="2027-12-01"))
        except Refused as refused:
            return refused.sentence

    answers = await asyncio.gather(move("anna", first), move("bertil", second))
    assert sorted(answer.startswith("Flyttat.") for answer in answers) == [False, True]
    assert len(await planned(room)) == 2


async def answering(room: Room) -> list[tuple[int, int]]:
    async with room.database.reading() as session:
        rows = await session.exec(select(AttendanceAnswer))
        return sorted((row.occasion_id, row.person_id) for row in rows.all())


@pytest.mark.asyncio
async def test_another_place_keeps_the_answers_and_the_occasion(room: Room) -> None:
    await room.says("anna", BOOK)
    (occasion,) = await room.occasions()
    await wait_about(room, occasion)
    await room.presses("bertil", Button("", "svar kommer", f"o:{occasion.id}"))
    said = text(await room.says("anna", "/mote flytta planeringsgruppen 2027-11-10 till 2027-11-10 Polishuset"))
    assert said.startswith("Ändrat: Planeringsgruppens möte. Ons 10 nov 2027 kl. 13.00 (v. 45): Polishuset.")
    assert await answering(room) == [(occasion.id, room.town.people["bertil"])]
    assert await waiting_about(room, occasion) == [(NoticeState.WAITING, None)]
    assert await planned(room) == [("2027-11-10", "13:00", "Polishuset")]
    told = (await room.told(PLANNING))[-1].plain()
    assert "Tidigare: Kommunhuset. Tiden är densamma, så svaren gäller fortfarande." in told
    (now,) = await room.occasions()
    assert (now.id, now.row_version) == (occasion.id, 2)  # the same for calendars, and newer


@pytest.mark.asyncio
async def test_another_time_asks_everybody_anew_and_says_that_answers_no_longer_count(room: Room) -> None:
    await room.says("anna", BOOK)
    (occasion,) = await room.occasions()
    await room.presses("bertil", Button("", "svar kommer", f"o:{occasion.id}"))
    said = text(await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-10 15.00"))
    assert "1 svar på den gamla tiden gäller inte längre. Forumet får frågan på nytt." in said
    told = (await room.told(PLANNING))[-1]
    assert "Svaren på den gamla tiden gäller inte längre." in told.plain()
    labels = [each.label for each in told.parts[0].buttons]
    assert labels == ["Kommer", "Kan inte", "Skickar ersättare", "Uppdatera kalendern"]
    new = (await room.occasions())[-1]
    await room.presses("bertil", told.parts[0].buttons[1])
    assert (new.id, room.town.people["bertil"]) in await answering(room)


@pytest.mark.asyncio
async def test_an_old_summons_button_answers_for_the_new_time_and_says_which(room: Room) -> None:
    await room.says("anna", BOOK)
    (occasion,) = await room.occasions()
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 15.00")
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-24 15.00")
    said = text(await room.presses("bertil", Button("", "svar kan-inte", f"o:{occasion.id}")))
    assert "är flyttat: ons 10 nov 2027 kl. 13.00 (v. 45) blev ons 24 nov 2027 kl. 15.00" in said
    assert "Noterat: du kan inte komma till Planeringsgruppens möte ons 24 nov 2027 kl. 15.00" in said
    assert await answering(room) == [((await room.occasions())[-1].id, room.town.people["bertil"])]
    await room.says("anna", "/mote ställ in planeringsgruppen")
    with pytest.raises(Refused, match="inte längre planerat"):
        await room.presses("bertil", Button("", "svar kommer", f"o:{occasion.id}"))


@pytest.mark.asyncio
async def test_two_who_move_it_in_the_same_instant_move_it_once(room: Room) -> None:
    booked = await room.says("anna", BOOK)
    opened = form(await room.presses("anna", button(booked, "Flytta")))

    async def move(who: str, day: str) -> str:
        try:
            return text(await room.sends(who, opened, on=day))
        except Refused as refused:
            return refused.sentence

    answers = await asyncio.gather(move("anna", "2027-11-17"), move("bertil", "2027-11-24"))
    assert sorted(answer.startswith("Flyttat.") for answer in answers) == [False, True]
    assert len(await planned(room)) == 1
    assert len(await room.told(PLANNING)) == 2  # booked, moved


@pytest.mark.asyncio
async def test_the_button_to_move_opens_a_form_as_it_stands_and_sending_it_unchanged_moves_nothing(room: Room) -> None:
    opened = form(await room.presses("anna", button(await room.says("anna", BOOK), "Flytta")))
    assert values(opened) == {"on": "2027-11-10", "at": "13:00", "place": "Kommunhuset"}
    assert "redan bokat" in text(await room.sends("anna", opened))
    await room.sends("anna", opened, at="", place="Brandstationen")
    assert await planned(room) == [("2027-11-10", None, "Brandstationen")]


@pytest.mark.asyncio
async def test_where_several_are_booked_it_asks_which(room: Room) -> None:
    await room.says("anna", BOOK)
    await room.says("anna", "/mote boka planeringsgruppen 2027-12-01 13.00")
    for line in ("/mote flytta planeringsgruppen till 2027-12-08", "/mote ställ in planeringsgruppen"):
        said = await room.refusal("anna", line)
        assert "ons 10 nov 2027" in said
        assert "ons 1 dec 2027" in said
    await room.says("anna", "/mote ställ in planeringsgruppen 1 dec")
    assert [on for on, *_ in await planned(room)] == ["2027-11-10"]


# --- calling off ------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_calling_off_tells_the_forum_once_and_withdraws_what_waited(room: Room) -> None:
    booked = await room.says("anna", BOOK)
    (occasion,) = await room.occasions()
    await wait_about(room, occasion)
    cancelled = await room.says("anna", "/mote ställ in planeringsgruppen")
    assert text(cancelled).startswith("Inställt: Planeringsgruppens möte ons 10 nov 2027")
    assert [each.label for each in reply(cancelled).parts[0].buttons] == ["Boka tid"]
    with pytest.raises(Refused, match="inte längre planerat"):
        await room.presses("bertil", button(booked, "Ställ in"))
    assert sum("Inställt:" in message.plain() for message in await room.told(PLANNING)) == 1
    assert await waiting_about(room, occasion) == [(NoticeState.WITHDRAWN, "cancelled")]
    await room.says("anna", BOOK)  # the same day may be booked anew
    assert len(await planned(room)) == 1


@pytest.mark.asyncio
async def test_with_nothing_booked_there_is_nothing_to_call_off(room: Room) -> None:
    assert "Inget är bokat" in await room.refusal("anna", "/mote ställ in planeringsgruppen")


SLIPS = [
    ("/mote bokka planeringsgruppen 2027-11-10", ("bokka", "/mote boka")),
    ("/mote planeringsgrupen", ("planeringsgrupen", "Planeringsgruppen")),
    ("/mote planeringsgruppen nästa månad", ("nästa månad",)),
    ("/mote boka planeringsgrupen 2027-11-10", ("planeringsgrupen", "Planeringsgruppen")),
    ("/mote boka planeringsgruppen 2027-02-30", ("2027-02-30",)),
    ("/mote boka planeringsgruppen 2027-11-10 25.00", ("25.00",)),
    ("/mote ställ in planeringsgruppen kanske", ("kanske",)),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("line", "said"), SLIPS)
async def test_what_was_not_understood_is_named_with_the_nearest_right_form(
    sqlite_room: Room, line: str, said: tuple[str, ...]
) -> None:
    room = sqlite_room
    await room.says("anna", BOOK)
    sentence = await room.refusal("anna", line)
    assert all(each in sentence for each in said), sentence
