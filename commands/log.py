"""Logging what came of an activity, a meeting or a follow-up: by form, by form filled in, or at once by complete words.

Complete words say what, when, the outcome, how many and which parties took part; a cancelled one needs no numbers. A
correction is a new version. Saying the same twice is harmless: the second is shown what stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import agreement_of, commitment_meant, commitment_names, commitments, occasion_meant
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.standing import standing_line
from commands.texts import log as texts
from commands.words import Words, require_best
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from schedules.texts import in_forum
from storage.agreements.touch import touch
from storage.models import Agreement, Commitment, CommitmentGoal, Goal, Occasion, Outcome
from storage.occasions import book, current_outcome, nearest_unlogged, occasion_on, record_outcome
from storage.outbox import tell
from storage.people import party_names, traced
from storage.terms import CommitmentKind, OccasionState

KINDS = {
    "aktivitet": (CommitmentKind.ACTIVITY, CommitmentKind.WALK),
    "mote": (CommitmentKind.MEETING,),
    "uppfoljning": (CommitmentKind.FOLLOW_UP, CommitmentKind.SITUATION_REPORT, CommitmentKind.INDICATORS),
}
MOST_PARTICIPANTS = 100_000


@dataclass(frozen=True)
class Entry:
    """What somebody says came of something; None and "" where nothing is said yet."""

    commitment_id: int | None = None
    occasion_id: int | None = None
    on: date | None = None
    place: str = ""
    state: OccasionState | None = None
    participants: int | None = None
    parties: tuple[str, ...] = ()
    goal_result: str = ""
    text: str = ""
    version: int = 0  # the newest version the form was opened on

    @property
    def complete(self) -> bool:
        if self.commitment_id is None or self.on is None or self.state is None or self.text:
            return False
        return self.state is OccasionState.CANCELLED or (self.participants is not None and bool(self.parties))


@dataclass(frozen=True)
class Subject:
    """What the subcommand is about: its name, the kinds it logs, and what the asker may log of them."""

    name: str
    asker: Rights
    choices: Sequence[Commitment]
    note: str = field(default="")


async def log_activity(call: Call, session: AsyncSession) -> Answer:
    """`/logga aktivitet`: activities and walks."""
    return await _log("aktivitet", call, session)


async def log_meeting(call: Call, session: AsyncSession) -> Answer:
    """`/logga möte`."""
    return await _log("mote", call, session)


async def log_follow_up(call: Call, session: AsyncSession) -> Answer:
    """`/logga uppföljning`: the follow-up plan, the lägesbild and the statistics."""
    return await _log("uppfoljning", call, session)


async def choose(call: Call, session: AsyncSession) -> Answer:
    """`/logga` alone or with other words: words that name something are logged as that, else one is asked."""
    asker = await rights(call, session)
    if call.words:
        words = Words(call.words)
        rows = await commitments(session, asker)
        named = require_best(words, commitment_names(rows, asker))
        row = next(row for row in rows if str(row.id) == named)
        subject = next(name for name, kinds in KINDS.items() if row.kind in kinds) if row.kind != "renewal" else None
        if subject is not None:
            return await _log(subject, call, session)
    buttons = tuple(Button(label, f"logga {name}") for name, label in texts.BUTTONS.items())
    return Reply(Message((Part(lines=(texts.ASK_WHAT,), buttons=buttons),)))


async def _log(name: str, call: Call, session: AsyncSession) -> Answer:
    asker = await rights(call, session)
    rows = [
        row
        for row in await commitments(session, asker, KINDS[name])
        if row.forum_id is not None and asker.may_log(row.forum_id)
    ]
    subject = Subject(name, asker, rows)
    if call.submitted:
        return await _submitted(subject, call, session)
    entry, left = await _said(subject, call, session)
    if entry.occasion_id is not None and entry.version == 0:
        entry = await _as_stands(session, entry)
    if entry.complete and entry.occasion_id is None and not left:  # a button always opens the form
        return await _store(subject, call, session, entry)
    if left:
        check_free_text({"text": left})
        subject = replace(subject, note=texts.not_understood(left))
        entry = replace(entry, text=left)
    return await _form(subject, call, session, entry)


async def _said(subject: Subject, call: Call, session: AsyncSession) -> tuple[Entry, str]:
    """What the words say, and what of them nobody understood."""
    words = Words(call.words)
    today = call.local_now.date()
    found = await occasion_meant(words, session)
    if found is not None:
        occasion, about = found
        subject.asker.require_log(about.forum_id)
        return Entry(about.id, occasion.id, occasion.on, occasion.place), words.text
    entry = Entry(
        on=words.take_date(today, past=True),
        state=words.take_outcome(),
        participants=words.take_participants(),
    )
    commitment = await commitment_meant(words, subject.asker, session, KINDS[subject.name])
    if commitment is None and words.text and entry == Entry():
        require_best(
            words, commitment_names(await commitments(session, subject.asker, KINDS[subject.name]), subject.asker)
        )
    if commitment is None:
        return entry, words.text
    subject.asker.require_log(commitment.forum_id)
    parties = await _parties_named(words, session, commitment)
    return replace(entry, commitment_id=commitment.id, parties=parties, place=words.text), ""


async def _parties_named(words: Words, session: AsyncSession, commitment: Commitment) -> tuple[str, ...]:
    known = await party_names(session, agreement_id=commitment.agreement_id)
    named = [(party.name, [party.name, party.short, *party.aliases]) for party in known]
    taken = set(words.take_names(named))
    words.take_names([("och", ["och", "samt", "med"])])
    return tuple(party.name for party in known if party.name in taken)


async def _as_stands(session: AsyncSession, entry: Entry) -> Entry:
    """The entry filled with what is logged already, for correcting."""
    assert entry.occasion_id is not None
    outcome = await current_outcome(session, occasion_id=entry.occasion_id)
    if outcome is None:
        return entry
    return replace(
        entry,
        on=outcome.on,
        place=outcome.place,
        state=OccasionState(outcome.state),
        participants=outcome.participants,
        parties=tuple(outcome.parties),
        goal_result=outcome.goal_result,
        text=outcome.text,
        version=outcome.version,
    )


# --- the form ---------------------------------------------------------------------------------------------------------


async def _form(subject: Subject, call: Call, session: AsyncSession, entry: Entry) -> Form:
    chosen = next((row for row in subject.choices if row.id == entry.commitment_id), None)
    agreement_id = chosen.agreement_id if chosen else next((row.agreement_id for row in subject.choices), None)
    if agreement_id is None:
        subject.asker.require_log(None)
    parties = await party_names(session, agreement_id=agreement_id or 0)
    goals = await _goals(session, chosen) if chosen else []
    fields = [
        *((Field("note", subject.note, "note"),) if subject.note else ()),
        Field(
            "activity",
            texts.ACTIVITY[subject.name],
            "choice",
            value=str(chosen.id) if chosen else "",
            options=tuple(_option(row, subject.asker) for row in subject.choices),
        ),
        Field("on", texts.WHEN, "date", value=(entry.on or call.local_now.date()).isoformat()),
        Field("place", texts.WHERE, "text", value=entry.place, required=False, hint=texts.WHERE_HINT, most=200),
        Field(
            "outcome",
            texts.OUTCOME,
            "radio",
            value=(entry.state or OccasionState.HELD).value,
            options=tuple(Option(label, value) for value, label in texts.OUTCOMES.items()),
        ),
        Field(
            "participants",
            texts.PARTICIPANTS,
            "number",
            value="" if entry.participants is None else str(entry.participants),
            required=False,
            least=0,
            most=MOST_PARTICIPANTS,
        ),
        Field(
            "parties",
            texts.PARTIES,
            "many",
            value=entry.parties,
            options=tuple(Option(party.name[:75], party.name[:150]) for party in parties),
            required=False,
        ),
        Field(
            "goal_result",
            texts.GOAL_RESULT,
            "text",
            value=entry.goal_result,
            required=False,
            hint=texts.goals_hint(goals),
            most=500,
        ),
        Field("text", texts.TEXT, "paragraph", value=entry.text, required=False, hint=texts.TEXT_HINT, most=2000),
    ]
    context = {"version": str(entry.version)}
    if entry.occasion_id is not None:
        context["occasion"] = str(entry.occasion_id)
    return Form(f"logga {subject.name}", texts.TITLES[subject.name], tuple(fields), texts.SUBMIT, context)


def _option(row: Commitment, asker: Rights) -> Option:
    forum = asker.forums.get(row.forum_id or 0)
    label = in_forum(row.title, forum.name) if forum else row.title
    return Option(label[:75], str(row.id))


async def _goals(session: AsyncSession, commitment: Commitment) -> list[str]:
    rows = await session.exec(
        select(Goal)
        .join(CommitmentGoal, col(CommitmentGoal.goal_id) == Goal.id)
        .where(CommitmentGoal.commitment_id == commitment.id)
        .order_by(col(Goal.number))
    )
    return [f"{goal.number}. {goal.text}" for goal in rows.all()]


async def _submitted(subject: Subject, call: Call, session: AsyncSession) -> Answer:
    problems: dict[str, str] = {}
    commitment_id = _number(call.text("activity"))
    if commitment_id is None or all(row.id != commitment_id for row in subject.choices):
        problems["activity"] = texts.CHOOSE_ACTIVITY
    state = next((each for each in OccasionState if each.value == call.text("outcome")), None)
    if state is None or state.value not in texts.OUTCOMES:
        problems["outcome"] = texts.CHOOSE_OUTCOME
    on = _date(call.text("on"))
    if on is None:
        problems["on"] = texts.GIVE_DATE
    said = call.text("participants")
    participants = _number(said)
    if said and (participants is None or participants > MOST_PARTICIPANTS):
        problems["participants"] = texts.BAD_NUMBER
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({name: call.text(name) for name in ("place", "goal_result", "text")})
    entry = Entry(
        commitment_id=commitment_id,
        occasion_id=_number(call.context.get("occasion", "")),
        on=on,
        place=call.text("place"),
        state=state,
        participants=participants,
        parties=tuple(call.many("parties")),
        goal_result=call.text("goal_result"),
        text=call.text("text"),
        version=_number(call.context.get("version", "")) or 0,
    )
    return await _store(subject, call, session, entry)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- storing ----------------------------------------------------------------------------------------------------------


async def _store(subject: Subject, call: Call, session: AsyncSession, entry: Entry) -> Reply:
    commitment = await session.get(Commitment, entry.commitment_id)
    assert commitment is not None
    assert entry.on is not None
    assert entry.state is not None
    subject.asker.require_log(commitment.forum_id)
    agreement = await agreement_of(session, commitment)
    _check_day(entry, call.local_now.date(), agreement)
    check_free_text({"place": entry.place})
    occasion = await _occasion(call, session, entry, commitment, subject.asker)
    before = await current_outcome(session, occasion_id=occasion.id or 0)
    if before is not None and before.version > entry.version:
        if entry.version:
            raise Refused(texts.CHANGED_MEANWHILE, fields={"activity": texts.CHANGED_MEANWHILE})
        return _already(subject, occasion, before)
    person = subject.asker.person
    outcome = await record_outcome(
        session,
        occasion,
        state=entry.state,
        on=entry.on,
        place=entry.place or occasion.place,
        participants=None if entry.state is OccasionState.CANCELLED else entry.participants,
        parties=entry.parties,
        goal_result=entry.goal_result,
        text=entry.text,
        person=person,
        now=call.now,
    )
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id if person else None,
        action=f"logga {subject.name}",
        subject="outcome",
        subject_id=outcome.id,
        occasion=occasion.id,
        version=outcome.version,
        state=outcome.state.value,
    )
    await touch(session, commitment.agreement_id)
    await session.flush()
    if before is None or _shows(before) != _shows(outcome):
        await _tell_forum(call, session, subject, commitment, occasion, outcome)
    return await _thanks(call, session, subject, commitment, occasion, outcome)


def _check_day(entry: Entry, today: date, agreement: Agreement) -> None:
    assert entry.on is not None
    if entry.on > today and entry.state is not OccasionState.CANCELLED:
        raise Refused(texts.FUTURE, fields={"on": texts.FUTURE})
    if entry.on < agreement.starts or (agreement.ends is not None and entry.on > agreement.ends):
        sentence = texts.outside_period(agreement.starts, agreement.ends)
        raise Refused(sentence, fields={"on": sentence})


async def _occasion(call: Call, session: AsyncSession, entry: Entry, commitment: Commitment, asker: Rights) -> Occasion:
    """The occasion meant: the one the form was opened on, the one of that day, the nearest planned, else a new one."""
    assert entry.on is not None
    assert commitment.id is not None
    if entry.occasion_id is not None:
        meant = await session.get(Occasion, entry.occasion_id)
        if meant is not None and meant.commitment_id == commitment.id:
            return meant
    found = await occasion_on(session, commitment_id=commitment.id, on=entry.on) or await nearest_unlogged(
        session, commitment_id=commitment.id, on=entry.on
    )
    if found is not None:
        return found
    occasion, _ = await book(
        session,
        commitment_id=commitment.id,
        on=entry.on,
        at=None,
        place=entry.place,
        person_id=asker.person.id if asker.person else None,
        now=call.now,
    )
    return occasion


def _shows(outcome: Outcome) -> tuple[object, ...]:
    """What the channel is shown of an outcome."""
    return (
        outcome.state,
        outcome.on,
        outcome.place,
        outcome.participants,
        tuple(outcome.parties),
        outcome.goal_result,
        outcome.text,
    )


def _line(title: str, outcome: Outcome) -> str:
    return texts.said(outcome.state.value, title, outcome.on, outcome.place, outcome.participants, outcome.parties)


def _change(subject: Subject, occasion: Occasion) -> Button:
    return Button(texts.CHANGE, f"logga {subject.name}", f"o:{occasion.id}")


def _already(subject: Subject, occasion: Occasion, outcome: Outcome) -> Reply:
    line = texts.already(outcome.on, outcome.logged_by_name, outcome.logged_at.date())
    return Reply(Message((Part(lines=(line,), buttons=(_change(subject, occasion),)),)))


async def _tell_forum(
    call: Call,
    session: AsyncSession,
    subject: Subject,
    commitment: Commitment,
    occasion: Occasion,
    outcome: Outcome,
) -> None:
    lines = [_line(commitment.title, outcome)]
    if outcome.goal_result:
        lines.append(texts.goal_result(outcome.goal_result))
    if outcome.text:
        lines.append(outcome.text)
    heading = texts.summary_heading(commitment.title, outcome.logged_by_name, outcome.version)
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"outcome:{outcome.occasion_id}:{outcome.version}",
        kind="outcome",
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        message=Message((Part(heading=heading, lines=tuple(lines), buttons=(_change(subject, occasion),)),)),
        agreement_id=commitment.agreement_id,
        commitment_id=commitment.id,
        occasion_id=occasion.id,
    )


async def _thanks(
    call: Call,
    session: AsyncSession,
    subject: Subject,
    commitment: Commitment,
    occasion: Occasion,
    outcome: Outcome,
) -> Reply:
    facts = await agreement_facts(session, commitment.agreement_id)
    state = standing_line(facts, commitment.id or 0, call.local_now.date())
    first = texts.logged() if outcome.version == 1 else texts.corrected()
    lines = (first, _line(commitment.title, outcome), state)
    return Reply(Message((Part(lines=lines, buttons=(_change(subject, occasion),)),)))
