"""Matters: raising them, and what a forum does with them: up, down, deferred, closed. `commands.decision` decides."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant
from commands.guard import check_free_text
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.showing import AS_AGREED, NAME, chosen_visibility, sensible, visibility_field
from commands.texts import commands as help_texts
from commands.texts import finding as finding_texts
from commands.texts import matter as texts
from commands.texts import showing as showing_texts
from commands.words import Words, whole_number
from schedules.message import Button, Message, Part
from storage.hidden import without_hidden
from storage.matters import close, defer, held_matter, open_matters, raise_matter, send
from storage.models import Forum, Matter, MatterAct, MatterState
from storage.naming import names_of
from storage.outbox import tell
from storage.people import traced

LONGEST_TITLE, LONGEST_TEXT = 150, 2_000
MOST_SHOWN = 20


async def raise_it(call: Call, session: AsyncSession) -> Answer:
    """`/mote ärende [FORUM] [TEXT]`: a form filled in with the words; sent in, it is on the next agenda."""
    asker = await rights(call, session)
    forums = asker.seen_forums(Action.RAISE_MATTER)
    if not forums:
        asker.require_somewhere(Action.RAISE_MATTER)
    if not call.submitted:
        words = Words(call.words)
        check_free_text({"words": call.words})
        chosen = await forum_meant(words, asker)
        if chosen is not None:
            asker.require(Action.RAISE_MATTER, chosen.id)
        here = next((each for each in forums if each.channel_id and each.channel_id == call.channel_id), None)
        meant = chosen or here
        return reminded(_raise_form(forums, meant, words.text), [meant] if meant else forums)
    forum = next((each for each in asker.forums.values() if str(each.id) == call.text("forum")), None)
    if forum is not None:
        asker.require(Action.RAISE_MATTER, forum.id)
    title, text = _line(call.text("title")), without_hidden(call.text("text")).strip()
    problems = {}
    if forum is None:
        problems["forum"] = texts.CHOOSE_FORUM
    if not title:
        problems["title"] = texts.GIVE_TITLE
    if problems or forum is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"title": title, "text": text})
    matter, new = await raise_matter(
        session,
        forum=forum,
        title=title[:LONGEST_TITLE],
        text=text[:LONGEST_TEXT],
        visibility=chosen_visibility(call.text(NAME), sensible(forum)),
        person=asker.person,
        now=call.now,
        key=f"{call.request_key or call.now.isoformat()}:{call.user_id}",
    )
    if new:
        trace(call, session, asker, "mote arende", "matter", matter.id)
        lines = [line for line in (matter.title, _short(matter.text)) if line]
        buttons = (Button(texts.LIST_TITLE, "mote arenden", f"f:{forum.id}"),)
        await tell_forum(
            call,
            session,
            forum,
            f"matter:{matter.id}",
            Part(tuple(lines), texts.told_raised(forum.name), buttons=buttons),
            matter.visibility,
        )
    return Reply(Message((Part(lines=(texts.raised(matter.title, forum.name),)),)))


def _raise_form(forums: list[Forum], chosen: Forum | None, words: str) -> Form:
    options = tuple(Option(forum.name[:75], str(forum.id)) for forum in forums)
    known = chosen if chosen in forums else None
    value = str(known.id) if known else str(forums[0].id) if len(forums) == 1 else ""
    return Form(
        "mote arende",
        texts.RAISE_TITLE,
        (
            Field("forum", texts.WHICH_FORUM, "choice", value=value, options=options),
            Field(
                "title", texts.MATTER, "text", value=words[:LONGEST_TITLE], hint=texts.MATTER_HINT, most=LONGEST_TITLE
            ),
            Field(
                "text",
                texts.BACKGROUND,
                "paragraph",
                value=words if len(words) > LONGEST_TITLE else "",
                required=False,
                hint=texts.BACKGROUND_HINT,
                most=LONGEST_TEXT,
            ),
            visibility_field(AS_AGREED, unsaid=showing_texts.AS_THE_FORUM),
        ),
        texts.RAISE_SUBMIT,
    )


async def matters(call: Call, session: AsyncSession) -> Answer:
    """`/mote ärenden [FORUM]`: what lies before the forums one may see."""
    asker = await rights(call, session)
    words = Words(call.words)
    forum = await forum_meant(words, asker)
    if words.text:
        raise misunderstood("/mote arenden", words.text, (help_texts.EXAMPLE_MATTERS,))
    if forum is not None:
        asker.require(Action.SEE_MATTERS, forum.id)
    forums = {each.id or 0: each for each in ([forum] if forum else asker.seen_forums(Action.SEE_MATTERS))}
    lying = await open_matters(session, forum_ids=list(forums))
    found = [each for each in lying if asker.may_read(Action.SEE_MATTERS, each.forum_id, each.visibility)]
    carriers = [("person", each.carried_by) for each in found[:MOST_SHOWN]]
    names = await names_of(session, carriers)
    parts = []
    for each, carrier in zip(found, carriers, strict=False):
        about = f"m:{each.id}"
        buttons = (
            (Button(texts.DECIDE, "arende besluta", about, "primary"), Button(texts.HANDLE, "arende hantera", about))
            if asker.may(Action.RECORD_DECISION, each.forum_id)
            else ()
        )
        carried = texts.carried_by(names[carrier]) if carrier in names else ""
        lines = (texts.line(each.title, each.raised_by_name, each.raised_at.date()), carried, _short(each.text))
        heading = forums[each.forum_id].name if forum is None else ""
        parts.append(Part(tuple(line for line in lines if line), heading, buttons=buttons))
    if len(found) > MOST_SHOWN:
        parts.append(Part(lines=(texts.more(len(found) - MOST_SHOWN),)))
    if not parts:
        parts.append(Part(lines=(texts.NONE,)))
    raise_words = f"f:{forum.id}" if forum else ""
    parts.append(Part(buttons=(Button(texts.RAISE, "mote arende", raise_words),)))
    return Reply(Message(tuple(parts), title=forum.name if forum else texts.LIST_TITLE))


async def handle(call: Call, session: AsyncSession) -> Answer:
    """The button Hantera: a matter goes up or down, is deferred, or ends without a decision; always with a reason."""
    asker = await rights(call, session)
    matter, forum = await matter_meant(
        call, session, asker, call.context.get("about", "") if call.submitted else call.words
    )
    ways = _ways(asker, forum)
    if not call.submitted:
        options = tuple(Option(label, key) for key, (label, _, _) in ways.items())
        fields = (
            Field("matter", texts.line(matter.title, matter.raised_by_name, matter.raised_at.date()), "note"),
            Field("act", texts.WHAT_NOW, "radio", options=options),
            Field("reason", texts.REASON, "paragraph", most=500),
        )
        form = Form("arende hantera", texts.HANDLE_TITLE, fields, texts.HANDLE_SUBMIT, _context(matter))
        return reminded(form, [forum])
    way = ways.get(call.text("act"))
    reason = _line(call.text("reason"))
    problems = {}
    if way is None:
        problems["act"] = texts.CHOOSE_ACT
    if not reason:
        problems["reason"] = texts.GIVE_REASON
    if problems or way is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"reason": reason})
    _, act, to = way
    trace(call, session, asker, "arende hantera", "matter", matter.id, act=act.value)
    return await _done(call, session, asker, matter, forum, act, to, reason)


async def _done(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    matter: Matter,
    forum: Forum,
    act: MatterAct,
    to: Forum | None,
    reason: str,
) -> Reply:
    said = (texts.because(reason, asker.person.name if asker.person else ""),)
    key = f"matter:{matter.id}:{matter.row_version}"
    if to is not None:
        await send(session, matter, to=to, act=act, reason=reason, person=asker.person, now=call.now)
        lines = tuple(line for line in (_short(matter.text), *said) if line)
        here = Part(lines, texts.told_sent_here(matter.title, forum.name))
        await tell_forum(call, session, to, key, here, matter.visibility)
        away = Part(said, texts.told_sent_away(matter.title, to.name))
        await tell_forum(call, session, forum, key, away, matter.visibility)
        answer = texts.sent(matter.title, to.name)
    elif act is MatterAct.DEFERRED:
        await defer(session, matter, reason=reason, person=asker.person, now=call.now)
        await tell_forum(call, session, forum, key, Part(said, texts.told_deferred(matter.title)), matter.visibility)
        answer = texts.deferred(matter.title)
    else:
        await close(session, matter, reason=reason, person=asker.person, now=call.now)
        await tell_forum(call, session, forum, key, Part(said, texts.told_closed(matter.title)), matter.visibility)
        answer = texts.closed(matter.title)
    return Reply(Message((Part(lines=(answer,)),)))


def _ways(asker: Rights, forum: Forum) -> dict[str, tuple[str, MatterAct, Forum | None]]:
    """What may be done with a matter that lies before the forum: key → (label, act, where it goes)."""
    ways: dict[str, tuple[str, MatterAct, Forum | None]] = {}
    above = asker.forums.get(forum.parent_id or 0)
    if above is not None:
        ways["up"] = (texts.up_to(above.name), MatterAct.SENT_UP, above)
    for each in asker.forums.values():
        if each.parent_id == forum.id:
            ways[f"down{each.id}"] = (texts.down_to(each.name), MatterAct.SENT_DOWN, each)
    ways["defer"] = (texts.DEFER, MatterAct.DEFERRED, None)
    ways["close"] = (texts.CLOSE, MatterAct.CLOSED, None)
    return ways


async def matter_meant(call: Call, session: AsyncSession, asker: Rights, about: str) -> tuple[Matter, Forum]:
    """The matter a button or form is about ("m:12"), held, with its forum, for which the asker must be allowed to
    decide.

    Raises Refused when it is closed, or has moved since the form was opened.
    """
    number = whole_number(about.removeprefix("m:").strip())
    found = await held_matter(session, matter_id=number) if number is not None else None
    forum = asker.forums.get(found.forum_id) if found is not None else None
    if found is None or forum is None:
        raise Refused(finding_texts.GONE)
    asker.require(Action.RECORD_DECISION, forum.id)
    moved = call.submitted and call.context.get("version") != str(found.row_version)
    if found.state is not MatterState.OPEN or moved:
        raise Refused(texts.GONE)
    return found, forum


def _context(matter: Matter) -> dict[str, str]:
    return {"about": f"m:{matter.id}", "version": str(matter.row_version)}


def _line(text: str) -> str:
    return " ".join(without_hidden(text).split())


def _short(text: str, most: int = 300) -> str:
    line = _line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


async def tell_forum(call: Call, session: AsyncSession, forum: Forum, key: str, part: Part, visibility: str) -> None:
    """Tells a forum's channel, once for the key, of an item that may be shown so far."""
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=key,
        kind="matter",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        message=Message((part,)),
        agreement_id=forum.agreement_id,
        visibility=visibility,
    )


def trace(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    action: str,
    subject: str,
    subject_id: int | None,
    **details: object,
) -> None:
    """Adds to the trail who did what."""
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
        **details,
    )
