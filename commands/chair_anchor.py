"""The answer an agreement lacks: whose turn it is in the chair, from which day, and how long a turn lasts."""

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair import chair_part
from commands.chair_change import ask, carry_out, facts_of
from commands.choosing import which_forum
from commands.finding import require_forum
from commands.misunderstood import misunderstood
from commands.permissions import rights
from commands.places import reminded
from commands.texts import chair as texts
from commands.words import Words, whole_day, whole_number
from schedules.facts import AgreementFacts, ForumFacts
from schedules.message import Button, Message, Part
from schedules.rotation import frozen
from storage.chairs import anchor, hold_forum, newest_change, seat_by_title
from storage.models import Forum
from storage.terms import ChairRule

CONFIRMED = re.compile(r"ja (?P<seat>\d{1,3}) (?P<from_day>\d{4}-\d{2}-\d{2}) (?P<term>\d{1,3}) (?P<newest>\d{1,18})")


@dataclass(frozen=True)
class _Said:
    """The answer: the number of the seat in the order, the first day, the months of a turn (None: the rule's own)."""

    number: int
    from_day: date
    months: int | None


async def set_anchor(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande ankare FORUM`: a form; sent in, whose turns to come it changes; with "Ja, spara" it is stored.

    What an earlier answer has given is recorded, so that no history changes.
    """
    if (choice := await which_forum(call, session, Action.ANCHOR_CHAIR, "ordforande ankare")) is not None:
        return choice
    asker = await rights(call, session)
    words = Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words)
    row = await require_forum(words, asker)
    asker.require(Action.ANCHOR_CHAIR, row.id)
    confirmed = CONFIRMED.fullmatch(words.text)
    if words.text and not confirmed:
        raise misunderstood("/ordforande ankare", words.text, ())
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    if not forum.chair_rule.order:
        raise Refused(texts.NO_ORDER)
    if not (call.submitted or confirmed):
        return reminded(_form(call, facts, forum, asks_term=_asks_term(row)), [row])
    newest = await newest_change(session, forum_id=forum.id)
    today = call.local_now.date()
    if confirmed is None:
        said = _answered(forum, call.text("seat"), call.text("from_day"), call.text("term"), asks_term=_asks_term(row))
        answer = f"{said.number} {said.from_day} {said.months or 0} {newest}"
        button = Button(texts.ANCHOR_YES, "ordforande ankare", f"f:{forum.id} ja {answer}", "primary")
        question = texts.anchor_question(forum.chair_rule.order[said.number], said.from_day)
        return ask(facts, forum, _becomes(facts, forum, said, today), question, button, today, texts.ANCHOR_HISTORY)
    if int(confirmed["newest"]) != newest:
        raise Refused(texts.changed_meanwhile(forum.name))
    said = _answered(forum, confirmed["seat"], confirmed["from_day"], confirmed["term"], asks_term=_asks_term(row))
    seat_title = forum.chair_rule.order[said.number]
    seat = await seat_by_title(session, agreement_id=facts.id, title=seat_title)
    if seat is None or seat.id is None:
        raise Refused(texts.CHOOSE_SEAT)
    stored = await anchor(
        session,
        forum_id=forum.id,
        seat_id=seat.id,
        from_day=said.from_day,
        term_months=said.months,
        answered_by=asker.person.id if asker.person else None,
        now=call.now,
    )
    told = texts.told_anchor(seat_title, said.from_day, asker.person.name if asker.person else "")
    becomes, first = _becomes(facts, forum, said, today), said.from_day.isoformat()
    undo = await carry_out(
        call, session, asker, facts, forum, becomes, "ordforande ankare", told, first=first, anchor=stored.id
    )
    part = await chair_part(call, session, asker, row)
    return Reply(Message((Part(lines=(texts.ANCHOR_SAVED,), buttons=undo), part)))


def _becomes(facts: AgreementFacts, forum: ForumFacts, said: _Said, today: date) -> ForumFacts:
    """The forum with the answer; what another answer has given until today, or until the new one's day, is recorded."""
    rule = forum.chair_rule
    answered = rule.model_copy(
        update={
            "anchor_seat": rule.order[said.number],
            "anchor_from": said.from_day,
            "term_months": said.months or rule.term_months,
        }
    )
    return replace(forum, chair_rule=answered, terms=tuple(frozen(forum, facts.starts, max(said.from_day, today))))


def _asks_term(row: Forum) -> bool:
    """Whether the agreement itself leaves out how long a turn lasts; an earlier answer may be changed."""
    rule = ChairRule.model_validate(row.chair_rule)
    return rule.term_months is None and rule.form != "per_meeting"


def _form(call: Call, facts: AgreementFacts, forum: ForumFacts, *, asks_term: bool) -> Form:
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
    return Form(
        "ordforande ankare",
        texts.ANCHOR_TITLE,
        tuple(fields),
        submit=texts.SHOW_FIRST,
        context={"forum": str(forum.id)},
    )


def _answered(forum: ForumFacts, seat: str, from_day: str, term: str, *, asks_term: bool) -> _Said:
    """Raises Refused, field by field."""
    problems, place = {}, whole_number(seat)
    if place is None or place >= len(forum.chair_rule.order):
        problems["seat"] = texts.CHOOSE_SEAT
    if asks_term and term not in texts.TERMS:
        problems["term"] = texts.CHOOSE_TERM
    try:
        first = whole_day(from_day)
    except ValueError:
        problems["from_day"] = texts.GIVE_DATE
    if problems or place is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    return _Said(place, first, int(term) if asks_term else None)
