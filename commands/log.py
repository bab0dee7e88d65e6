"""Logging what came of an activity, a meeting or a follow-up: by form, by form filled in, or at once by complete words.

Complete words say what, when, the outcome, how many and which parties took part; a cancelled one needs no numbers.
A button always opens the form: whoever presses "Ändra" wants to see what stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Form, Refused, Reply
from commands.finding import commitment_meant, commitment_names, commitments, occasion_meant
from commands.guard import check_free_text
from commands.log_form import asks_too_little, entry_of, outcome_form
from commands.outcome import KINDS, Entry, SomebodyFirst, already, line_of, store, subject_of
from commands.permissions import Rights, rights
from commands.texts import log as texts
from commands.words import MARKS, Words, fold, nearest, require_best
from schedules.message import Button, Message, Part
from storage.models import Commitment, Occasion
from storage.occasions import current_outcome, followed, oldest_unlogged
from storage.people import party_names
from storage.terms import Cadence, OccasionState

LONGEST_PLACE = 60  # letters of what is left over that may be a place; more is a sentence
COUNT_LEFT = re.compile(r"(?:^|\b(?:och|samt) )\d+ \w")  # "och 5 till": a number nobody understood is no place


@dataclass(frozen=True)
class Said:
    """What typed words say: an entry, what of them nobody understood, and what that may have meant."""

    entry: Entry
    left: str = ""
    near: tuple[str, ...] = ()
    counted: bool = True  # whether it is clear what it counts: the area, and how many where that is not one


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
    """`/logga` alone asks what; with words that name something, they are taken as that is logged."""
    asker = await rights(call, session)
    check_free_text({"text": call.words})
    words = Words(call.words)
    if words.text:
        rows = [row for row in await commitments(session, asker) if subject_of(row.kind)]
        named = require_best(words, commitment_names(rows, asker))
        kind = next(row.kind for row in rows if str(row.id) == named)
        return await _log(subject_of(kind) or "", call, session)
    buttons = tuple(Button(label, f"logga {name}") for name, label in texts.BUTTONS.items())
    return Reply(Message((Part(lines=(texts.ASK_WHAT,), buttons=buttons),)))


async def _log(subject: str, call: Call, session: AsyncSession) -> Answer:
    asker = await rights(call, session)
    if call.submitted:
        return await _submitted(subject, call, session, asker)
    check_free_text({"text": call.words})
    words = Words(call.words)
    pressed = await occasion_meant(words, session)
    if pressed is not None:
        return await _of_occasion(call, session, asker, *pressed)
    said = await _said(subject, words, call, session, asker)
    if said.entry.complete and said.counted and not said.left:
        try:
            return await store(call, session, asker, subject, said.entry)
        except SomebodyFirst as first:
            return already(subject, first)
    note = texts.not_understood(said.left, said.near) if said.left else ""
    text = "" if said.near else said.left
    entry = await _likely_day(call, session, replace(said.entry, text=text))
    return await outcome_form(call, session, asker, subject, entry, await _choices(subject, session, asker), note)


async def _choices(subject: str, session: AsyncSession, asker: Rights) -> list[Commitment]:
    """What the asker may log of the subject's kinds, each once. Raises Refused when it is nothing."""
    rows = await commitments(session, asker, KINDS[subject])
    once = {key for key, _ in commitment_names(rows, asker)}
    rows = [row for row in rows if str(row.id) in once and row.forum_id is not None and asker.may_log(row.forum_id)]
    if not rows:
        asker.require_log(None)
    return list(rows)


# --- by button --------------------------------------------------------------------------------------------------------


async def _of_occasion(
    call: Call, session: AsyncSession, asker: Rights, occasion: Occasion, commitment: Commitment
) -> Form:
    """The form on one occasion, as it stands: for logging it, and for correcting."""
    asker.require_log(commitment.forum_id)
    occasion = await followed(session, occasion)
    entry = Entry(commitment.id, occasion.id, occasion.on, occasion.place, occasion.area)
    if occasion.state is OccasionState.CANCELLED:
        entry = replace(entry, state=OccasionState.CANCELLED)
    outcome = await current_outcome(session, occasion_id=occasion.id or 0)
    if outcome is not None:
        asker.require_read(Action.LOG, commitment.forum_id, outcome.visibility)
        entry = Entry(
            commitment_id=commitment.id,
            occasion_id=occasion.id,
            on=outcome.on,
            place=outcome.place,
            area=outcome.area,
            quantity=outcome.quantity,
            state=OccasionState(outcome.state),
            participants=outcome.participants,
            parties=tuple(outcome.parties),
            goal_result=outcome.goal_result,
            text=outcome.text,
            visibility="" if outcome.visibility == commitment.visibility else outcome.visibility,
            version=outcome.version,
        )
    return await outcome_form(call, session, asker, subject_of(commitment.kind) or "", entry, [commitment])


# --- by words ---------------------------------------------------------------------------------------------------------


async def _said(subject: str, words: Words, call: Call, session: AsyncSession, asker: Rights) -> Said:
    """What the words say, taken from them. Raises Refused when they say nothing that can be understood."""
    entry = Entry(on=words.take_date(call.local_now.date(), past=True))
    _leave_time_out(words)
    entry = replace(entry, participants=words.take_participants(), state=words.take_outcome())
    commitment = await commitment_meant(words, asker, session, KINDS[subject])
    if commitment is None:
        rows = await commitments(session, asker, KINDS[subject])
        if words.text and entry == Entry():
            require_best(words, commitment_names(rows, asker))
        if not words.text:
            commitment = _of_channel(call, asker, rows) if subject == "mote" else None
            return Said(replace(entry, commitment_id=commitment.id if commitment else None))
        near = nearest(words.text, commitment_names(rows, asker))
        return Said(entry, words.text, tuple(near))
    asker.require_log(commitment.forum_id)
    cadence = Cadence.model_validate(commitment.cadence)
    entry = replace(
        entry,
        commitment_id=commitment.id,
        area=next(iter(words.take_names([(area, [area]) for area in cadence.areas])), None),
        parties=await _parties(words, session, commitment),
    )
    left = _without_joints(words.text)
    if len(left) > LONGEST_PLACE or COUNT_LEFT.search(left) or "<" in left or _negates(left):
        return Said(entry, left)
    counted = cadence.unit_name is None and (not cadence.areas or entry.area is not None)
    return Said(replace(entry, place=left), counted=counted)


def _leave_time_out(words: Words) -> None:
    """When it began is not part of what came of it."""
    whole = words.text
    try:
        words.take_time()
    except Refused:
        words.text = whole


def _of_channel(call: Call, asker: Rights, rows: Sequence[Commitment]) -> Commitment | None:
    """The meetings of the forum whose channel one writes in."""
    here = {forum.id for forum in asker.forums.values() if forum.channel_id and forum.channel_id == call.channel_id}
    return next((row for row in rows if row.forum_id in here and asker.may_log(row.forum_id or 0)), None)


async def _parties(words: Words, session: AsyncSession, commitment: Commitment) -> tuple[str, ...]:
    known = await party_names(session, agreement_id=commitment.agreement_id)
    if words.take_names([("all", texts.ALL_PARTIES)]):
        return tuple(party.name for party in known if party.signatory)
    taken = set(words.take_names([(party.name, [party.name, party.short, *party.aliases]) for party in known]))
    return tuple(party.name for party in known if party.name in taken)


def _without_joints(text: str) -> str:
    """What is left of a sentence when its parts are taken: "i Centrum med och" says Centrum."""
    words = text.split()
    while words and fold(words[0]).strip(MARKS) in texts.LEADING_JOINTS:
        words.pop(0)
    while words and fold(words[-1]).strip(MARKS) in texts.TRAILING_JOINTS:
        words.pop()
    return " ".join(words)


def _negates(text: str) -> bool:
    return any(word.strip(MARKS) in ("inte", "ej", "aldrig") for word in fold(text).split())


async def _likely_day(call: Call, session: AsyncSession, entry: Entry) -> Entry:
    """Without a day said: that of what has been and is not logged, oldest first; else today."""
    if entry.on is not None:
        return entry
    today = call.local_now.date()
    waiting = None
    if entry.commitment_id is not None:
        waiting = await oldest_unlogged(session, commitment_id=entry.commitment_id, today=today)
    return replace(entry, on=waiting.on, place=entry.place or waiting.place) if waiting else replace(entry, on=today)


# --- by form ----------------------------------------------------------------------------------------------------------


async def _submitted(subject: str, call: Call, session: AsyncSession, asker: Rights) -> Answer:
    entry = await entry_of(call, session, subject)
    chosen = await session.get(Commitment, entry.commitment_id)
    if chosen is not None and asks_too_little(call, chosen):
        return await outcome_form(call, session, asker, subject, entry, [chosen], texts.NEEDS_MORE)
    try:
        return await store(call, session, asker, subject, entry)
    except SomebodyFirst as first:
        note = texts.somebody_first(first.standing.logged_by_name, line_of(first.title, first.standing, first.forum))
        kept = replace(entry, occasion_id=first.occasion.id, version=first.standing.version)
        commitment = await session.get(Commitment, first.occasion.commitment_id)
        assert commitment is not None
        return await outcome_form(call, session, asker, subject, kept, [commitment], note)
