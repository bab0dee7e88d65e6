"""Who chairs each forum: now, next and years ahead, and passing the chair on to the next in turn."""

import re
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Refused, Reply
from commands.chair_change import ask, carry_out, facts_of, who, with_turns
from commands.choosing import which_forum
from commands.finding import forum_meant, require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.texts import chair as texts
from commands.words import Words
from schedules.acting_chair import By, acting_chair, leaders
from schedules.facts import AgreementFacts, ForumFacts
from schedules.message import Button, Message, Part
from schedules.rotation import Turn, chair_on, missing, next_turn, rotate, seats_in_turn, vice_on, years_ahead
from schedules.seats import on_seat
from schedules.texts import acting as who_leads
from storage.chairs import hold_forum, newest_change
from storage.models import Forum

YEARS = 5
FORMS = (
    "/ordforande rotera",
    "/ordforande prognos",
    "/ordforande historik",
    "/ordforande ankare",
    "/ordforande byt",
    "/ordforande tillfallig",
    "/ordforande utse",
    "/ordforande avga",
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


async def shown_forums(words: Words, asker: Rights) -> list[Forum]:
    """The forum the words name, or every one whose chair the asker may see. Raises Refused."""
    chosen = await _forum_named(words, asker)
    if chosen is None:
        return asker.seen_forums(Action.SEE_CHAIR)
    asker.require(Action.SEE_CHAIR, chosen.id)
    return [chosen]


async def overview(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande`: who chairs the forums I may see (or the one named), since and until when, and who is next."""
    asker = await rights(call, session)
    parts = [await chair_part(call, session, asker, forum) for forum in await shown_forums(Words(call.words), asker)]
    return Reply(Message(tuple(parts), title=texts.TITLE))


async def chair_part(call: Call, session: AsyncSession, asker: Rights, row: Forum) -> Part:
    """Who chairs the forum and who leads it where that is somebody else, who is next, and what the asker can do."""
    _, forum = await facts_of(session, row)
    today = call.local_now.date()
    rule, turn = forum.chair_rule, chair_on(forum, today)
    lines = []
    if turn is not None:
        first = None if turn.first == date.min else turn.first
        lines.append(texts.now(who(forum, turn.seat, today), first, turn.last, convener=rule.form == "convener"))
    acting = acting_chair(forum, today)
    lines.append(who_leads(acting, leaders(forum, acting, today)))
    lines.append(_coming(forum, turn, today))
    vice = vice_on(forum, today)
    lines.append(texts.vice(who(forum, vice, today)) if vice and acting.by is not By.VICE else "")
    lines.append(_said_by_the_rule(forum, turn))
    return Part(
        heading=forum.name,
        lines=tuple(line for line in lines if line),
        buttons=_next_steps(asker, forum, turn),
    )


def _coming(forum: ForumFacts, turn: Turn | None, today: date) -> str:
    coming = next_turn(forum, today)
    if coming is not None:
        return texts.coming(who(forum, coming.seat, coming.first), coming.first)
    if turn is not None and turn.meeting:
        following = seats_in_turn(forum, turn)[:1]
        return texts.coming_after_meeting(who(forum, following[0], today)) if following else ""
    return ""


def _said_by_the_rule(forum: ForumFacts, turn: Turn | None) -> str:
    """What the agreement says where it names no chairing seat, and what it leaves unsaid."""
    rule, lacks = forum.chair_rule, missing(forum)
    if lacks:
        return texts.lacking(lacks)
    if rule.form in ("appointed", "elected"):
        named = texts.appointed(rule.by) if rule.form == "appointed" else texts.elected(rule.by)
        return named if turn is not None else f"{named} {texts.NOT_NAMED}"
    return texts.UNSTATED if turn is None and not rule.rotates else ""


def _next_steps(asker: Rights, forum: ForumFacts, turn: Turn | None) -> tuple[Button, ...]:
    about, rule = f"f:{forum.id}", forum.chair_rule
    if missing(forum):
        askable = asker.may(Action.ANCHOR_CHAIR, forum.id) and rule.order
        return (Button(texts.ANCHOR, "ordforande ankare", about, "primary"),) if askable else ()
    seen = [Button(texts.FORECAST, "ordforande prognos", about)] if rule.rotates else []
    seen.append(Button(texts.HISTORY, "ordforande historik", about))
    if not asker.may(Action.PASS_ON_CHAIR, forum.id):
        return tuple(seen)
    if rule.rotates:
        seen.append(Button(texts.ROTATE, "ordforande rotera", about))
    nameless = turn is None and not rule.rotates
    seen.append(Button(texts.APPOINT, "ordforande utse", about, "primary" if nameless else None))
    seen.append(Button(texts.STAND_IN, "ordforande tillfallig", about))
    if turn is not None:
        seen.append(Button(texts.STEP_DOWN, "ordforande avga", about))
    return tuple(seen)


async def forecast(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande prognos`: the turns five years ahead with who sits there, as far as the agreement reaches."""
    asker = await rights(call, session)
    today = call.local_now.date()
    parts = []
    for row in await shown_forums(Words(call.words), asker):
        facts, forum = await facts_of(session, row)
        parts.append(Part(heading=forum.name, lines=tuple(_forecast(facts, forum, today))))
    return Reply(Message(tuple(parts), title=texts.FORECAST_TITLE))


def _forecast(facts: AgreementFacts, forum: ForumFacts, today: date) -> list[str]:
    ahead = years_ahead(forum, today, YEARS)
    lines = []
    for turn in ahead:
        first, last = max(turn.first, today), turn.last
        if facts.ends is not None and first > facts.ends:
            continue
        if facts.ends is not None and last is not None:
            last = min(last, facts.ends)
        lines.append(texts.turn(first, last, who(forum, turn.seat, first), decided=turn.decided))
    if lines and ahead[-1].meeting:
        lines.append(texts.after_that(seats_in_turn(forum, ahead[-1])))
    said = _said_by_the_rule(forum, ahead[0] if ahead else None)
    lines += [said] if said else []
    if facts.ends is not None and any(turn.last is None or turn.last > facts.ends for turn in ahead):
        lines.append(texts.agreement_ends(facts.ends))
    return lines


# --- passing the chair on ---------------------------------------------------------------------------------------------


async def pass_on(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande rotera FORUM`: shows what would change and asks; with the confirming button's words, does it.
    Without a name, the forums to choose among.

    The button carries the day the present turn began and the number of the newest change: two people who confirm at
    once, or one who presses twice, pass the chair on once.
    """
    if (choice := await which_forum(call, session, Action.PASS_ON_CHAIR, "ordforande rotera")) is not None:
        return choice
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
    now, passed = chair_on(forum, today), rotate(forum, today)
    if now is not None and not passed and forum.chair_rule.form == "per_meeting":
        raise Refused(texts.STAND_IN_LEADS)
    if now is None or not passed:
        button = Button(texts.ANCHOR, "ordforande ankare", f"f:{forum.id}", "primary")
        buttons = (button,) if asker.may(Action.ANCHOR_CHAIR, forum.id) and forum.chair_rule.order else ()
        raise Refused(texts.LACKING, message=Message((Part(lines=(texts.LACKING,), buttons=buttons),)))
    newest = await newest_change(session, forum_id=forum.id)
    was, chair = who(forum, now.seat, today), who(forum, passed[0].seat, today)
    becomes = with_turns(forum, passed, today)
    if not confirmed:
        question = (
            texts.change_meetings(was, chair)
            if passed[0].meeting
            else texts.rotate_question(was, chair, passed[0].first, passed[0].last)
        )
        button = Button(texts.YES, "ordforande rotera", f"f:{forum.id} ja {now.first} {newest}", "primary")
        return ask(facts, forum, becomes, question, button, today)
    if (confirmed["first"], int(confirmed["newest"])) != (now.first.isoformat(), newest):
        return Reply(Message((Part(lines=(texts.already(was),)),)))
    by = asker.person.name if asker.person else ""
    before = [each.name for each in on_seat(forum, now.seat, today)]
    told = (
        texts.told_change_meetings(was, chair, by)
        if passed[0].meeting
        else texts.told(chair, passed[0].last, by, before)
    )
    first = today.isoformat()
    undo = await carry_out(call, session, asker, facts, forum, becomes, "ordforande rotera", told, first=first)
    return Reply(Message((Part(lines=(texts.rotated(forum.name, chair),), buttons=undo),)))
