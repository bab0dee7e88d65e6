"""The buttons under a reminder: coming or not, later, why, the pulse, and setting aside."""

import asyncio
from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import col, select

from commands import BY_NAME
from commands.call import Refused
from schedules.message import Button
from schedules.planner import plan
from storage.models import (
    Agreement,
    AttendanceAnswer,
    AuditEntry,
    Commitment,
    Notice,
    NoticeState,
    Outgoing,
    OutgoingState,
    Person,
    Pulse,
    Seat,
    Waiver,
)
from storage.people import appoint
from storage.terms import OccasionState
from tests.nyby import Room, button, form, reply, text, values

PLANNING, MEETINGS = "planeringsgruppen", "mote-planeringsgruppen"
BOOK = "/mote boka planeringsgruppen 2027-11-10 13.00 Kommunhuset"
SUMMONS_DAY = date(2027, 10, 29)  # ten days before is a Sunday


async def booked(room: Room) -> int:
    """A meeting of Planeringsgruppen on 10 November; its id."""
    await room.says("anna", BOOK)
    (occasion,) = await room.occasions()
    return occasion.id or 0


async def reminded(room: Room, day: date, kind: str) -> Notice:
    """The day's first reminder of the kind, planned at 08.01."""
    room.on(day, time(8, 1))
    await plan(room.database, room.now)
    async with room.database.reading() as session:
        found = select(Notice).where(Notice.kind == kind).order_by(col(Notice.id).desc())
        notice = (await session.exec(found)).first()
    assert notice is not None
    return notice


async def notices(room: Room, kind: str) -> list[Notice]:
    async with room.database.reading() as session:
        return list((await session.exec(select(Notice).where(Notice.kind == kind).order_by(col(Notice.id)))).all())


async def sent(room: Room, notice: Notice) -> None:
    """As the courier marks it."""
    async with room.database.transaction() as session:
        row, carrier = await session.get(Notice, notice.id), await session.get(Outgoing, notice.outgoing_id)
        assert row is not None
        assert carrier is not None
        row.state, carrier.state, carrier.sent_at = NoticeState.SENT, OutgoingState.SENT, room.now
        session.add_all([row, carrier])


async def answers(room: Room) -> list[tuple[str, bool]]:
    names = {number: name for name, number in room.town.people.items()}
    async with room.database.reading() as session:
        rows = (await session.exec(select(AttendanceAnswer))).all()
    return sorted((names[row.person_id], row.coming) for row in rows)


def coming(occasion: int) -> Button:
    return Button("Kommer", "svar kommer", f"o:{occasion}")


def declining(occasion: int) -> Button:
    return Button("Kan inte", "svar kan-inte", f"o:{occasion}")


# --- coming or not ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_members_answer_and_may_change_their_minds(room: Room) -> None:
    occasion = await booked(room)
    first = await room.presses("farah", coming(occasion))
    assert "du kommer till Planeringsgruppens möte ons 10 nov 2027 kl. 13.00" in text(first)
    assert await answers(room) == [("farah", True)]
    changed = await room.presses("farah", button(first, "Kan inte"))
    assert "du kan inte komma till Planeringsgruppens möte" in text(changed)
    await room.presses("bertil", coming(occasion))
    assert await answers(room) == [("bertil", True), ("farah", False)]


@pytest.mark.asyncio
async def test_a_double_press_is_one_answer(room: Room) -> None:
    occasion = await booked(room)
    await asyncio.gather(*[room.presses("farah", coming(occasion)) for _ in range(3)])
    assert await answers(room) == [("farah", True)]


@pytest.mark.asyncio
async def test_only_who_sits_in_the_forum_is_counted(room: Room) -> None:
    occasion = await booked(room)
    for who in ("erik", "disa", "hugo", "ivar"):  # below, above, administrator, outsider
        with pytest.raises(Refused):
            await room.presses(who, coming(occasion))
    assert await answers(room) == []


@pytest.mark.asyncio
async def test_a_deputy_and_somebody_from_another_organisation_answer_as_well(room: Room) -> None:
    occasion = await booked(room)
    async with room.database.transaction() as session:
        seat = (await session.exec(select(Seat).where(Seat.title == "VD NYBO"))).one()
        company = Person(
            workspace_id=room.town.workspace, name="Nils Åkerman", slack_user_id="U0NILS", slack_team_id="T0NYBO"
        )
        session.add(company)
        await session.flush()
        await appoint(session, seat_id=seat.id or 0, person_id=company.id or 0, deputy=True, starts=date(2027, 10, 1))
        number = company.id or 0
    with pytest.raises(Refused):
        await room.presses("nils", coming(occasion))  # the same user id, but of this team
    call = room.call("nils", f"o:{occasion}")
    abroad = type(call)(call.workspace_id, "T0NYBO", call.user_id, call.now, call.words)
    await room.run(BY_NAME["svar kommer"], abroad)
    async with room.database.reading() as session:
        assert await session.get(AttendanceAnswer, (occasion, number)) is not None


@pytest.mark.asyncio
async def test_nobody_answers_for_what_is_over_or_called_off_also_where_it_was_moved_first(room: Room) -> None:
    occasion = await booked(room)
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00")
    moved = next(each for each in await room.occasions() if each.state is OccasionState.PLANNED)
    room.on(date(2027, 11, 18))
    with pytest.raises(Refused):
        await room.presses("farah", coming(moved.id or 0))
    with pytest.raises(Refused, match="inte längre planerat"):
        await room.presses("farah", coming(occasion))
    room.on(date(2027, 11, 10))
    await room.says("anna", "/mote ställ in planeringsgruppen")
    with pytest.raises(Refused, match="inte längre planerat"):
        await room.presses("farah", coming(occasion))
    with pytest.raises(Refused, match="finns inte längre"):
        await room.presses("farah", coming(4711))


# --- later ------------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_later_gives_exactly_one_extra_reminder_to_who_asked_and_changes_nothing_else(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    before = await notices(room, "summons")
    asked = await room.presses("farah", Button("Påminn senare", "senare", f"n:{notice.id}"))
    assert await notices(room, "snoozed") == []
    said = text(await room.presses("farah", button(asked, "Nästa arbetsdag")))
    assert said == "Jag påminner igen mån 1 nov 2027 kl. 08.00."
    again = text(await room.presses("farah", button(asked, "Nästa arbetsdag")))
    assert "redan ordnat" in again
    (extra,) = await notices(room, "snoozed")
    assert extra.person_id == room.town.people["farah"]
    assert extra.due_at == datetime(2027, 11, 1, 7, tzinfo=UTC)
    assert extra.occasion_id == notice.occasion_id
    assert await notices(room, "summons") == before


@pytest.mark.asyncio
async def test_a_reminder_to_somebody_else_is_snoozed_for_oneself_only(room: Room) -> None:
    notice = await reminded(room, date(2027, 10, 25), "digest")
    assert notice.person_id == room.town.people["cecilia"]
    asked = await room.presses("anna", Button("Påminn senare", "senare", f"n:{notice.id}"))
    await room.presses("anna", button(asked, "Nästa arbetsdag"))
    (extra,) = await notices(room, "snoozed")
    assert extra.person_id == room.town.people["anna"]
    for who in ("farah", "disa", "ivar"):  # about no forum: coordinators' alone
        with pytest.raises(Refused):
            await room.presses(who, Button("Påminn senare", "senare", f"n:{notice.id} dag"))
        with pytest.raises(Refused):
            await room.presses(who, Button("Varför?", "varfor", f"n:{notice.id}"))


@pytest.mark.asyncio
async def test_what_is_settled_needs_no_reminder_and_what_will_be_over_is_not_promised(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, date(2027, 11, 9), "soon")
    week = Button("Om en vecka", "senare", f"n:{notice.id} vecka")
    assert "för sent" in text(await room.presses("farah", week))
    await room.says("anna", "/mote ställ in planeringsgruppen")
    assert "behövs inte längre" in text(await room.presses("farah", week))
    assert await notices(room, "snoozed") == []


@pytest.mark.asyncio
async def test_only_who_may_see_the_forum_snoozes_or_asks_why(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    for command in ("senare", "varfor"):
        with pytest.raises(Refused):
            await room.presses("erik", Button("", command, f"n:{notice.id}"))
        with pytest.raises(Refused, match="finns inte längre"):
            await room.presses("anna", Button("", command, "n:4711"))


@pytest.mark.asyncio
async def test_a_message_that_is_no_reminder_cannot_be_snoozed(room: Room) -> None:
    await booked(room)
    (told,) = await notices(room, "booked")
    with pytest.raises(Refused):
        await room.presses("anna", Button("", "senare", f"n:{told.id} dag"))


# --- why --------------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_why_tells_a_reminders_life_from_rule_to_outcome(room: Room) -> None:
    occasion = await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    await sent(room, notice)
    await room.presses("farah", coming(occasion))
    await room.presses("bertil", declining(occasion))
    room.on(date(2027, 11, 11))
    await room.says(
        "anna", "/logga möte planeringsgruppen 10 nov genomförd 7 deltagare kommunen polisen räddningstjänst"
    )
    (part,) = reply(await room.presses("farah", Button("Varför?", "varfor", f"n:{notice.id}"))).parts
    assert part.lines[:6] == (
        "Kallelse: Planeringsgruppens möte",
        "Regel: 10 dagar före ons 10 nov 2027",
        "Planerad fre 29 okt 2027 kl. 08.01, att komma fre 29 okt 2027 kl. 08.00",
        "Flyttad från sön 31 okt 2027, en dag då boten inte påminner",
        "Skickad fre 29 okt 2027 kl. 08.01 i kanalen för Planeringsgruppen",
        "Svar: kommer: Farah Rahimi; kan inte: Bertil Norgren",
    )
    assert part.lines[6].startswith("Utfall: ")
    assert "7 deltagare" in part.lines[6]
    assert part.note == (
        "Enligt kapitel 6, Planeringsgrupp: ”Planeringsgruppen äger rum fyra gånger per år eller fler vid behov”"
    )


@pytest.mark.asyncio
async def test_why_tells_of_one_that_did_not_come(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    await room.says("anna", "/mote ställ in planeringsgruppen")
    assert "Inte skickad: det ställdes in" in text(
        await room.presses("farah", Button("Varför?", "varfor", f"n:{notice.id}"))
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        (NoticeState.REFUSED, "not_in_channel", "Kunde inte skickas: boten är inte inbjuden i kanalen"),
        (NoticeState.REFUSED, "strange_error", "Kunde inte skickas: Slack svarade ”strange_error”"),
        (NoticeState.WITHDRAWN, "no_channel: told the coordinators instead", "så samordnarna fick den i stället"),
        (NoticeState.WITHDRAWN, "nothing left to say", "det fanns inget att säga"),
    ],
)
async def test_why_it_was_not_sent_is_said_in_swedish(
    sqlite_room: Room, state: NoticeState, reason: str, said: str
) -> None:
    room = sqlite_room
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    async with room.database.transaction() as session:
        row = await session.get(Notice, notice.id)
        assert row is not None
        row.state, row.reason = state, reason
        session.add(row)
    assert said in text(await room.presses("farah", Button("Varför?", "varfor", f"n:{notice.id}")))


@pytest.mark.asyncio
async def test_my_latest_reminders_are_listed_each_with_its_why(room: Room) -> None:
    await booked(room)
    assert "inte fått någon påminnelse" in text(await room.says("erik", "/samverkan varför"))
    assert "Bokat: Planeringsgruppens möte\nVäntar" in text(await room.says("farah", "/samverkan varför"))
    notice = await reminded(room, SUMMONS_DAY, "summons")
    await sent(room, notice)
    shown = await room.says("farah", "/samverkan varför")
    assert "Kallelse: Planeringsgruppens möte\nSkickad fre 29 okt 2027 kl. 08.01" in text(shown)
    assert "Regel:" in text(await room.presses("farah", button(shown, "Varför?")))
    assert "Kallelse: Planeringsgruppens möte" not in text(await room.says("erik", "/samverkan varför"))


@pytest.mark.asyncio
async def test_with_a_name_it_tells_what_comes_next_by_the_rules(room: Room) -> None:
    await booked(room)
    shown = reply(await room.says("farah", "/samverkan varför planeringsgruppen"))
    assert shown.title == "Planeringsgruppen"
    assert shown.parts[0].lines[0] == "Bokat: Planeringsgruppens möte"
    assert shown.parts[-1].lines[:5] == (
        "• fre 29 okt 2027 kl. 08.00: Kallelse",
        "• mån 8 nov 2027 kl. 08.00: Vilka kommer",
        "• tis 9 nov 2027 kl. 08.00: Snart",
        "• ons 10 nov 2027 kl. 08.00: I dag",
        "• tors 11 nov 2027 kl. 08.00: Logga",
    )
    assert "kan därför inte se" in await room.refusal("erik", "/samverkan varför planeringsgruppen")
    assert "planeringsgrupen" in await room.refusal("farah", "/samverkan varför planeringsgrupen")


# --- the pulse --------------------------------------------------------------------------------------------------------


def about(room: Room, key: str) -> str:
    return f"c:{room.town.commitments[key]}"


@pytest.mark.asyncio
async def test_the_pulse_is_one_press_and_the_same_press_twice_is_once(room: Room) -> None:
    press = Button("Pågår", "puls", f"{about(room, 'aktivitet-trafikkontroller')} pagar")
    answers = await asyncio.gather(*[room.presses("anna", press) for _ in range(2)])
    assert {text(answer) for answer in answers} == {"Tack. Trafikkontroller: pågår."}
    assert len(await room.rows(Pulse)) == 1
    async with room.database.reading() as session:
        trail = (await session.exec(select(AuditEntry).where(AuditEntry.action == "puls"))).all()
    assert [entry.details for entry in trail] == [{"state": "pagar"}]


@pytest.mark.asyncio
async def test_without_a_word_the_pulse_is_asked_for_and_har_hant_leads_to_logging(room: Room) -> None:
    asked = await room.presses("anna", Button("", "puls", about(room, "aktivitet-trafikkontroller")))
    assert [each.label for each in reply(asked).parts[0].buttons] == ["Pågår", "Har hänt", "Pausad"]
    assert await room.rows(Pulse) == []
    happened = await room.presses("anna", button(asked, "Har hänt"))
    assert form(await room.presses("anna", button(happened, "Logga"))).command == "logga aktivitet"
    with pytest.raises(Refused):
        await room.presses("erik", Button("", "puls", f"{about(room, 'aktivitet-trafikkontroller')} pagar"))


# --- setting aside ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_window_is_set_aside_with_a_reason_that_the_forum_is_told(room: Room) -> None:
    opened = form(await room.presses("anna", Button("Avstå", "avsta", about(room, MEETINGS))))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, reason="  ")
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, reason="Rör 640823-3234")
    assert "640823" not in refused.value.sentence
    assert await room.rows(Waiver) == []
    await room.sends("anna", opened, reason="Lokalerna byggs om")
    await room.sends("bertil", opened, reason="Lokalerna byggs om")
    (waiver,) = await room.rows(Waiver)
    assert isinstance(waiver, Waiver)
    assert (waiver.first, waiver.last, waiver.reason) == (
        date(2027, 1, 1),
        date(2027, 12, 31),
        "Lokalerna byggs om",
    )
    (message,) = await room.told(PLANNING)
    assert "avstått fre 1 jan 2027–fre 31 dec 2027: Lokalerna byggs om (Anna Ekdal)" in message.plain()
    assert "Lokalerna byggs om" in text(await room.says("anna", "/lage planeringsgruppen"))
    async with room.database.reading() as session:
        agreement = await session.get(Agreement, room.town.agreement)
    assert agreement is not None
    assert agreement.next_due_at is None


@pytest.mark.asyncio
async def test_only_the_chair_and_coordinators_set_aside(room: Room) -> None:
    chiefs = Button("Avstå", "avsta", about(room, "mote-chefssamradet"))
    for who in ("disa", "hugo", "ivar"):
        with pytest.raises(Refused):
            await room.presses(who, chiefs)
    assert values(form(await room.presses("gustav", chiefs)))["reason"] == ""
    with pytest.raises(Refused):
        await room.presses("farah", Button("Avstå", "avsta", about(room, MEETINGS)))


@pytest.mark.asyncio
async def test_what_belongs_to_no_forum_is_the_coordinators(room: Room) -> None:
    async with room.database.transaction() as session:
        row = await session.get(Commitment, room.town.commitments[MEETINGS])
        assert row is not None
        row.forum_id = None
        session.add(row)
    asked = Button("Avstå", "avsta", about(room, MEETINGS))
    await room.sends("cecilia", form(await room.presses("cecilia", asked)), reason="Inget forum finns")
    with pytest.raises(Refused):
        await room.presses("gustav", asked)


@pytest.mark.asyncio
async def test_a_form_from_a_window_that_is_over_sets_nothing_aside(room: Room) -> None:
    opened = form(await room.presses("anna", Button("Avstå", "avsta", about(room, MEETINGS))))
    room.on(date(2028, 1, 10))
    with pytest.raises(Refused, match="har tagit slut"):
        await room.sends("anna", opened, reason="Lokalerna byggs om")
    assert await room.rows(Waiver) == []


@pytest.mark.asyncio
async def test_what_has_no_period_cannot_be_set_aside(room: Room) -> None:
    with pytest.raises(Refused, match="ingen period"):
        await room.presses("anna", Button("Avstå", "avsta", about(room, "aktivitet-trafikkontroller")))
