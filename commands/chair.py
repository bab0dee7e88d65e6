"""Who chairs each forum: now, next and years ahead; passing the chair on; and the answer to whose turn it is."""

import re
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_change import ask, carry_out, facts_of, freeze, trace, who
from commands.finding import forum_meant, require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import chair as texts
from commands.words import Words
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import holders
from schedules.message import Button, Message, Part
from schedules.rotation import (
    chair_on,
    missing,
    next_turn,
    rotate,
    years_ahead,
)
from storage.agreements.touch import touch
from storage.chairs import anchor, hold_forum, newest_term, seat_by_title
from storage.models import Forum
from storage.outbox import tell
from storage.terms import ChairRule

YEARS = 5
FORMS = (
    "/ordforande rotera",
    "/ordforande prognos",
    "/ordforande ankare",
    "/ordforande byt",
    "/ordforande tillfallig",
)
CONFIRMED = re.compile(r"ja (?P<first>\d{4}-\d{2}-\d{2}) (?P<newest>\d{1,18})")


async def _forum_named(words: Words, asker: Rights) -> Forum | None:
    """The forum the words name and nothing else; None without words. Refused names what was not understood."""
    if not words.text:
        return None
    forum = await forum_meant(words, asker)
    if forum is None or words.text:
        raise misunderstood("/ordforande", words.text, FORMS, [each.name for each in asker.seen_forums()])
    return forum


async def _shown(words: Words, asker: Rights) -> list[Forum]:
    chosen = await _forum_named(words, asker)
    if chosen is None:
        return asker.seen_forums(Action.SEE_CHAIR)
    asker.require(Action.SEE_CHAIR, chosen.id)
    return [chosen]


async def overview(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande`: who chairs the forums I may see (or the one named), since and until when, and who is next."""
    asker = await rights(call, session)
    parts = [await _forum_part(call, session, asker, forum) for forum in await _shown(Words(call.words), asker)]
    return Reply(Message(tuple(parts), title=texts.TITLE))


async def _forum_part(call: Call, session: AsyncSession, asker: Rights, row: Forum) -> Part:
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    lines = []
    turn, coming = chair_on(forum, today), next_turn(forum, today)
    if turn is not None:
        first = None if turn.first == date.min else turn.first
        chair = await who(session, facts, turn.seat, today)
        lines.append(texts.now(chair, first, turn.last, convener=forum.chair_rule.form == "convener"))
    if coming is not None:
        lines.append(texts.coming(await who(session, facts, coming.seat, today), coming.first))
    lacks = missing(forum)
    if not lines or lacks:
        lines.append(texts.lacking(lacks) if forum.chair_rule.rotates else texts.UNSTATED)
    return Part(heading=forum.name, lines=tuple(lines), buttons=_next_steps(asker, forum))


def _next_steps(asker: Rights, forum: ForumFacts) -> tuple[Button, ...]:
    about = f"f:{forum.id}"
    if not forum.chair_rule.rotates:
        return ()
    if missing(forum):
        askable = asker.may(Action.ANCHOR_CHAIR, forum.id) and forum.chair_rule.order
        return (Button(texts.ANCHOR, "ordforande ankare", about, "primary"),) if askable else ()
    forecast_button = Button(texts.FORECAST, "ordforande prognos", about)
    if not asker.may(Action.PASS_ON_CHAIR, forum.id):
        return (forecast_button,)
    return forecast_button, Button(texts.ROTATE, "ordforande rotera", about)


async def forecast(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande prognos`: the turns five years ahead, as far as the agreement reaches."""
    asker = await rights(call, session)
    today = call.local_now.date()
    parts = []
    for row in await _shown(Words(call.words), asker):
        facts, forum = await facts_of(session, row)
        lines = [
            texts.turn(max(turn.first, today), turn.last, turn.seat, decided=turn.decided)
            for turn in years_ahead(forum, today, YEARS)
            if facts.ends is None or turn.first <= facts.ends
        ]
        lacks = missing(forum)
        if not lines or lacks:
            lines.append(texts.lacking(lacks) if forum.chair_rule.rotates else texts.UNSTATED)
        parts.append(Part(heading=forum.name, lines=tuple(lines)))
    return Reply(Message(tuple(parts), title=texts.FORECAST_TITLE))


# --- passing the chair on ---------------------------------------------------------------------------------------------


async def pass_on(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande rotera FORUM`: shows what would change and asks; with the confirming button's words, does it.

    The button carries the day the present turn began and the newest recorded turn: two people who confirm at once, or
    one who presses twice, pass the chair on once.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    row = await require_forum(words, asker)
    asker.require(Action.PASS_ON_CHAIR, row.id)
    confirmed = CONFIRMED.fullmatch(words.text)
    if words.text and not confirmed:
        raise misunderstood("/ordforande rotera", words.text, ())
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    now, turn = chair_on(forum, today), rotate(forum, today)
    if now is None or turn is None:
        button = Button(texts.ANCHOR, "ordforande ankare", f"f:{forum.id}", "primary")
        buttons = (button,) if asker.may(Action.ANCHOR_CHAIR, forum.id) and forum.chair_rule.order else ()
        raise Refused(texts.LACKING, message=Message((Part(lines=(texts.LACKING,), buttons=buttons),)))
    newest = await newest_term(session, forum_id=forum.id)
    if not confirmed:
        question = texts.rotate_question(
            await who(session, facts, now.seat, today),
            await who(session, facts, turn.seat, today),
            turn.first,
            turn.last,
        )
        button = Button(texts.YES, "ordforande rotera", f"f:{forum.id} ja {now.first} {newest}", "primary")
        return ask(facts, forum, [turn], question, button, today)
    if (confirmed["first"], int(confirmed["newest"])) != (now.first.isoformat(), newest):
        return Reply(Message((Part(lines=(texts.already(await who(session, facts, now.seat, today)),)),)))
    chair = await who(session, facts, turn.seat, today)
    before = [person.name for person in await holders(session, facts.id, [now.seat], today)]
    told = texts.told(chair, turn.last, asker.person.name if asker.person else "", before)
    undo = await carry_out(call, session, asker, facts, forum, [turn], "ordforande rotera", told)
    return Reply(Message((Part(lines=(texts.rotated(forum.name, chair),), buttons=undo),)))


# --- whose turn it is -------------------------------------------------------------------------------------------------


async def set_anchor(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande ankare FORUM`: whose turn it is from which day, and how long a turn lasts where that is unsaid."""
    asker = await rights(call, session)
    words = Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words)
    row = await require_forum(words, asker)
    asker.require(Action.ANCHOR_CHAIR, row.id)
    if words.text:
        raise misunderstood("/ordforande ankare", words.text, ())
    if call.submitted:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    if not forum.chair_rule.order:
        raise Refused(texts.NO_ORDER)
    if not call.submitted:
        return reminded(_anchor_form(call, facts, forum, asks_term=_asks_term(row)), [row])
    seat_title, from_day, months = _anchor_fields(call, forum, asks_term=_asks_term(row))
    seat = await seat_by_title(session, agreement_id=facts.id, title=seat_title)
    if seat is None or seat.id is None:
        raise Refused(texts.CHOOSE_SEAT, fields={"seat": texts.CHOOSE_SEAT})
    await freeze(session, facts, forum, from_day=from_day, today=call.local_now.date(), now=call.now)
    answer = await anchor(
        session,
        forum_id=forum.id,
        seat_id=seat.id,
        from_day=from_day,
        term_months=months,
        answered_by=asker.person.id if asker.person else None,
        now=call.now,
    )
    trace(call, session, asker, "ordforande ankare", forum.id, first=from_day.isoformat())
    await touch(session, facts.id)
    part = await _forum_part(call, session, asker, row)
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"anchor:{forum.id}:{answer.id}",
        kind="chair",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        message=Message((Part(heading=texts.anchored_heading(forum.name), lines=part.lines),)),
        agreement_id=facts.id,
    )
    return Reply(Message((Part(lines=(texts.ANCHOR_SAVED,)), part)))


def _asks_term(row: Forum) -> bool:
    """Whether the agreement itself leaves out how long a turn lasts; an earlier answer may be changed."""
    rule = ChairRule.model_validate(row.chair_rule)
    return rule.term_months is None and rule.form != "per_meeting"


def _anchor_form(call: Call, facts: AgreementFacts, forum: ForumFacts, *, asks_term: bool) -> Form:
    rule = forum.chair_rule
    from_day = max(date(call.local_now.year, 1, 1), facts.starts)
    fields = [
        Field(
            "seat",
            texts.ANCHOR_SEAT,
            "radio" if len(rule.order) <= 10 else "choice",
            value=str(rule.order.index(rule.anchor_seat)) if rule.anchor_seat in rule.order else "",
            options=tuple(Option(seat[:75], str(number)) for number, seat in enumerate(rule.order)),
        ),
        Field("from_day", texts.ANCHOR_FROM, "date", value=(rule.anchor_from or from_day).isoformat()),
    ]
    if asks_term:
        options = tuple(Option(label, value) for value, label in texts.TERMS.items())
        term = str(rule.term_months) if str(rule.term_months) in texts.TERMS else "12"
        fields.append(Field("term", texts.ANCHOR_TERM, "radio", value=term, options=options))
    return Form("ordforande ankare", texts.ANCHOR_TITLE, tuple(fields), context={"forum": str(forum.id)})


def _anchor_fields(call: Call, forum: ForumFacts, *, asks_term: bool) -> tuple[str, date, int | None]:
    problems = {}
    chosen, order = call.text("seat"), forum.chair_rule.order
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 4 and int(chosen) < len(order)):
        problems["seat"] = texts.CHOOSE_SEAT
    term = call.text("term")
    if asks_term and term not in texts.TERMS:
        problems["term"] = texts.CHOOSE_TERM
    try:
        from_day = date.fromisoformat(call.text("from_day"))
    except ValueError:
        problems["from_day"] = texts.GIVE_DATE
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return order[int(chosen)], from_day, int(term) if asks_term else None
