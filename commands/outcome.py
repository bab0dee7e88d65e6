"""Storing what somebody says came of something: checked, once, as a new version, and told to the forum.

Saying the same twice is harmless: the second is shown what stands. When two log the same at once, the first is stored
and the other sees it, with what they wrote kept.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Refused, Reply
from commands.changed import changes_button
from commands.finding import agreement_of
from commands.guard import check_free_text
from commands.minutes_wanted import want_minutes
from commands.permissions import Rights
from commands.places import shown_people
from commands.standing import standing_line
from commands.texts import log as texts
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.models import Agreement, Commitment, Forum, Occasion, Outcome
from storage.occasions import book, current_outcome, followed, locked, nearest_unlogged, occasion_on, record_outcome
from storage.outbox import tell
from storage.people import party_names, traced
from storage.terms import Cadence, CommitmentKind, OccasionState

KINDS = {
    "aktivitet": (CommitmentKind.ACTIVITY, CommitmentKind.WALK),
    "mote": (CommitmentKind.MEETING,),
    "uppfoljning": (CommitmentKind.FOLLOW_UP, CommitmentKind.SITUATION_REPORT, CommitmentKind.INDICATORS),
}
MOST_PARTICIPANTS = 100_000
MOST_COUNTED = 10_000
LONGEST = {"place": 200, "goal_result": 500, "text": 2_000}
TOLD_LETTERS = 300  # of the free text, in the summary to the forum


@dataclass(frozen=True)
class Entry:
    """What somebody says came of something; None and "" where nothing is said yet.

    `version` is the newest version the person has seen: 0 when they have seen none.
    """

    commitment_id: int | None = None
    occasion_id: int | None = None
    on: date | None = None
    place: str = ""
    area: str | None = None
    quantity: int | None = None
    state: OccasionState | None = None
    participants: int | None = None
    parties: tuple[str, ...] = ()
    goal_result: str = ""
    text: str = ""
    visibility: str = ""  # "" = as the commitment's
    version: int = 0

    @property
    def complete(self) -> bool:
        """Whether it can be stored as it is: what, when, the outcome, how many and who; a cancelled one without."""
        if self.commitment_id is None or self.on is None or self.state is None:
            return False
        return self.state is OccasionState.CANCELLED or (self.participants is not None and bool(self.parties))


class SomebodyFirst(Exception):
    """Another has logged the same meanwhile: what stands, for the person to see beside what they wrote."""

    def __init__(self, occasion: Occasion, standing: Outcome, title: str, forum: Forum | None) -> None:
        super().__init__(f"occasion {occasion.id}")
        self.occasion = occasion
        self.standing = standing
        self.title = title
        self.forum = forum


def subject_of(kind: CommitmentKind) -> str | None:
    """The subcommand that logs a kind: "aktivitet", "mote", "uppfoljning"; None for what is not logged."""
    return next((name for name, kinds in KINDS.items() if kind in kinds), None)


async def store(call: Call, session: AsyncSession, asker: Rights, subject: str, entry: Entry) -> Reply:
    """Stores a complete entry as a new version and tells the forum. The person is told what was stored.

    Raises Refused, tied to the form's fields, for what cannot be stored, and SomebodyFirst.
    """
    commitment = await _commitment(session, asker, entry)
    asker.require_log(commitment.forum_id)
    forum = await session.get(Forum, commitment.forum_id)
    entry = await _checked(session, call.local_now.date(), commitment, entry)
    assert entry.on is not None
    assert entry.state is not None
    occasion, merged = await _occasion(call, session, asker, entry, commitment)
    occasion = await locked(session, occasion)
    before = await current_outcome(session, occasion_id=occasion.id or 0)
    if before is not None:  # what stands is shown to whoever says it again, or says something else
        asker.require_read(Action.LOG, commitment.forum_id, before.visibility)
    if before is not None and _same(before, entry):
        line = texts.UNCHANGED if entry.version else texts.already(before.logged_at.date(), before.logged_by_name)
        return _reply(subject, before, line, line_of(commitment.title, before, forum))
    if before is not None and before.version > entry.version:
        raise SomebodyFirst(occasion, before, commitment.title, forum)
    outcome = await record_outcome(
        session,
        occasion,
        state=entry.state,
        on=entry.on,
        place=entry.place,
        area=entry.area,
        quantity=entry.quantity or 1,
        participants=entry.participants,
        parties=entry.parties,
        goal_result=entry.goal_result,
        text=entry.text,
        visibility=entry.visibility or commitment.visibility,
        person=asker.person,
        now=call.now,
    )
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=f"logga {subject}",
        subject="outcome",
        subject_id=outcome.id,
        occasion=occasion.id,
        version=outcome.version,
        state=outcome.state.value,
    )
    await touch(session, commitment.agreement_id)
    await session.flush()
    if before is None or _shown(commitment.title, before, forum) != _shown(commitment.title, outcome, forum):
        await _tell_forum(call, session, subject, commitment, outcome, forum)
    facts = await agreement_facts(session, commitment.agreement_id)
    await want_minutes(call, session, facts, commitment, outcome)
    return _reply(
        subject,
        outcome,
        texts.LOGGED if outcome.version == 1 else texts.CORRECTED,
        line_of(commitment.title, outcome, forum),
        texts.counted_for(merged) if merged else "",
        standing_line(facts, commitment.id or 0, call.local_now.date(), outcome.on),
    )


def already(subject: str, first: SomebodyFirst) -> Reply:
    """What a person who says again what is logged is told."""
    line = texts.already(first.standing.logged_at.date(), first.standing.logged_by_name)
    return _reply(subject, first.standing, line, line_of(first.title, first.standing, first.forum), texts.PRESS_CHANGE)


def line_of(title: str, outcome: Outcome, forum: Forum | None) -> str:
    """An outcome of the forum in one line: what, when, where, how many (as far as that may be shown there), who."""
    place = ", ".join(each for each in (outcome.place, outcome.area) if each)
    return texts.said(
        outcome.state.value, title, outcome.on, place, shown_people(outcome.participants, forum), outcome.parties
    )


def _reply(subject: str, outcome: Outcome, *lines: str) -> Reply:
    said = tuple(line for line in lines if line)
    return Reply(Message((Part(lines=said, buttons=_buttons(subject, outcome)),)))


def _buttons(subject: str, outcome: Outcome) -> tuple[Button, ...]:
    """Correcting it; and seeing what has been corrected, where something has."""
    about = f"o:{outcome.occasion_id}"
    change = Button(texts.CHANGE, f"logga {subject}", about)
    held = outcome.state in (OccasionState.HELD, OccasionState.PARTLY)
    minutes = (Button(texts.MINUTES, "mote anteckningar", about),) if subject == "mote" and held else ()
    return (change, *minutes, *changes_button(outcome.occasion_id, outcome.version))


# --- checking ---------------------------------------------------------------------------------------------------------


async def _commitment(session: AsyncSession, asker: Rights, entry: Entry) -> Commitment:
    """The commitment meant; of what several agreements promise alike, that of the agreement in force on the day."""
    on = entry.on
    assert on is not None
    meant = await session.get(Commitment, entry.commitment_id)
    assert meant is not None
    agreement = await agreement_of(session, meant)
    if entry.occasion_id is not None or _covers(agreement, on):
        return meant
    alike = await session.exec(
        select(Commitment, Agreement)
        .join(Agreement, col(Agreement.id) == Commitment.agreement_id)
        .where(
            Agreement.workspace_id == agreement.workspace_id,
            Commitment.title == meant.title,
            Commitment.kind == meant.kind,
        )
        .order_by(col(Agreement.starts).desc())
    )
    for commitment, of in alike.all():
        if _covers(of, on) and commitment.forum_id is not None and asker.may_log(commitment.forum_id):
            return commitment
    return meant


def _covers(agreement: Agreement, on: date) -> bool:
    return agreement.starts <= on and (agreement.ends is None or on <= agreement.ends)


async def _checked(session: AsyncSession, today: date, commitment: Commitment, entry: Entry) -> Entry:
    """The entry with what a cancelled one has no use for left out. Raises Refused, field by field."""
    assert entry.on is not None
    cancelled = entry.state is OccasionState.CANCELLED
    problems = {}
    agreement = await agreement_of(session, commitment)
    if not _covers(agreement, entry.on):
        problems["on"] = texts.outside_period(agreement.starts, agreement.ends)
    elif entry.on > today and not cancelled:
        problems["on"] = texts.FUTURE
    problems |= _uncounted(commitment, entry)
    if entry.participants is not None and not 0 <= entry.participants <= MOST_PARTICIPANTS:
        problems["participants"] = texts.BAD_NUMBER
    written = {"place": entry.place, "goal_result": entry.goal_result, "text": entry.text}
    for name, text in written.items():
        if len(text) > LONGEST[name]:
            problems[name] = texts.too_long(LONGEST[name])
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    cadence = Cadence.model_validate(commitment.cadence)
    check_free_text(written)
    known = [party.name for party in await party_names(session, agreement_id=commitment.agreement_id)]
    return Entry(
        commitment_id=commitment.id,
        occasion_id=entry.occasion_id,
        on=entry.on,
        place=entry.place,
        area=entry.area if cadence.areas else None,
        quantity=entry.quantity if cadence.unit_name and not cancelled else 1,
        state=entry.state,
        participants=None if cancelled else entry.participants,
        parties=() if cancelled else tuple(name for name in known if name in entry.parties),
        goal_result=entry.goal_result,
        text=entry.text,
        visibility=entry.visibility,
        version=entry.version,
    )


def _uncounted(commitment: Commitment, entry: Entry) -> dict[str, str]:
    """What is missing where the promise holds per area, or counts something else than occasions."""
    cadence = Cadence.model_validate(commitment.cadence)
    problems = {}
    if cadence.areas and entry.area not in cadence.areas:
        problems["area"] = texts.choose_area(cadence.areas)
    counted = 1 if entry.state is OccasionState.CANCELLED else entry.quantity or 0
    if cadence.unit_name and not 1 <= counted <= MOST_COUNTED:
        problems["quantity"] = texts.bad_count(cadence.unit_name)
    return problems


async def _occasion(
    call: Call, session: AsyncSession, asker: Rights, entry: Entry, commitment: Commitment
) -> tuple[Occasion, date | None]:
    """The occasion meant: the one the form was opened on, the day's, one that should have been and is not logged, else
    a new one. With it the day it was booked for, where that is another."""
    assert entry.on is not None
    assert commitment.id is not None
    if entry.occasion_id is not None:
        meant = await session.get(Occasion, entry.occasion_id)
        if meant is not None and meant.commitment_id == commitment.id:
            return await followed(session, meant), None
    found = await occasion_on(session, commitment_id=commitment.id, on=entry.on, area=entry.area)
    if found is not None:
        return found, None
    today = call.local_now.date()
    found = await nearest_unlogged(session, commitment_id=commitment.id, on=entry.on, today=today, area=entry.area)
    if found is not None:
        return found, found.on
    occasion, _ = await book(
        session,
        commitment_id=commitment.id,
        on=entry.on,
        at=None,
        place=entry.place,
        person_id=asker.person.id if asker.person else None,
        now=call.now,
        area=entry.area,
    )
    return occasion, None


def _same(standing: Outcome, entry: Entry) -> bool:
    """Whether the entry says what stands already; words that leave out what a form asks for say no less."""
    bare = not entry.version and not entry.goal_result and not entry.text
    place_alike = standing.place == entry.place or (bare and not entry.place)
    rest_alike = bare or (standing.goal_result, standing.text) == (entry.goal_result, entry.text)
    return (
        place_alike
        and rest_alike
        and entry.visibility in ("", standing.visibility)
        and (standing.state, standing.on, standing.participants) == (entry.state, entry.on, entry.participants)
        and sorted(standing.parties) == sorted(entry.parties)
        and (standing.area, standing.quantity) == (entry.area, entry.quantity or 1)
    )


# --- telling ----------------------------------------------------------------------------------------------------------


def _summary(title: str, outcome: Outcome, forum: Forum | None) -> tuple[str, ...]:
    """What the forum is shown of an outcome."""
    lines = (
        line_of(title, outcome, forum),
        texts.counts(outcome.quantity) if outcome.quantity > 1 else "",
        texts.goal_result(outcome.goal_result) if outcome.goal_result else "",
        texts.shortened(outcome.text, TOLD_LETTERS),
    )
    return tuple(line for line in lines if line)


def _shown(title: str, outcome: Outcome, forum: Forum | None) -> tuple[str, ...]:
    """What the forum is shown, and whether it may be shown in the channel at all."""
    return (*_summary(title, outcome, forum), outcome.visibility)


async def _tell_forum(
    call: Call,
    session: AsyncSession,
    subject: str,
    commitment: Commitment,
    outcome: Outcome,
    forum: Forum | None,
) -> None:
    heading = texts.summary_heading(commitment.title, outcome.logged_by_name, outcome.version)
    part = Part(heading=heading, lines=_summary(commitment.title, outcome, forum), buttons=_buttons(subject, outcome))
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"outcome:{outcome.occasion_id}:{outcome.version}",
        kind="outcome",
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        message=Message((part,)),
        agreement_id=commitment.agreement_id,
        commitment_id=commitment.id,
        occasion_id=outcome.occasion_id,
        visibility=outcome.visibility,
    )
