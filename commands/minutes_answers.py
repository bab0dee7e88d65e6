"""What people do with a meeting's minutes: fetch the document, comment, fix, adjust, and see what versions changed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.minutes import LONGEST_NOTE, meeting_meant, trace
from commands.minutes_sheet import document_of, people_named
from commands.minutes_telling import tell_fixed
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import finding as finding_texts
from commands.texts import minutes as texts
from commands.texts import showing as showing_texts
from schedules.message import Button, Message, Part
from storage.hidden import without_hidden
from storage.minutes import ADJUSTED, COMMENT, FIXED, fixed_at, hold, newest, step, steps, versions
from storage.models import Commitment, Forum, Minutes, Occasion
from storage.outbox import tell


async def _written(
    call: Call, session: AsyncSession, action: Action
) -> tuple[Rights, Occasion, Commitment, Forum, Minutes]:
    asker = await rights(call, session)
    occasion, commitment, forum = await meeting_meant(call, session, asker)
    asker.require(action, forum.id)
    found = await newest(session, occasion.id or 0)
    if found is None:
        raise Refused(texts.NONE)
    asker.require_read(action, forum.id, found.visibility)
    return asker, occasion, commitment, forum, found


async def fetch(call: Call, session: AsyncSession) -> Answer:
    """The minutes as a Word document, to the asker alone. Raises Refused."""
    asker, occasion, _, forum, found = await _written(call, session, Action.SEE_MINUTES)
    document = document_of(call, forum, occasion, internal=asker.may(Action.SEE_INTERNAL, forum.id))
    taken = await steps(session, occasion.id or 0)
    standing = texts.standing(
        fixed_at(found, taken, call.now),
        [each.by_name for each in taken if each.act == ADJUSTED and each.version == found.version],
        call.zone,
    )
    lines = (finding_texts.file_on_its_way(document.name), standing)
    return Reply(Message((Part(lines=lines),), title=texts.title(forum.name, occasion.on)), document)


async def comment(call: Call, session: AsyncSession) -> Answer:
    """A form for a word on the minutes; sent in, the writer gets it. Raises Refused."""
    asker, occasion, commitment, forum, found = await _written(call, session, Action.SEE_MINUTES)
    if not call.submitted:
        field = Field("text", texts.COMMENT_FIELD, "paragraph", most=LONGEST_NOTE)
        form = Form("anteckningar synpunkt", texts.COMMENT_FORM, (field,), context={"occasion": f"o:{occasion.id}"})
        return reminded(form, [forum])
    said = without_hidden(call.text("text")).strip()
    if not said:
        raise Refused(texts.GIVE_COMMENT, fields={"text": texts.GIVE_COMMENT})
    made = await step(
        session,
        occasion_id=occasion.id or 0,
        version=found.version,
        act=COMMENT,
        person=asker.person,
        now=call.now,
        text=said,
    )
    trace(call, session, asker, "anteckningar synpunkt", occasion, version=found.version)
    name = asker.person.name if asker.person else ""
    change = (Button(texts.CHANGE, "mote anteckningar", f"o:{occasion.id}", "primary"),)
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"minutes:{occasion.id}:comment:{made.id}",
        kind="minutes",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        person_id=found.written_by,
        message=Message((Part((said,), texts.commented(forum.name, occasion.on, name), buttons=change),)),
        agreement_id=forum.agreement_id,
        commitment_id=commitment.id,
        occasion_id=occasion.id,
        visibility=found.visibility,
    )
    return Reply(Message((Part(lines=(texts.COMMENT_SENT,)),)))


async def fix(call: Call, session: AsyncSession) -> Answer:
    """The chair's word that the minutes stand; the forum is told once. Raises Refused."""
    asker, occasion, commitment, forum, found = await _written(call, session, Action.APPROVE_MINUTES)
    await hold(session, occasion)
    found = await newest(session, occasion.id or 0) or found
    if fixed_at(found, await steps(session, occasion.id or 0), call.now) is not None:
        return Reply(Message((Part(lines=(texts.FIXED_ALREADY,)),)))
    await step(
        session, occasion_id=occasion.id or 0, version=found.version, act=FIXED, person=asker.person, now=call.now
    )
    trace(call, session, asker, "anteckningar faststall", occasion, version=found.version)
    await tell_fixed(call, session, occasion, commitment, forum, found)
    return Reply(Message((Part(lines=(texts.FIXED,)),)))


async def adjust(call: Call, session: AsyncSession) -> Answer:
    """An adjuster's word on the newest version, once; others who may read are told that it is not for them."""
    asker, occasion, _, _, found = await _written(call, session, Action.SEE_MINUTES)
    person_id = asker.person.id if asker.person else None
    if person_id not in found.adjusters:
        return Reply(Message((Part(lines=(texts.NOT_ADJUSTER,)),)))
    await hold(session, occasion)
    taken = await steps(session, occasion.id or 0)
    if any(each.act == ADJUSTED and each.by == person_id and each.version == found.version for each in taken):
        return Reply(Message((Part(lines=(texts.ADJUSTED_ALREADY,)),)))
    await step(
        session, occasion_id=occasion.id or 0, version=found.version, act=ADJUSTED, person=asker.person, now=call.now
    )
    trace(call, session, asker, "anteckningar justera", occasion, version=found.version)
    return Reply(Message((Part(lines=(texts.ADJUSTED,)),)))


async def changes(call: Call, session: AsyncSession) -> Answer:
    """Visa ändringar: what each version changed, newest first. Raises Refused."""
    asker, occasion, _, forum, _ = await _written(call, session, Action.SEE_MINUTES)
    every = await versions(session, occasion.id or 0)
    asker.require_read(Action.SEE_MINUTES, forum.id, *(each.visibility for each in every))
    ids = sorted({person_id for each in every for person_id in each.adjusters})
    names = {person.id or 0: person.name for person in await people_named(session, ids)}
    parts = [
        Part(
            tuple(differences(before, after, names)),
            texts.version_heading(after.version, after.written_at, call.zone, after.written_by_name),
        )
        for before, after in reversed(list(pairwise(every)))
    ]
    first = every[0]
    heading = texts.version_heading(1, first.written_at, call.zone, first.written_by_name)
    return Reply(Message((*parts, Part((), heading)), title=texts.title(forum.name, occasion.on)))


def differences(before: Minutes, after: Minutes, names: Mapping[int, str]) -> Sequence[str]:
    """What a version changed, a line for each thing: who was there, who adjusts, and what is written under the points.

    `names`: person id → name.
    """
    found = []
    for label, key in ((texts.PARTICIPANTS, "present"), (texts.ABSENT, "absent")):
        was, now = before.attendance.get(key, []), after.attendance.get(key, [])
        if was != now:
            found.append(texts.changed(label, "; ".join(was), "; ".join(now)))
    was_there, there = before.attendance.get("others", ""), after.attendance.get("others", "")
    if was_there != there:
        found.append(texts.changed(texts.OTHERS, was_there, there))
    if before.adjusters != after.adjusters:
        chosen = ["; ".join(names.get(each, "") for each in version.adjusters) for version in (before, after)]
        found.append(texts.changed(texts.ADJUSTERS_SHORT, *chosen))
    if before.visibility != after.visibility:
        shown = [showing_texts.VISIBILITIES.get(each.visibility, each.visibility) for each in (before, after)]
        found.append(texts.changed(showing_texts.VISIBILITY, *shown))
    noted = {_mark(each, number): each["note"] for number, each in enumerate(before.points, 1)}
    for number, point in enumerate(after.points, 1):
        note = noted.get(_mark(point, number), "")
        if note != point["note"]:
            found.append(texts.changed(point["title"], note[:300], point["note"][:300]))
    return found or [texts.UNCHANGED_TEXT]


def _mark(point: Mapping[str, str], number: int) -> str:
    """What tells that two versions' points are the same one; the oldest have only their order."""
    return point.get("number") or str(number)
