"""People without Slack get e-mail, handed to a real SMTP server: once, by the same outbox, and never by guesswork."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
import pytest_asyncio
import vobject
from sqlmodel import select

from bot.cli.checkup.finding import Weight
from bot.cli.checkup.mail import examine_mail
from bot.letters import letter, message_id
from bot.mail import Carriers, MailCarrier
from bot.mail_settings import MailServer, read_mail
from bot.settings import SettingsWrong, read_settings
from schedules.carrier import Undelivered
from schedules.courier import carry
from schedules.loading import members_by_mail
from schedules.message import Button, Message, Part
from storage.database import Database
from storage.models import (
    Appointment,
    Commitment,
    ForumSeat,
    ForumSeatOption,
    Occasion,
    OutgoingState,
    Person,
    Seat,
    Workspace,
)
from storage.outbox import tell
from storage.people import appoint
from storage.terms import CommitmentKind
from tests.bot.smtp_server import SENDER, Letterbox, letterbox
from tests.delivery.world import MORNING, Clock, Noticeboard, Nyby, found, outgoings, say_keys
from tests.nyby import Room

CIA = "cia.lind@polisen.example"


@pytest_asyncio.fixture
async def box() -> AsyncIterator[Letterbox]:
    async with letterbox() as opened:
        yield opened


async def town_with_mail(database: Database) -> Nyby:
    """Cia, who has no Slack, has an address; a server is set."""
    town = await found(database)
    async with database.transaction() as session:
        workspace, cia = await session.get(Workspace, town.workspace), await session.get(Person, town.cia)
        assert workspace is not None
        assert cia is not None
        workspace.by_mail, cia.email = True, CIA
        session.add_all([workspace, cia])
    return town


async def told(database: Database, town: Nyby, key: str = "vandring", occasion_id: int | None = None) -> None:
    async with database.transaction() as session:
        await tell(
            session,
            workspace_id=town.workspace,
            key=key,
            kind="occasion",
            due_at=MORNING,
            now=MORNING,
            message=Message((Part(("Tis 9 feb 2027 kl. 13.00, Kommunhuset",), "Kallelse: Rådet", buttons=(BUTTON,)),)),
            agreement_id=town.agreement,
            forum_id=town.council,
            person_id=town.cia,
            occasion_id=occasion_id,
        )


BUTTON = Button("Kommer", "svar kommer", "o:1")


async def carried(
    database: Database, box: Letterbox, at: datetime = MORNING, user: str = "", password: str = ""
) -> tuple[int, Noticeboard]:
    """One round; how many were sent, and what Slack got."""
    clock = Clock(at)
    slack = Noticeboard(clock)
    mail = MailCarrier(box.server(user=user, password=password), database, clock)
    sent = await carry(
        database, Carriers(slack, mail), clock, compose=say_keys, worker="w1", wait=clock.wait, random=lambda: 1.0
    )
    return sent, slack


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_has_no_slack_gets_the_message_by_mail_and_the_channel_does_not(
    database: Database, box: Letterbox
) -> None:
    town = await town_with_mail(database)
    await told(database, town)
    sent, slack = await carried(database, box)
    assert (sent, slack.history) == (1, [])
    (made,) = box.letters
    assert box.to == [CIA]
    assert made["Subject"] == "Kallelse: Rådet"
    assert made["From"].addresses[0].addr_spec == SENDER
    body = made.get_content()
    assert "Tis 9 feb 2027 kl. 13.00, Kommunhuset" in body
    assert "säg till ordföranden eller en samordnare" in body
    (row,) = await outgoings(database)
    assert (row.state, row.lane, row.ts) == (OutgoingState.SENT, f"e:{town.cia}", made["Message-ID"])
    assert CIA not in f"{row.lane} {row.channel_id}"
    assert (await carried(database, box))[0] == 0
    assert len(box.letters) == 1


@pytest.mark.asyncio
async def test_without_a_server_everything_is_as_before(database: Database, box: Letterbox) -> None:
    town = await town_with_mail(database)
    async with database.transaction() as session:
        workspace = await session.get(Workspace, town.workspace)
        assert workspace is not None
        workspace.by_mail = False
        session.add(workspace)
    await told(database, town)
    sent, slack = await carried(database, box)
    assert (sent, len(slack.history), box.letters) == (1, 1, [])


@pytest.mark.asyncio
async def test_a_letter_about_a_meeting_brings_it_for_the_calendar(sqlite_database: Database, box: Letterbox) -> None:
    town = await town_with_mail(sqlite_database)
    async with sqlite_database.transaction() as session:
        commitment = Commitment(
            agreement_id=town.agreement,
            key="mote",
            title="Möte",
            kind=CommitmentKind.MEETING,
            forum_id=town.council,
            cadence={"form": "unspecified"},
            source={"where": "kapitel 6", "quote": ""},
        )
        session.add(commitment)
        await session.flush()
        occasion = Occasion(
            commitment_id=commitment.id or 0,
            on=date(2027, 2, 9),
            at="13:00",
            zone="Europe/Stockholm",
            place="Kommunhuset",
            booked_at=MORNING,
            natural_key="mote:2027-02-09",
        )
        session.add(occasion)
        await session.flush()
        number = occasion.id
    await told(sqlite_database, town, occasion_id=number)
    await carried(sqlite_database, box)
    (attached,) = box.letters[0].iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    event = vobject.readOne(attached.get_content()).vevent
    assert event.dtstart.value.isoformat() == "2027-02-09T13:00:00+01:00"
    assert event.location.value == "Kommunhuset"


@pytest.mark.asyncio
async def test_a_move_another_place_and_a_call_off_reach_the_calendar_of_who_has_no_slack(
    sqlite_database: Database, box: Letterbox
) -> None:
    room = await Room.open(sqlite_database)
    async with sqlite_database.transaction() as session:
        (await session.get_one(Workspace, room.town.workspace)).by_mail = True
        seat = (await session.exec(select(Seat).where(Seat.title == "Kommunpolis"))).one()
        person = Person(workspace_id=room.town.workspace, name="Polly Ek", email="polly@polisen.example")
        session.add(person)
        await session.flush()
        await appoint(session, seat_id=seat.id or 0, person_id=person.id or 0, deputy=False, starts=date(2027, 1, 1))
    for line in (
        "boka planeringsgruppen 2027-11-10 13.00 Kommunhuset",
        "flytta planeringsgruppen till 2027-11-17",
        "flytta planeringsgruppen till 2027-11-17 13.00 Polishuset",
        "ställ in planeringsgruppen",
    ):
        await room.says("anna", f"/mote {line}")
        await carried(sqlite_database, box, room.now)
    events = []
    for made in box.letters:
        (attached,) = made.iter_attachments()
        event = vobject.readOne(attached.get_content()).vevent
        day, known = event.dtstart.value.date().isoformat(), (event.sequence.value, event.uid.value)
        events.append((day, event.location.value, event.status.value, *known))
    assert [made["Subject"].partition(":")[0] for made in box.letters] == ["Bokat", "Flyttat", "Ändrat", "Inställt"]
    assert [each[:3] for each in events] == [
        ("2027-11-10", "Kommunhuset", "CONFIRMED"),
        ("2027-11-17", "Kommunhuset", "CONFIRMED"),
        ("2027-11-17", "Polishuset", "CONFIRMED"),
        ("2027-11-17", "Polishuset", "CANCELLED"),
    ]
    sequences = [int(each[3]) for each in events]
    assert sequences == sorted(set(sequences))  # rises every time: no calendar keeps the older one
    assert len({each[4] for each in events}) == 1


def test_the_same_message_has_the_same_id_and_a_line_break_begins_no_header() -> None:
    made = letter(
        Message((Part(("Rad",), "Kallelse\r\nBcc: alla@nyby.example"),)),
        key="a:1",
        sender=SENDER,
        name="Cia\nLind",
        address=CIA,
        at=0.0,
    )
    assert made["Bcc"] is None
    assert made["Subject"] == "Kallelse Bcc: alla@nyby.example"
    assert made["Message-ID"] == message_id("a:1", SENDER) != message_id("a:2", SENDER)
    assert "a:1" not in made["Message-ID"]


# --- when it does not go well -----------------------------------------------------------------------------------------


async def state_of(database: Database) -> tuple[OutgoingState, str | None, bool]:
    row, *_ = await outgoings(database)
    return row.state, row.failure, row.unsure


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"MAIL": "451 busy"}, "mail_busy"),
        ({"MAIL": "550 not from you"}, "mail_busy"),
        ({"RCPT": "450 later"}, "mail_busy"),
        ({"DATA": "421 going down"}, "mail_busy"),
        ({"LETTER": "452 full"}, "mail_busy"),
        ({"EHLO": "421 no", "HELO": "421 no"}, "mail_away"),
    ],
)
async def test_what_passes_is_tried_again_and_is_not_unsure(
    sqlite_database: Database, box: Letterbox, says: dict[str, str], why: str
) -> None:
    town = await town_with_mail(sqlite_database)
    await told(sqlite_database, town)
    box.says = says
    assert (await carried(sqlite_database, box))[0] == 0
    assert await state_of(sqlite_database) == (OutgoingState.WAITING, why, False)


@pytest.mark.asyncio
async def test_an_address_that_is_refused_is_told_to_the_coordinators(
    sqlite_database: Database, box: Letterbox
) -> None:
    town = await town_with_mail(sqlite_database)
    await told(sqlite_database, town)
    box.says = {"RCPT": "550 no such user"}
    _, slack = await carried(sqlite_database, box)
    assert await state_of(sqlite_database) == (OutgoingState.REFUSED, "mail_refused", False)
    assert any("tar inte emot till den adressen" in each.message.plain() for each in slack.history)


@pytest.mark.asyncio
async def test_a_letter_whose_fate_is_unknown_is_not_sent_again_and_the_coordinators_hear_of_it(
    sqlite_database: Database, box: Letterbox
) -> None:
    town = await town_with_mail(sqlite_database)
    await told(sqlite_database, town)
    box.hangs_up_after = "LETTER"
    await carried(sqlite_database, box)
    assert await state_of(sqlite_database) == (OutgoingState.WAITING, "mail_away", True)
    box.hangs_up_after = ""
    _, slack = await carried(sqlite_database, box, MORNING + timedelta(minutes=5))
    assert box.letters == []
    assert (await state_of(sqlite_database))[0] is OutgoingState.REFUSED
    assert any("osäkert" in each.message.plain() for each in slack.history)


@pytest.mark.asyncio
async def test_a_mail_server_that_is_away_holds_nothing_in_slack_back(
    sqlite_database: Database, box: Letterbox
) -> None:
    town = await town_with_mail(sqlite_database)
    await told(sqlite_database, town)
    async with sqlite_database.transaction() as session:
        await tell(
            session,
            workspace_id=town.workspace,
            key="kanal",
            kind="occasion",
            due_at=MORNING,
            now=MORNING,
            message=Message((Part(("Till kanalen",)),)),
            agreement_id=town.agreement,
            forum_id=town.council,
        )
    box.port = 1  # nobody listens there
    sent, slack = await carried(sqlite_database, box)
    assert (sent, len(slack.history)) == (1, 1)
    assert (await state_of(sqlite_database))[1:] == ("mail_away", False)


@pytest.mark.asyncio
async def test_a_login_is_used_and_a_refused_one_waits(sqlite_database: Database) -> None:
    town = await town_with_mail(sqlite_database)
    await told(sqlite_database, town)
    async with letterbox("bot", "hemligt") as locked:
        await carried(sqlite_database, locked, user="bot", password="fel")
        assert await state_of(sqlite_database) == (OutgoingState.WAITING, "mail_login", False)
    async with letterbox("bot", "hemligt") as locked:
        await carried(sqlite_database, locked, MORNING + timedelta(minutes=5), "bot", "hemligt")
        assert len(locked.letters) == 1


@pytest.mark.asyncio
async def test_what_has_been_mailed_cannot_be_looked_for(sqlite_database: Database, box: Letterbox) -> None:
    carrier = MailCarrier(box.server(), sqlite_database, lambda: MORNING)
    with pytest.raises(Undelivered) as raised:
        await carrier.find(None, "k", MORNING)  # type: ignore[arg-type]
    assert (raised.value.permanent, raised.value.scope) == (True, "message")


# --- who is reached so ------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_members_without_slack_are_those_with_an_address_and_a_seat_today(database: Database) -> None:
    town = await town_with_mail(database)
    async with database.transaction() as session:
        line = ForumSeat(forum_id=town.council, label="Samordnare")
        session.add(line)
        await session.flush()
        seat = (await session.exec(select(Appointment.seat_id))).first()
        session.add(ForumSeatOption(forum_seat_id=line.id or 0, seat_id=seat or 0))
        session.add(Appointment(seat_id=seat or 0, person_id=town.cia, deputy=True, starts=date(2027, 1, 1)))
    async with database.reading() as session:
        today = await members_by_mail(session, forum_id=town.council, today=date(2027, 1, 12))
        before = await members_by_mail(session, forum_id=town.council, today=date(2026, 12, 31))
        elsewhere = await members_by_mail(session, forum_id=town.planning, today=date(2027, 1, 12))
    assert ([person.name for person in today], before, elsewhere) == (["Cia Lind"], [], [])


@pytest.mark.asyncio
async def test_the_doctor_knocks_at_the_server_and_sends_nothing(box: Letterbox) -> None:
    assert await examine_mail(None) == []
    (well,) = await examine_mail(box.server())
    assert (well.weight, box.letters) == (Weight.FINE, [])
    async with letterbox("bot", "hemligt") as locked:
        (closed,) = await examine_mail(locked.server(user="bot", password="fel"))
    (away,) = await examine_mail(locked.server())
    assert "inloggning" in closed.sentence
    assert "svarar inte" in away.sentence
    assert closed.weight is away.weight is Weight.FAULT


# --- settings ---------------------------------------------------------------------------------------------------------


def test_no_server_is_the_default_and_every_mistake_is_told_at_once() -> None:
    problems: list[str] = []
    assert read_mail({}, problems) is None
    assert problems == []
    wrong = {
        "SAMVERKANSBOT_SMTP_HOST": "smtp.nyby.example",
        "SAMVERKANSBOT_SMTP_PORT": "många",
        "SAMVERKANSBOT_SMTP_FROM": "boten",
        "SAMVERKANSBOT_SMTP_USER": "bot",
        "SAMVERKANSBOT_SMTP_SECURITY": "none",
    }
    assert read_mail(wrong, problems) is None
    assert len(problems) == 4
    with pytest.raises(SettingsWrong, match="SMTP_FROM"):
        read_settings({**wrong, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})


def test_a_sound_server_is_read_with_the_ports_of_its_kind() -> None:
    sound = {"SAMVERKANSBOT_SMTP_HOST": "smtp.nyby.example", "SAMVERKANSBOT_SMTP_FROM": SENDER}
    assert read_mail(sound, []) == MailServer("smtp.nyby.example", 587, SENDER)
    tls = read_mail({**sound, "SAMVERKANSBOT_SMTP_SECURITY": "tls"}, [])
    assert tls is not None
    assert tls.port == 465
    login = {"SAMVERKANSBOT_SMTP_USER": "bot", "SAMVERKANSBOT_SMTP_PASSWORD": "hemligt"}
    assert "hemligt" not in repr(read_mail({**sound, **login}, []))
