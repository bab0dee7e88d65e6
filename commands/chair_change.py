"""Changing who chairs: shown first, done once, told to exactly those whose turn changes, undone the same day.

Every change is a list of decided turns that lie on top of the rule (`schedules.rotation`); nothing that has been is
changed by it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Reply
from commands.permissions import Rights
from commands.texts import chair as texts
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import agreement_facts, holders
from schedules.message import Button, Message, Part
from schedules.rotation import Turn, changed_turns, missing, turns, with_decision, years_ahead
from storage.agreements.touch import touch
from storage.chairs import newest_term, replace_terms, terms_between, undo_terms
from storage.models import AuditEntry, Forum, Person
from storage.outbox import tell
from storage.people import traced

MOST_CHANGES = 12
Changes = Sequence[tuple[Turn | None, Turn | None]]


async def facts_of(session: AsyncSession, forum: Forum) -> tuple[AgreementFacts, ForumFacts]:
    """The forum as the rules see it, in its agreement."""
    facts = await agreement_facts(session, forum.agreement_id)
    return facts, next(each for each in facts.forums if each.id == forum.id)


async def who(session: AsyncSession, facts: AgreementFacts, seat: str, today: date) -> str:
    """A seat with whoever sits on it."""
    return texts.who(seat, [person.name for person in await holders(session, facts.id, [seat], today)])


def with_turns(forum: ForumFacts, decided: Sequence[Turn]) -> ForumFacts:
    """The forum as it would be with the turns decided, one after the other."""
    for turn in decided:
        forum = with_decision(forum, turn)
    return forum


def changes_of(was: ForumFacts, becomes: ForumFacts, today: date, facts: AgreementFacts) -> Changes:
    """Whose turns change, and when, within the agreement's period."""
    return [
        (old, new)
        for old, new in changed_turns(years_ahead(was, today), years_ahead(becomes, today))
        if facts.ends is None or any(each is not None and each.first <= facts.ends for each in (old, new))
    ]


def change_lines(changes: Changes) -> list[str]:
    """The changes, a line each; of very many the first."""
    lines = [_change_line(old, new) for old, new in changes]
    hidden = len(lines) - MOST_CHANGES
    return [*lines[:MOST_CHANGES], texts.more_changes(hidden)] if hidden > 0 else lines


def _change_line(old: Turn | None, new: Turn | None) -> str:
    stretch = old or new
    assert stretch is not None
    return texts.change(old.seat if old else None, new.seat if new else None, stretch.first, stretch.last)


def ask(
    facts: AgreementFacts, forum: ForumFacts, decided: Sequence[Turn], question: str, button: Button, today: date
) -> Reply:
    """What would change, with the button that does it."""
    lines = change_lines(changes_of(forum, with_turns(forum, decided), today, facts))
    part = Part(
        heading=forum.name,
        lines=(question, texts.CHANGES, *lines) if lines else (question,),
        note=texts.HISTORY_STAYS,
        buttons=(button,),
    )
    return Reply(Message((part,)))


async def carry_out(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    facts: AgreementFacts,
    forum: ForumFacts,
    decided: Sequence[Turn],
    action: str,
    told: str,
) -> tuple[Button, ...]:
    """Stores the decided turns of a forum that is held, and tells the channel and those concerned; the undo button."""
    today = call.local_now.date()
    becomes = with_turns(forum, decided)
    changes = changes_of(forum, becomes, today, facts)
    newest = await newest_term(session, forum_id=forum.id)
    replaced = await _store(call, session, asker, facts, becomes)
    trace(
        call,
        session,
        asker,
        action,
        forum.id,
        first=min(turn.first for turn in decided).isoformat(),
        after=newest,
        replaced=replaced,
    )
    await touch(session, facts.id)
    await _tell(call, session, asker, facts, forum, changes, [told, *change_lines(changes)])
    latest = await newest_term(session, forum_id=forum.id)
    return (Button(texts.UNDO, "ordforande angra", f"f:{forum.id} {latest}"),)


async def _store(
    call: Call, session: AsyncSession, asker: Rights, facts: AgreementFacts, becomes: ForumFacts
) -> list[int]:
    """Returns the ids of the turns that the new ones replace."""
    people: dict[str, int | None] = {}
    for term in becomes.terms:
        seated = await holders(session, facts.id, [term.seat], call.local_now.date())
        people[term.seat] = seated[0].id if seated else None
    return await replace_terms(
        session,
        forum_id=becomes.id,
        agreement_id=facts.id,
        terms=[(term.seat, term.first, term.last, term.by_decision) for term in becomes.terms],
        person_ids=people,
        decided_by=asker.person.id if asker.person else None,
        now=call.now,
    )


async def _tell(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    facts: AgreementFacts,
    forum: ForumFacts,
    changes: Changes,
    lines: Sequence[str],
) -> None:
    """Tells the forum, and by themselves exactly those whose turn changes and who can be reached in Slack."""
    key = f"chair:{forum.id}:{await newest_term(session, forum_id=forum.id)}"
    await _tell_one(call, session, facts, forum, key, Part(heading=texts.told_heading(forum.name), lines=tuple(lines)))
    seats = list(dict.fromkeys(turn.seat for change in changes for turn in change if turn is not None))
    button = Button(texts.FORECAST, "ordforande prognos", f"f:{forum.id}")
    part = Part(heading=texts.concerned_heading(forum.name), lines=tuple(lines), buttons=(button,))
    for person in await holders(session, facts.id, seats, call.local_now.date()):
        if person.slack_user_id and (asker.person is None or person.id != asker.person.id):
            await _tell_one(call, session, facts, forum, key, part, person)


async def _tell_one(
    call: Call,
    session: AsyncSession,
    facts: AgreementFacts,
    forum: ForumFacts,
    key: str,
    part: Part,
    person: Person | None = None,
) -> None:
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=key,
        kind="chair",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        person_id=person.id if person else None,
        message=Message((part,)),
        agreement_id=facts.id,
    )


# --- what has been ----------------------------------------------------------------------------------------------------


async def freeze(
    session: AsyncSession, facts: AgreementFacts, forum: ForumFacts, *, from_day: date, today: date, now: datetime
) -> None:
    """Records the turns that the rule has given before the day, so that what counts from then on rewrites no history.

    `forum` is as the rules saw it before the change; `today` is local, `now` aware UTC.
    """
    eve = from_day - timedelta(days=1)
    start = forum.chair_rule.anchor_from
    if missing(forum) or start is None or start > eve:
        return
    recorded = {(term.seat, term.first) for term in forum.terms}
    given = [
        (turn.seat, turn.first, min(turn.last or eve, eve), False)
        for turn in turns(forum, start, eve)
        if not turn.decided and (turn.seat, turn.first) not in recorded
    ]
    standing = [(term.seat, term.first, term.last, term.by_decision) for term in forum.terms]
    people: dict[str, int | None] = {}
    for seat, *_ in given:
        seated = await holders(session, facts.id, [seat], today)
        people[seat] = seated[0].id if seated else None
    await replace_terms(
        session,
        forum_id=forum.id,
        agreement_id=facts.id,
        terms=[*standing, *given],
        person_ids=people,
        decided_by=None,
        now=now,
    )


# --- undone the same day ----------------------------------------------------------------------------------------------

UNDOABLE = ("ordforande rotera", "ordforande byt", "ordforande tillfallig")


async def take_back(
    call: Call, session: AsyncSession, asker: Rights, facts: AgreementFacts, forum: ForumFacts, newest: int
) -> bool:
    """Takes back the newest change of a forum that is held, if it was made today and is the one the button knows.

    The turns it replaced stand again, as new rows; what was decided and taken back is kept, as replaced.
    """
    today = call.local_now.date()
    if newest != await newest_term(session, forum_id=forum.id):
        return False
    question = (
        select(AuditEntry)
        .where(AuditEntry.subject == "forum", AuditEntry.subject_id == forum.id, col(AuditEntry.action).in_(UNDOABLE))
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    entry = (await session.exec(question)).first()
    if entry is None or entry.at.astimezone(call.local_now.tzinfo).date() != today:
        return False
    every = await terms_between(session, forum_id=forum.id, after=int(entry.details["after"]), until=newest)
    made = [term for term in every if not term.replaced]
    if not made:
        return False  # taken back already
    await undo_terms(session, forum_id=forum.id, made=made, restored=list(entry.details["replaced"]))
    trace(call, session, asker, "ordforande angra", forum.id, first=today.isoformat())
    await touch(session, facts.id)
    row = await session.get(Forum, forum.id)
    assert row is not None
    _, becomes = await facts_of(session, row)
    changes = changes_of(forum, becomes, today, facts)
    told = texts.told_undone(asker.person.name if asker.person else "")
    await _tell(call, session, asker, facts, forum, changes, [told, *change_lines(changes)])
    return True


def trace(call: Call, session: AsyncSession, asker: Rights, action: str, forum_id: int, **details: object) -> None:
    """Adds to the trail who changed a forum's chair."""
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject="forum",
        subject_id=forum_id,
        **details,
    )
