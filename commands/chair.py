"""Who chairs each forum: now, next and years ahead; passing the chair on; and the answer to whose turn it is."""

from collections.abc import Sequence
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant, require_forum
from commands.permissions import Rights, rights
from commands.texts import chair as texts
from commands.words import Words
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import agreement_facts, holders
from schedules.message import Button, Message, Part
from schedules.rotation import (
    Turn,
    chair_on,
    changed_turns,
    decide,
    missing,
    next_turn,
    rotate,
    with_decision,
    years_ahead,
)
from storage.agreements.touch import touch
from storage.chairs import anchor, replace_terms, seat_by_title
from storage.models import Forum
from storage.outbox import tell
from storage.people import traced

YEARS = 5


async def _facts_of(session: AsyncSession, forum: Forum) -> tuple[AgreementFacts, ForumFacts]:
    facts = await agreement_facts(session, forum.agreement_id)
    return facts, next(each for each in facts.forums if each.id == forum.id)


async def _who(session: AsyncSession, facts: AgreementFacts, seat: str, today: date) -> str:
    return texts.who(seat, [person.name for person in await holders(session, facts.id, [seat], today)])


async def overview(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande`: who chairs the forums I may see (or the one named), since and until when, and who is next."""
    asker = await rights(call, session)
    words = Words(call.words)
    chosen = await require_forum(words, asker) if words.text else None
    if chosen is not None:
        asker.require_see(chosen.id or 0)
    shown = [chosen] if chosen else asker.seen_forums()
    parts = [await _forum_part(call, session, asker, forum) for forum in shown]
    return Reply(Message(tuple(parts), title=texts.TITLE))


async def _forum_part(call: Call, session: AsyncSession, asker: Rights, row: Forum) -> Part:
    facts, forum = await _facts_of(session, row)
    today = call.local_now.date()
    buttons = []
    lines = []
    turn = chair_on(forum, today)
    if turn is not None:
        first = None if turn.first == date.min else turn.first
        lines.append(texts.now(await _who(session, facts, turn.seat, today), first, turn.last))
        coming = next_turn(forum, today)
        if coming is not None:
            lines.append(texts.coming(await _who(session, facts, coming.seat, today), coming.first))
    else:
        lines.append(texts.UNKNOWN if forum.chair_rule.rotates else texts.UNSTATED)
    if forum.chair_rule.rotates:
        if missing(forum):
            if asker.may_administer(forum.id):
                buttons.append(Button(texts.ANCHOR, "ordforande ankare", f"f:{forum.id}", "primary"))
        else:
            buttons.append(Button(texts.FORECAST, "ordforande prognos", f"f:{forum.id}"))
            if asker.may_act_for(forum.id):
                buttons.append(Button(texts.ROTATE, "ordforande rotera", f"f:{forum.id}"))
    return Part(heading=forum.name, lines=tuple(lines), buttons=tuple(buttons))


async def forecast(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande prognos`: the turns five years ahead."""
    asker = await rights(call, session)
    chosen = await forum_meant(Words(call.words), asker)
    if chosen is not None:
        asker.require_see(chosen.id or 0)
    today = call.local_now.date()
    parts = []
    for row in [chosen] if chosen else asker.seen_forums():
        facts, forum = await _facts_of(session, row)
        lines = [
            texts.turn(max(turn.first, today), turn.last, turn.seat, decided=turn.decided)
            for turn in years_ahead(forum, today, YEARS)
            if facts.ends is None or turn.first <= facts.ends
        ]
        if not lines:
            lines = [texts.UNKNOWN if forum.chair_rule.rotates else texts.UNSTATED]
        parts.append(Part(heading=forum.name, lines=tuple(lines)))
    return Reply(Message(tuple(parts), title=texts.FORECAST_TITLE))


async def pass_on(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande rotera FORUM`: shows what would change and asks; with the confirming button's words, does it.

    The button carries the day the present turn began: two people who confirm at once pass the chair on once.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    confirmed = "ja" in words.text.split()
    row = await require_forum(words, asker)
    asker.require_act(row.id)
    facts, forum = await _facts_of(session, row)
    today = call.local_now.date()
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    now, turn = chair_on(forum, today), rotate(forum, today)
    if now is None or turn is None:
        button = Button(texts.ANCHOR, "ordforande ankare", f"f:{forum.id}", "primary")
        raise Refused(texts.LACKING, message=Message((Part(lines=(texts.LACKING,), buttons=(button,)),)))
    if not confirmed:
        return await _ask(session, facts, forum, now, turn, today)
    if now.first.isoformat() not in words.text.split():
        return Reply(Message((Part(lines=(texts.ALREADY,)),)))
    return await _do(call, session, asker, facts, forum, now, turn)


async def _ask(
    session: AsyncSession, facts: AgreementFacts, forum: ForumFacts, now: Turn, turn: Turn, today: date
) -> Reply:
    was, becomes = years_ahead(forum, today), years_ahead(with_decision(forum, turn), today)
    changed = [
        texts.change(
            texts.span(old.seat, old.first, old.last) if old else None,
            texts.span(new.seat, new.first, new.last) if new else None,
        )
        for old, new in changed_turns(was, becomes)
    ]
    question = texts.rotate_question(
        forum.name,
        await _who(session, facts, now.seat, today),
        await _who(session, facts, turn.seat, today),
        turn.first,
        turn.last,
    )
    button = Button(texts.YES, "ordforande rotera", f"f:{forum.id} ja {now.first}", "primary")
    lines = (question, texts.changes(len(changed)), *changed[:12])
    return Reply(Message((Part(heading=forum.name, lines=lines, buttons=(button,)),)))


async def _do(
    call: Call, session: AsyncSession, asker: Rights, facts: AgreementFacts, forum: ForumFacts, now: Turn, turn: Turn
) -> Reply:
    today = call.local_now.date()
    terms = decide(forum, turn)
    people: dict[str, int | None] = {}
    for term in terms:
        seated = await holders(session, facts.id, [term.seat], today)
        people[term.seat] = seated[0].id if seated else None
    person = asker.person
    await replace_terms(
        session,
        forum_id=forum.id,
        agreement_id=facts.id,
        terms=[(term.seat, term.first, term.last, term.by_decision) for term in terms],
        person_ids=people,
        decided_by=person.id if person else None,
        now=call.now,
    )
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id if person else None,
        action="ordforande rotera",
        subject="forum",
        subject_id=forum.id,
        first=turn.first.isoformat(),
    )
    await touch(session, facts.id)
    chair = await _who(session, facts, turn.seat, today)
    line = texts.told(chair, turn.last, await _who(session, facts, now.seat, today), person.name if person else "")
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"chair:{forum.id}:{turn.first}:{now.first}",
        kind="chair",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        message=Message((Part(heading=texts.told_heading(forum.name), lines=(line,)),)),
        agreement_id=facts.id,
    )
    return Reply(Message((Part(lines=(texts.rotated(forum.name, chair),)),)))


async def set_anchor(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande ankare FORUM`: whose turn it is from which day, and how long a turn lasts where that is unsaid."""
    asker = await rights(call, session)
    row = await require_forum(Words(f"f:{call.context['forum']}" if call.submitted else call.words), asker)
    asker.require_administer(row.id)
    facts, forum = await _facts_of(session, row)
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    if not call.submitted:
        return _anchor_form(call, forum)
    seat_title, from_day, months = _anchor_fields(call, forum)
    seat = await seat_by_title(session, agreement_id=facts.id, title=seat_title)
    assert seat is not None
    assert seat.id is not None
    person = asker.person
    await anchor(
        session,
        forum_id=forum.id,
        seat_id=seat.id,
        from_day=from_day,
        term_months=months,
        answered_by=person.id if person else None,
        now=call.now,
    )
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id if person else None,
        action="ordforande ankare",
        subject="forum",
        subject_id=forum.id,
        first=from_day.isoformat(),
    )
    await touch(session, facts.id)
    await session.flush()
    part = await _forum_part(call, session, asker, row)
    return Reply(Message((Part(lines=(texts.ANCHOR_SAVED,)), part)))


def _anchor_form(call: Call, forum: ForumFacts) -> Form:
    rule = forum.chair_rule
    order: Sequence[str] = rule.order
    fields = [
        Field(
            "seat",
            texts.ANCHOR_SEAT,
            "radio" if len(order) <= 10 else "choice",
            value=rule.anchor_seat or "",
            options=tuple(Option(seat[:75], str(number)) for number, seat in enumerate(order)),
        ),
        Field("from_day", texts.ANCHOR_FROM, "date", value=f"{call.local_now.year}-01-01"),
    ]
    if rule.form != "per_meeting" and rule.term_months is None:
        options = tuple(Option(label, value) for value, label in texts.TERMS.items())
        fields.append(Field("term", texts.ANCHOR_TERM, "radio", value="12", options=options))
    return Form("ordforande ankare", texts.ANCHOR_TITLE, tuple(fields), context={"forum": str(forum.id)})


def _anchor_fields(call: Call, forum: ForumFacts) -> tuple[str, date, int | None]:
    problems = {}
    chosen, order = call.text("seat"), forum.chair_rule.order
    if not chosen.isdigit() or int(chosen) >= len(order):
        problems["seat"] = texts.CHOOSE_SEAT
    term = call.text("term")
    needs_term = forum.chair_rule.form != "per_meeting" and forum.chair_rule.term_months is None
    if needs_term and term not in texts.TERMS:
        problems["term"] = texts.CHOOSE_TERM
    try:
        from_day = date.fromisoformat(call.text("from_day"))
    except ValueError:
        problems["from_day"] = texts.GIVE_DATE
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return order[int(chosen)], from_day, int(term) if needs_term else None
