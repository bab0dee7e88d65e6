"""Changing who chairs: shown first, done once, told to exactly those whose turn changes, undone the same day.

Every change is a list of decided turns that lie on top of the rule (`schedules.rotation`); nothing that has been is
changed by it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Reply
from commands.permissions import Rights
from commands.texts import chair as texts
from schedules.acting_chair import acting_chair, leaders
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from schedules.rotation import Turn, as_vice, chair_on, changed_turns, frozen, with_decision, years_ahead
from schedules.seats import longest_on_seat, on_seat, sitting
from schedules.texts import acting as acting_said
from storage.agreements.touch import touch
from storage.chairs import TurnRow, newest_change, newest_term, replace_terms, terms_between, undo_terms
from storage.models import AuditEntry, ChairAnchor, Forum, Person
from storage.outbox import tell
from storage.people import traced

MOST_CHANGES = 12
Changes = Sequence[tuple[Turn | None, Turn | None]]


async def facts_of(session: AsyncSession, forum: Forum) -> tuple[AgreementFacts, ForumFacts]:
    """The forum as the rules see it, in its agreement."""
    facts = await agreement_facts(session, forum.agreement_id)
    return facts, next(each for each in facts.forums if each.id == forum.id)


def who(forum: ForumFacts, seat: str, day: date) -> str:
    """A seat with whoever is its ordinary holder on the day."""
    return texts.who(seat, [each.name for each in on_seat(forum, seat, day)])


def who_leads(forum: ForumFacts, day: date) -> str:
    """Who chairs the forum on the day, and who leads it instead and why; "" where neither is known."""
    turn, acting = chair_on(forum, day), acting_chair(forum, day)
    convener = forum.chair_rule.form == "convener"
    chair = texts.now(who(forum, turn.seat, day), None, None, convener=convener) if turn is not None else ""
    return ". ".join(each for each in (chair, acting_said(acting, leaders(forum, acting, day))) if each)


def with_turns(forum: ForumFacts, decided: Sequence[Turn], today: date) -> ForumFacts:
    """The forum as it would be with the turns decided today, one after the other."""
    for turn in decided:
        forum = with_decision(forum, turn, today)
    return forum


def changes_of(was: ForumFacts, becomes: ForumFacts, today: date, facts: AgreementFacts) -> Changes:
    """Whose turns change, and when, from today on and within the agreement's period."""
    first = max(today, facts.starts)
    before, after = (
        [replace(turn, first=max(turn.first, first)) for turn in years_ahead(each, first)] for each in (was, becomes)
    )
    return [
        (old, new)
        for old, new in changed_turns(before, after)
        if facts.ends is None or any(each is not None and each.first <= facts.ends for each in (old, new))
    ]


async def concerned(session: AsyncSession, forum: ForumFacts, changes: Changes, today: date) -> list[Person]:
    """Those whose turns change: who sits on the seats on any of the days; the deputies where nobody does."""
    ids: list[int] = []
    for turn in [turn for change in changes for turn in change if turn is not None]:
        seated = sitting(forum, turn.seat, turn.first, turn.last)
        ids += [each.person_id for each in seated or on_seat(forum, turn.seat, today, deputies=True)]
    people = {person.id: person for person in await session.exec(select(Person).where(col(Person.id).in_(ids)))}
    return [people[number] for number in dict.fromkeys(ids) if number in people]


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
    facts: AgreementFacts,
    forum: ForumFacts,
    becomes: ForumFacts,
    question: str,
    button: Button,
    today: date,
    note: str = texts.HISTORY_STAYS,
) -> Reply:
    """What would change, with the button that does it."""
    lines = change_lines(changes_of(forum, becomes, today, facts))
    part = Part(
        heading=forum.name,
        lines=(question, texts.CHANGES, *lines) if lines else (question, texts.NO_CHANGES),
        note=note,
        buttons=(button,),
    )
    return Reply(Message((part,)))


async def carry_out(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    facts: AgreementFacts,
    forum: ForumFacts,
    becomes: ForumFacts,
    action: str,
    told: str,
    *,
    vice: bool = False,
    **details: object,
) -> tuple[Button, ...]:
    """Stores what a forum that is held becomes, and tells the channel and those concerned; the undo button.

    `vice`: the forum is `as_vice`, and it is the vice chair that is decided.
    `details` go into the trail; `anchor` there is the number of the answer that was stored with the change.
    """
    changes = changes_of(forum, becomes, call.local_now.date(), facts)
    newest = await newest_term(session, forum_id=forum.id)
    by = asker.person.id if asker.person else None
    replaced = await _store(session, facts, becomes, decided_by=by, now=call.now, vice=vice)
    trace(call, session, asker, action, forum.id, after=newest, replaced=replaced, **details)
    latest = await newest_change(session, forum_id=forum.id)
    lines = [told, *change_lines(changes)]
    await _tell(call, session, asker, facts, becomes, changes, lines, f"chair:{forum.id}:{latest}", action)
    return (Button(texts.UNDO, "ordforande angra", f"f:{forum.id} {latest}"),)


async def _store(
    session: AsyncSession,
    facts: AgreementFacts,
    becomes: ForumFacts,
    *,
    decided_by: int | None,
    now: datetime,
    vice: bool = False,
) -> list[int]:
    """Returns the ids of the turns that the new ones replace. Who sat on the seat is looked up on the turn's days."""
    rows = []
    for term in becomes.terms:
        seated = longest_on_seat(becomes, term.seat, term.first, term.last)
        rows.append(
            TurnRow(
                term.seat,
                term.first,
                term.last,
                term.by_decision,
                person_id=term.person_id or (seated.person_id if seated else None),
                meeting=term.meeting,
                occasion_id=term.occasion,
                decided_before=term.decided_on is not None,
            )
        )
    return await replace_terms(
        session, forum_id=becomes.id, agreement_id=facts.id, terms=rows, decided_by=decided_by, now=now, vice=vice
    )


async def _tell(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    facts: AgreementFacts,
    forum: ForumFacts,
    changes: Changes,
    lines: Sequence[str],
    key: str,
    action: str,
) -> None:
    """Tells the forum, and by themselves exactly those whose turn changes and who can be reached in Slack."""
    await _tell_one(
        call, session, facts, forum, key, Part(heading=texts.told_heading(forum.name, action), lines=tuple(lines))
    )
    button = Button(texts.FORECAST, "ordforande prognos", f"f:{forum.id}")
    part = Part(heading=texts.concerned_heading(forum.name), lines=tuple(lines), buttons=(button,))
    for person in await concerned(session, forum, changes, call.local_now.date()):
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
    session: AsyncSession, facts: AgreementFacts, forum: ForumFacts, *, from_day: date, now: datetime
) -> None:
    """Records the turns that the rule has given before the day, so that what counts from then on rewrites no history.

    `forum` is as the rules saw it before the change; `now` is aware UTC.
    """
    held = replace(forum, terms=tuple(frozen(forum, facts.starts, from_day)))
    await _store(session, facts, held, decided_by=None, now=now)


# --- undone the same day ----------------------------------------------------------------------------------------------

UNDOABLE = (
    "ordforande rotera",
    "ordforande byt",
    "ordforande tillfallig",
    "ordforande utse",
    "ordforande avga",
    "ordforande ankare",
)


async def take_back(
    call: Call, session: AsyncSession, asker: Rights, facts: AgreementFacts, forum: ForumFacts, newest: int
) -> bool:
    """Takes back the newest change of a forum that is held, if it was made today and is the one the button knows.

    The turns it replaced stand again, as new rows; what was decided and taken back is kept, as replaced.
    """
    today = call.local_now.date()
    if newest != await newest_change(session, forum_id=forum.id):
        return False  # something has changed since
    question = (
        select(AuditEntry)
        .where(AuditEntry.subject == "forum", AuditEntry.subject_id == forum.id, col(AuditEntry.action).in_(UNDOABLE))
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    entry = (await session.exec(question)).first()
    if entry is None or entry.at.astimezone(call.local_now.tzinfo).date() != today:
        return False
    latest = await newest_term(session, forum_id=forum.id)
    every = await terms_between(session, forum_id=forum.id, after=int(entry.details["after"]), until=latest)
    made = [term for term in every if not term.replaced]
    answer = await session.get(ChairAnchor, entry.details.get("anchor") or 0)
    if not made and (answer is None or answer.taken_back):
        return False  # taken back already
    if answer is not None:
        answer.taken_back = True
        session.add(answer)
    await undo_terms(session, forum_id=forum.id, made=made, restored=list(entry.details["replaced"]))
    trace(call, session, asker, "ordforande angra", forum.id, first=today.isoformat())
    await touch(session, facts.id)
    row = await session.get(Forum, forum.id)
    assert row is not None
    _, becomes = await facts_of(session, row)
    changes = [
        *changes_of(forum, becomes, today, facts),
        *changes_of(as_vice(forum), as_vice(becomes), today, facts),
    ]
    told = texts.told_undone(asker.person.name if asker.person else "")
    lines, key = [told, *change_lines(changes)], f"chair-undone:{forum.id}:{newest}"
    await _tell(call, session, asker, facts, becomes, changes, lines, key, "ordforande angra")
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
