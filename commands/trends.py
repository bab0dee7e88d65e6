"""`/mote trender`: a forum's trends in fixed categories, reported to the forum above and read by both."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.showing import NAME, chosen_visibility, visibility_field
from commands.texts import trends as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.hidden import without_hidden
from storage.models import Forum, TrendReport
from storage.outbox import tell
from storage.people import traced
from storage.terms import Visibility
from storage.trends import reports_to

LONGEST_AREA = 100
MOST_SHOWN = 20


async def shown(call: Call, session: AsyncSession) -> Answer:
    """What has been reported to and by the forums one may see, newest first, and a button to report."""
    asker = await rights(call, session)
    words = Words(call.words)
    forum = await forum_meant(words, asker)
    if words.text:
        raise misunderstood("/mote trender", words.text, ("/mote trender planeringsgruppen",))
    if forum is not None:
        asker.require(Action.SEE_MATTERS, forum.id)
    forums = [forum] if forum else asker.seen_forums(Action.SEE_MATTERS)
    if not forums:
        asker.require_somewhere(Action.SEE_MATTERS)
    rows = [
        (report, name)
        for report, name in await reports_to(session, [each.id or 0 for each in forums], limit=None)
        if any(
            asker.may_read(Action.SEE_MATTERS, each, report.visibility)
            for each in (report.forum_id, report.to_forum_id)
        )
    ][:MOST_SHOWN]
    parts = [
        Part(
            (texts.said(report.trends),),
            texts.heading(name, report.at.astimezone(call.local_now.tzinfo).date(), report.area),
        )
        for report, name in rows
    ] or [Part((texts.NONE,))]
    buttons = (Button(texts.REPORT, "trender rapportera"),) if _reporting(asker) else ()
    return Reply(Message((*parts, *((Part(buttons=buttons),) if buttons else ())), title=texts.TITLE))


def _reporting(asker: Rights) -> list[Forum]:
    """The forums whose trends the asker may report: those with a forum above."""
    return [each for each in asker.seen_forums(Action.RAISE_MATTER) if each.parent_id is not None]


async def report(call: Call, session: AsyncSession) -> Answer:
    """A form of fixed categories; sent in, the forum above hears of it once. Raises Refused."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.RAISE_MATTER)
    forums = _reporting(asker)
    if not forums:
        raise Refused(texts.NOBODY_ABOVE)
    if not call.submitted:
        words = Words(call.words)
        meant = await forum_meant(words, asker) if words.text else None
        if meant is not None:
            asker.require(Action.RAISE_MATTER, meant.id)
        if meant is not None and meant.parent_id is None:
            return Reply(Message((Part((texts.NOBODY_ABOVE,)),)))
        return _form(forums, meant)
    forum = next((each for each in asker.forums.values() if str(each.id) == call.text("forum")), None)
    if forum is not None:
        asker.require(Action.RAISE_MATTER, forum.id)
    trends = {key: call.text(key) for key in texts.CATEGORIES if call.text(key) in texts.DIRECTIONS}
    problems = {} if forum else {"forum": texts.CHOOSE_FORUM}
    if not trends:
        problems[next(iter(texts.CATEGORIES))] = texts.CHOOSE_ONE
    if problems or forum is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    above = await session.get(Forum, forum.parent_id)
    if above is None:
        raise Refused(texts.NOBODY_ABOVE)
    made = TrendReport(
        forum_id=forum.id or 0,
        to_forum_id=above.id or 0,
        area=without_hidden(call.text("area"))[:LONGEST_AREA],
        trends=trends,
        visibility=chosen_visibility(call.text(NAME), Visibility.PARTIES.value),
        by=asker.person.id if asker.person else None,
        by_name=asker.person.name if asker.person else "",
        at=call.now,
    )
    session.add(made)
    await session.flush()
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=made.by,
        action="trender rapportera",
        subject="trend_report",
        subject_id=made.id,
    )
    await touch(session, above.agreement_id)
    part = Part(
        (texts.said(trends),),
        texts.heading(forum.name, call.local_now.date(), made.area),
        buttons=(Button(texts.TITLE, "mote trender", f"f:{above.id}"),),
    )
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"trends:{made.id}",
        kind="trends",
        due_at=call.now,
        now=call.now,
        forum_id=above.id,
        message=Message((part,)),
        agreement_id=above.agreement_id,
        visibility=made.visibility,
    )
    return Reply(Message((Part((texts.reported(above.name),)),)))


def _form(forums: list[Forum], meant: Forum | None) -> Form:
    known = meant if meant in forums else forums[0] if len(forums) == 1 else None
    ways = tuple(Option(label, value) for value, label in texts.DIRECTIONS.items())
    fields = (
        Field(
            "forum",
            texts.WHICH,
            "choice",
            value=str(known.id) if known else "",
            options=tuple(Option(each.name[:75], str(each.id)) for each in forums),
        ),
        Field("area", texts.AREA, "text", required=False, hint=texts.AREA_HINT, most=LONGEST_AREA),
        *(Field(key, label, "choice", options=ways, required=False) for key, label in texts.CATEGORIES.items()),
        visibility_field(Visibility.PARTIES.value),  # also from a forum for places only: it is meant for the one above
    )
    return reminded(Form("trender rapportera", texts.FORM, fields, texts.SUBMIT), forums)
