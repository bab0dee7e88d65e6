"""A secret calendar address for somebody without Slack: made by a coordinator, who hands it over."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import require_forum
from commands.permissions import rights
from commands.places import reminded
from commands.texts import calendars as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.calendars import new_feed, revoke
from storage.models import Forum, Person
from storage.people import places, traced


async def for_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form with the forum's people without Slack: a new address for one of them, or their address turned off."""
    asker = await rights(call, session)
    forum = await require_forum(Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words), asker)
    asker.require(Action.HAVE_FEED_FOR, forum.id)
    if not call.public_url:
        return _said(texts.NOT_ON)
    people = {
        str(person.id): person
        for place in await places(session, forum_id=forum.id or 0, today=call.local_now.date())
        for person, _ in place.holders
        if person.slack_user_id is None
    }
    if not people:
        return _said(texts.NOBODY_WITHOUT_SLACK)
    if not call.submitted:
        whom = tuple(Option(person.name[:75], key) for key, person in people.items())
        wishes = (Option(texts.FOR_NEW, "ny", description=texts.FOR_NEW_HINT), Option(texts.FOR_OFF, "av"))
        fields = (
            Field("person", texts.FOR_WHOM, "choice", options=whom, hint=texts.FOR_WHOM_HINT),
            Field("wish", texts.FOR_WHAT, "radio", value="ny", options=wishes),
        )
        form = Form("kalender at", texts.FOR_TITLE, fields, context={"forum": str(forum.id)})
        return reminded(form, [forum])
    person = people.get(call.text("person"))
    if person is None:
        raise Refused(texts.CHOOSE_PERSON, fields={"person": texts.CHOOSE_PERSON})
    if call.text("wish") == "av":
        if not await revoke(session, person_id=person.id or 0, forum_id=forum.id, now=call.now):
            return _said(texts.none_to_turn_off(person.name))
        _trace(call, session, person, asker.person, "av")
        return _said(texts.turned_off(person.name))
    _trace(call, session, person, asker.person, "ny")
    return _said(await _address(call, session, person, forum), texts.HAND_OVER, texts.HOW)


async def _address(call: Call, session: AsyncSession, person: Person, forum: Forum) -> str:
    _, token = await new_feed(
        session, workspace_id=call.workspace_id, person_id=person.id or 0, forum_id=forum.id, now=call.now
    )
    url = f"{call.public_url.rstrip('/')}/kalender/{token}.ics"
    return texts.address(f"{forum.name}, {person.name}", url)


def _said(*lines: str) -> Reply:
    return Reply(Message((Part(lines=lines),), title=texts.TITLE))


def _trace(call: Call, session: AsyncSession, whose: Person, by: Person | None, what: str) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=by.id if by else None,
        action="kalender at",
        subject="person",
        subject_id=whose.id,
        address=what,
    )
