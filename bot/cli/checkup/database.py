"""Whether the database answers, is of today, and what it says is wrong: late, refused, unplannable, empty seats."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import texts
from bot.cli.checkup.finding import Found, fault, fine, note, some
from bot.settings import ZONE
from schedules.auditor import Health, facts_for_health
from schedules.swedish import antal
from storage.backlog import unplannable, waiting, waiting_count
from storage.database import Database
from storage.migrating import known_revision, pending_migrations
from storage.models import Agreement, Appointment, FindingKind, Forum, Seat, Workspace
from storage.reopening import FOR_THE_CHANNEL

REFUSED = {
    "not_in_channel": "boten är inte med i kanalen",
    "channel_not_found": "kanalen finns inte längre",
    "is_archived": "kanalen är arkiverad",
    "no_channel": "forumet har ingen kanal",
    "user_disabled": "personens Slackkonto är avstängt",
}
OPEN_IT = (
    "Ta fram kanalen, bjud in boten eller koppla forumet till rätt kanal inom sju dagar: då skickas de. Annars berätta "
    "själv för dem det gällde."
)
SILENT = timedelta(minutes=5)


@dataclass
class Memory:
    """What the database says, and what Slack is to be asked about: each channel with its forums' names."""

    found: list[Found] = field(default_factory=list)
    team_id: str | None = None
    channels: Mapping[str, list[str]] = field(default_factory=dict)


async def examine_database(url: str, *, now: datetime, today: date) -> Memory:
    """Everything there is to say; `now` (aware UTC) and the local `today` by the bot's clock. Changes nothing."""
    try:
        database = Database(url)
    except (SQLAlchemyError, ImportError) as wrong:
        return Memory([_unusable(wrong)])
    try:
        if not await known_revision(database):
            return Memory([fault("Databasen är nyare än programmet.", "Kör den version av programmet som skrev den.")])
        if await pending_migrations(database):
            behind = "Databasens tabeller är inte av i dag."
            return Memory([fault(behind, "Kör: samverkansbot migrate (run gör det också).")])
        async with database.reading() as session:
            return await _examine(session, now, today)
    except (SQLAlchemyError, OSError) as wrong:
        return Memory([_unusable(wrong)])
    finally:
        await database.close()


def _unusable(wrong: Exception) -> Found:
    why = str(getattr(wrong, "orig", None) or wrong).strip() or type(wrong).__name__
    return fault(
        f"Databasen går inte att använda: {why}.", "Kontrollera DATABASE_URL och att servern eller filen finns."
    )


async def _examine(session: AsyncSession, now: datetime, today: date) -> Memory:
    memory = Memory([fine("Databasen svarar och tabellerna är av i dag.")])
    workspaces = (await session.exec(select(Workspace))).all()
    memory.team_id = next((each.team_id for each in workspaces if each.team_id), None)
    memory.found += _outbox(await facts_for_health(session, now))
    for workspace in workspaces:
        memory.found += await _pending(session, workspace.id or 0)
        memory.found += [
            fault(
                f"Påminnelserna för {each.municipality} går inte att räkna ut: {each.planning_fault}.",
                "Kontrollera filen med samverkansbot agreement check FIL och läs in den igen.",
            )
            for each in await unplannable(session, workspace_id=workspace.id or 0)
        ]
    agreements = await _agreements(session, today)
    if not agreements:
        memory.found.append(note(texts.NO_AGREEMENTS.split(". ")[0] + ".", "Läs in en: samverkansbot import FIL"))
    memory.channels = await _forums(session, agreements, memory.found)
    memory.found += await _seats(session, agreements, today)
    return memory


def _outbox(health: Health) -> list[Found]:
    found = []
    if health.running_since is None:
        found.append(note("Boten har aldrig körts mot den här databasen.", "Starta den: samverkansbot run"))
    elif (health.carried_ago or SILENT) >= SILENT or (health.planned_ago or SILENT) >= SILENT:
        found.append(note("Boten verkar inte köra just nu.", "Starta den: samverkansbot run"))
    if health.late:
        oldest = timedelta(seconds=round(health.queue_age_seconds))
        found.append(
            fault(
                f"{health.late} meddelanden är försenade, det äldsta {oldest}.",
                "Kontrollera att boten kör och att Slack godtar token (ovan). De skickas så snart det går.",
            )
        )
    for reason, count in health.refused_reasons:
        notices = "påminnelse" if count == 1 else "påminnelser"
        again = reason in FOR_THE_CHANNEL
        found.append(
            note(
                f"Slack har sagt nej till {count} {notices} den senaste veckan: {REFUSED.get(reason, reason)}.",
                OPEN_IT if again else "Rätta orsaken, och berätta själv för dem det gällde: de skickas inte igen.",
            )
        )
    told = {FindingKind.LATE, FindingKind.REFUSED, FindingKind.UNPLANNABLE}  # said above, with what to do
    for each in health.findings:
        if each.alarming and each.kind not in told:
            found.append(fault(each.sentence, "Se loggen; docs/delivery.md säger vad egenkontrollen menar."))
    return found


async def _pending(session: AsyncSession, workspace_id: int) -> list[Found]:
    coming = await waiting(session, workspace_id=workspace_id, limit=1)
    if not coming:
        return [fine("Inga meddelanden väntar. Påminnelserna läggs till när de blir aktuella.")]
    count = await waiting_count(session, workspace_id=workspace_id)
    due = coming[0].due_at.astimezone(ZONE)
    return [fine(f"{antal(count, 'meddelande', 'meddelanden')} väntar; nästa är från {due:%Y-%m-%d kl. %H.%M}.")]


async def _agreements(session: AsyncSession, today: date) -> dict[int, Agreement]:
    """Those in force today or still to come."""
    rows = await session.exec(select(Agreement).where(col(Agreement.ends).is_(None) | (col(Agreement.ends) >= today)))
    return {each.id or 0: each for each in rows.all()}


async def _forums(
    session: AsyncSession, agreements: Mapping[int, Agreement], found: list[Found]
) -> Mapping[str, list[str]]:
    rows = await session.exec(
        select(Forum).where(col(Forum.agreement_id).in_(agreements), col(Forum.active)).order_by(col(Forum.position))
    )
    channels: defaultdict[str, list[str]] = defaultdict(list)
    without = []
    for forum in rows.all():
        if forum.channel_id:
            channels[forum.channel_id].append(forum.name)
        else:
            without.append(f"{forum.name} ({agreements[forum.agreement_id].municipality})")
    if without:
        found.append(
            note(
                f"Forum utan kanal: {some(without)}. Deras påminnelser går till samordnarna.",
                "Skriv /samverkan koppla och forumets namn i rätt kanal, eller kör: samverkansbot forum link",
            )
        )
    return channels


async def _seats(session: AsyncSession, agreements: Mapping[int, Agreement], today: date) -> list[Found]:
    held = select(Appointment.seat_id).where(
        Appointment.starts <= today, col(Appointment.ends).is_(None) | (col(Appointment.ends) >= today)
    )
    rows = await session.exec(
        select(Seat)
        .where(col(Seat.agreement_id).in_(agreements), col(Seat.active), col(Seat.id).not_in(held))
        .order_by(col(Seat.agreement_id), col(Seat.title))
    )
    return [
        note(
            f"Platser utan person i {agreements[agreement_id].municipality}: {some(seat.title for seat in seats)}.",
            "Fyll på medlemslistan: samverkansbot roster import FIL.csv",
        )
        for agreement_id, seats in groupby(rows.all(), key=lambda seat: seat.agreement_id)
    ]
