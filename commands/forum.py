"""Rosters and channels: who sits where, which places are vacant, and which channel a forum has."""

import re
from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.seating import trace
from commands.texts import forum as texts
from commands.words import Words, fold
from schedules.membership import settle
from schedules.message import Button, Message, Part
from storage.agreements.linking import LinkError, link_forum
from storage.agreements.touch import touch
from storage.models import Forum
from storage.people import Place, places
from storage.reopening import reopen
from storage.vacancies import roster_of


async def members(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan medlemmar FORUM`: seats, who sits, deputies and vacancies; without a name, the forums to choose;
    with "vakanta" every vacant place the asker may see."""
    asker = await rights(call, session)
    words = Words(call.words)
    page = page_in(words)
    if words.take_names([("vacant", texts.VACANT_WORDS)]):
        return await _every_vacancy(call, session, await _meant(words, asker))
    if not words.text:
        return _which_forum(asker, "samverkan medlemmar", page)
    chosen = await require_forum(words, asker)
    if words.text:
        raise misunderstood("/samverkan medlemmar", words.text, (), [forum.name for forum in asker.seen_forums()])
    asker.require(Action.SEE_MEMBERS, chosen.id)
    found = await places(session, forum_id=chosen.id or 0, today=call.local_now.date())
    lines = [texts.NOT_LINKED] if chosen.channel_id is None else []
    lines += [line for each in found for line in _lines(each)]
    about = f"f:{chosen.id}"
    buttons: tuple[Button, ...] = ()
    if asker.may(Action.APPOINT, chosen.id):
        buttons = (Button(texts.APPOINT, "samverkan tillsatt", about), Button(texts.IMPORT, "samverkan lasin"))
        if any(each.holders or each.coming for each in found):
            change = (Button(texts.REPLACE, "samverkan byt", about), Button(texts.END, "samverkan avsluta", about))
            buttons = (buttons[0], *change, *buttons[1:])
    return Reply(Message((Part(lines=tuple(lines), buttons=buttons),), title=chosen.name))


async def _meant(words: Words, asker: Rights) -> list[Forum]:
    """The forum named, else all whose members the asker may see."""
    if not words.text:
        return asker.seen_forums(Action.SEE_MEMBERS)
    chosen = await require_forum(words, asker)
    asker.require(Action.SEE_MEMBERS, chosen.id)
    return [chosen]


async def _every_vacancy(call: Call, session: AsyncSession, seen: Sequence[Forum]) -> Reply:
    ids, lines = {forum.id for forum in seen}, []
    for agreement_id in dict.fromkeys(forum.agreement_id for forum in seen):
        roster = await roster_of(session, agreement_id)
        for each in roster.vacancies(call.local_now.date()):
            forums = [roster.forums[forum] for forum in each.forums if forum in ids]
            lines += [texts.vacancy(each.name, each.count, forums)] if forums else []
    return Reply(Message((Part(lines=tuple(lines) or (texts.NO_VACANT,)),), title=texts.ALL_VACANT))


def _which_forum(asker: Rights, command: str, page: int) -> Reply:
    buttons = forum_buttons(asker.seen_forums(Action.SEE_MEMBERS), command, page)
    return Reply(Message((Part(lines=(texts.CHOOSE_FORUM,), buttons=buttons),), title=texts.TITLE))


def _lines(each: Place) -> list[str]:
    names = [
        texts.holder(
            person.name,
            appointment.starts,
            appointment.ends,
            deputy=appointment.deputy,
            slack=person.slack_user_id is not None,
        )
        for person, appointment in each.holders
    ]
    coming = [texts.coming(person.name, one.starts, deputy=one.deputy) for person, one in each.coming]
    return [texts.place(each.line.label, each.line.kind, names, each.vacant), *coming]


# --- channels ---------------------------------------------------------------------------------------------------------


async def as_it_should_be(call: Call, session: AsyncSession) -> Answer:
    """The button under a difference between channel and roster: it is not told of again as long as it lasts."""
    asker = await rights(call, session)
    words = Words(call.words)
    forum = await require_forum(words, asker)
    asker.require(Action.APPOINT, forum.id)
    number = int(words.text) if re.fullmatch(r"[0-9]{1,9}", words.text) else -1
    if not await settle(session, forum_id=forum.id or 0, number=number):
        return Reply(Message((Part(lines=(texts.CHANGED_SINCE,)),)))
    trace(call, session, asker, "samverkan stammer", "forum", forum.id)
    return Reply(Message((Part(lines=(texts.SETTLED,)),)))


async def link(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan koppla FORUM [#kanal]`: the forum's reminders go to the channel named, else to the one typed in."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.LINK_CHANNEL)
    words = Words(call.words)
    mentioned = words.take_channel()
    channel = mentioned or call.channel_id
    page = page_in(words)
    if not words.text:
        return _which_forum(asker, "samverkan koppla", page)
    forum = await require_forum(words, asker)
    words.take_names([("to", texts.TO)])
    if words.text:
        raise misunderstood("/samverkan koppla", words.text, ())
    asker.require(Action.LINK_CHANNEL, forum.id)
    if not channel or channel.startswith("D"):
        raise Refused(texts.NOT_IN_CHANNEL)
    named = [each for each in asker.forums.values() if fold(each.name) == fold(forum.name)]
    alike = [each for each in named if each.id is not None and asker.may(Action.LINK_CHANNEL, each.id)]
    if all(each.channel_id == channel for each in alike):
        return Reply(Message((Part(lines=(texts.linked_already(forum.name),)),)))
    try:
        linked = await link_forum(
            session,
            forum.name,
            channel,
            today=call.local_now.date(),
            workspace_id=call.workspace_id,
            agreements={each.agreement_id for each in alike},
        )
    except LinkError as mistake:
        raise Refused(str(mistake)) from None
    for each in linked:
        trace(call, session, asker, "samverkan koppla", "forum", each.id)
        await touch(session, each.agreement_id)
    await reopen(session, channel_id=channel, now=call.now)
    return Reply(Message((Part(lines=(texts.linked(forum.name, here=mentioned is None),), note=texts.INVITE),)))
