"""Minutes of a meeting: written in a form, told to the forum for comment, fixed after fourteen days or on the chair's
word, and corrected by new versions."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Handover, Option, Refused, Reply
from commands.chair_change import who_leads
from commands.finding import occasion_meant, require_forum
from commands.minutes_file import as_docx
from commands.minutes_sheet import sheet_of
from commands.minutes_wanted import no_longer_wanted
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import finding as finding_texts
from commands.texts import minutes as texts
from commands.words import Words, without_hidden
from schedules.agenda import agenda
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from storage.agreements.names import slug
from storage.minutes import (
    ADJUSTED,
    COMMENT,
    COMMENT_DAYS,
    FIXED,
    fixed_at,
    hold,
    newest,
    step,
    steps,
    versions,
    write,
)
from storage.models import Commitment, Forum, Minutes, Occasion, Person
from storage.outbox import tell, withdraw
from storage.people import Place, places, traced
from storage.terms import CommitmentKind, OccasionState

MOST_POINTS, MOST_PEOPLE, LONGEST_NOTE, LONGEST_OTHERS = 25, 100, 3_000, 500


async def take_minutes(call: Call, session: AsyncSession) -> Answer:
    """`/mote anteckningar FORUM [DATUM]`: a form about the meeting that was; sent in, a version is stored and told.

    Raises Refused for those who do not write the forum's minutes.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.WRITE_MINUTES)
    occasion, commitment, forum = await _meeting(call, session, asker)
    asker.require(Action.WRITE_MINUTES, forum.id)
    if occasion.on > call.local_now.date():
        raise Refused(texts.NOT_YET)
    if occasion.state in (OccasionState.CANCELLED, OccasionState.MOVED):
        raise Refused(texts.CANCELLED)
    if not call.submitted:
        return await _form(call, session, occasion, forum)
    await hold(session, occasion)
    return await _store(call, session, asker, occasion, commitment, forum)


async def _meeting(call: Call, session: AsyncSession, asker: Rights) -> tuple[Occasion, Commitment, Forum]:
    """The meeting a button, a form or words mean: of a forum, that of the day said or the last one that has been."""
    words = Words(call.context.get("occasion", "") if call.submitted else call.words)
    found = await occasion_meant(words, session)
    if found is None:
        today = call.local_now.date()
        on = words.take_date(today, past=True)
        forum = await require_forum(words, asker)
        question = (
            select(Occasion, Commitment)
            .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
            .where(
                Commitment.forum_id == forum.id,
                Commitment.kind == CommitmentKind.MEETING,
                col(Occasion.state).in_((OccasionState.PLANNED, OccasionState.HELD, OccasionState.PARTLY)),
                Occasion.on == on if on else col(Occasion.on) <= today,
            )
            .order_by(col(Occasion.on).desc(), col(Occasion.id).desc())
        )
        found = (await session.exec(question.limit(1))).first()
        if found is None:
            raise Refused(texts.NO_MEETING)
    occasion, commitment = found
    meant = asker.forums.get(commitment.forum_id or 0)
    if meant is None:
        raise Refused(finding_texts.GONE)
    if commitment.kind is not CommitmentKind.MEETING:
        raise Refused(texts.NOT_A_MEETING)
    return occasion, commitment, meant


async def _people(session: AsyncSession, forum: Forum, occasion: Occasion) -> list[tuple[Person, str]]:
    """Who had a place on the day, each with how they are named in the minutes."""
    found: dict[int, tuple[Person, str]] = {}
    for place in await places(session, forum_id=forum.id or 0, today=occasion.on):
        for person, appointment in place.holders:
            line = texts.holder(person.name, _seat_of(place), deputy=appointment.deputy)
            found.setdefault(person.id or 0, (person, line))
    return list(found.values())[:MOST_PEOPLE]


def _seat_of(place: Place) -> str:
    return place.line.label


async def _form(call: Call, session: AsyncSession, occasion: Occasion, forum: Forum) -> Form:
    known = await newest(session, occasion.id or 0)
    people = await _people(session, forum, occasion)
    facts = await agreement_facts(session, forum.agreement_id)
    leads = next((who_leads(each, occasion.on) for each in facts.forums if each.id == forum.id), "")
    options = tuple(Option(line[:75], str(person.id)) for person, line in people)
    if known is not None:
        points = [(each["title"], each["note"]) for each in known.points]
        present = tuple(str(person.id) for person, line in people if line in known.attendance.get("present", []))
    else:
        points = [(each.title, "") for each in await agenda(session, facts, forum.id, occasion.on)]
        present = ()
    fields = [
        *((Field("leads", leads, "note"),) if leads else ()),
        Field("present", texts.PRESENT, "many", value=present, options=options, required=False),
        Field(
            "others",
            texts.OTHERS,
            "text",
            value=str(known.attendance.get("others", "")) if known else "",
            required=False,
            hint=texts.OTHERS_HINT,
            most=LONGEST_OTHERS,
        ),
        *(
            Field(
                f"point{number}",
                f"{number}. {title}"[:150],
                "paragraph",
                value=note,
                required=False,
                hint=texts.NOTE_HINT if number == 1 else "",
                most=LONGEST_NOTE,
            )
            for number, (title, note) in enumerate(points[:MOST_POINTS], 1)
        ),
        Field(
            "adjusters",
            texts.ADJUSTERS,
            "many",
            value=tuple(str(each) for each in (known.adjusters if known else [])),
            options=options,
            required=False,
        ),
    ]
    if not options:
        fields = [each for each in fields if each.kind != "many"]
    context = {"occasion": f"o:{occasion.id}", "version": str(known.version if known else 0)}
    return reminded(Form("mote anteckningar", texts.FORM, tuple(fields), texts.SUBMIT, context), [forum])


async def _store(
    call: Call, session: AsyncSession, asker: Rights, occasion: Occasion, commitment: Commitment, forum: Forum
) -> Reply:
    before = await newest(session, occasion.id or 0)
    after = int(call.context["version"]) if call.context.get("version", "").isdigit() else 0
    if (before.version if before else 0) != after:
        raise Refused(texts.SOMEBODY_FIRST)
    titles = [each["title"] for each in before.points] if before else []
    if not titles:
        facts = await agreement_facts(session, forum.agreement_id)
        titles = [each.title for each in await agenda(session, facts, forum.id, occasion.on)][:MOST_POINTS]
    people = await _people(session, forum, occasion)
    came = set(call.many("present"))
    attendance: dict[str, object] = {
        "present": [line for person, line in people if str(person.id) in came],
        "absent": [line for person, line in people if str(person.id) not in came],
        "others": without_hidden(call.text("others"))[:LONGEST_OTHERS],
    }
    points = [
        {"title": title, "note": without_hidden(call.text(f"point{number}"))[:LONGEST_NOTE]}
        for number, title in enumerate(titles, 1)
    ]
    adjusters = [
        person.id for person, _ in people if person.id is not None and str(person.id) in call.many("adjusters")
    ]
    if not came and not any(each["note"] for each in points):
        raise Refused(texts.EMPTY)
    if before is not None and (before.attendance, before.points, before.adjusters) == (attendance, points, adjusters):
        return Reply(Message((Part(lines=(texts.UNCHANGED,)),)))
    made = await write(
        session,
        occasion_id=occasion.id or 0,
        after=after,
        attendance=attendance,
        points=points,
        adjusters=adjusters,
        visibility=commitment.visibility,
        person=asker.person,
        now=call.now,
    )
    if made is None:
        raise Refused(texts.SOMEBODY_FIRST)
    _trace(call, session, asker, "mote anteckningar", occasion, version=made.version)
    await no_longer_wanted(call, session, occasion.id or 0, reason="written")
    await _tell(call, session, occasion, commitment, forum, made)
    return Reply(Message((Part(lines=(texts.SAVED,)),)))


async def _tell(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, forum: Forum, made: Minutes
) -> None:
    """The forum, at once; those who adjust, each; and the forum once more when the minutes are fixed by time."""
    noted = sum(1 for each in made.points if each["note"])
    last = (await versions(session, occasion.id or 0))[0].written_at + timedelta(days=COMMENT_DAYS)
    lines = [texts.summary(len(made.attendance["present"]), noted, made.written_by_name)]
    if last > call.now:
        lines.append(texts.until(last.astimezone(call.local_now.tzinfo).date()))
    heading = texts.told(forum.name, occasion.on, made.version)
    common: dict[str, Any] = {
        "workspace_id": call.workspace_id,
        "now": call.now,
        "forum_id": forum.id,
        "agreement_id": forum.agreement_id,
        "commitment_id": commitment.id,
        "occasion_id": occasion.id,
    }
    key = f"minutes:{occasion.id}"
    part = Part(tuple(lines), heading, buttons=_buttons(occasion, made.version))
    await tell(
        session, key=f"{key}:{made.version}", kind="minutes", due_at=call.now, message=Message((part,)), **common
    )
    for person_id in made.adjusters:
        please = Part((), texts.adjust_please(forum.name, occasion.on), buttons=_adjusting(occasion))
        await tell(
            session,
            key=f"{key}:{made.version}:adjust",
            kind="minutes",
            due_at=call.now,
            message=Message((please,)),
            person_id=person_id,
            **common,
        )
    if made.version == 1:
        fixed = Part((), texts.now_fixed(forum.name, occasion.on), buttons=_buttons(occasion, 1)[:1])
        await tell(session, key=f"{key}:fixed", kind="minutes", due_at=last, message=Message((fixed,)), **common)


def _buttons(occasion: Occasion, version: int) -> tuple[Button, ...]:
    about = f"o:{occasion.id}"
    return (
        Button(texts.FETCH, "anteckningar hamta", about, "primary"),
        Button(texts.COMMENT, "anteckningar synpunkt", about),
        Button(texts.CHANGE, "mote anteckningar", about),
        Button(texts.FIX, "anteckningar faststall", about),
        *((Button(texts.CHANGES, "anteckningar andringar", about),) if version > 1 else ()),
    )


def _adjusting(occasion: Occasion) -> tuple[Button, ...]:
    about = f"o:{occasion.id}"
    return (
        Button(texts.FETCH, "anteckningar hamta", about),
        Button(texts.ADJUST, "anteckningar justera", about, "primary"),
        Button(texts.COMMENT, "anteckningar synpunkt", about),
    )


# --- what the buttons do ----------------------------------------------------------------------------------------------


async def _written(
    call: Call, session: AsyncSession, action: Action
) -> tuple[Rights, Occasion, Commitment, Forum, Minutes]:
    asker = await rights(call, session)
    occasion, commitment, forum = await _meeting(call, session, asker)
    asker.require(action, forum.id)
    found = await newest(session, occasion.id or 0)
    if found is None:
        raise Refused(texts.NONE)
    return asker, occasion, commitment, forum, found


async def fetch(call: Call, session: AsyncSession) -> Answer:
    """The minutes as a Word document, to the asker alone. Raises Refused."""
    _, occasion, _, forum, found = await _written(call, session, Action.SEE_MINUTES)
    forum_id, occasion_id, now, zone = forum.id or 0, occasion.id or 0, call.now, call.zone

    async def make(reading: AsyncSession) -> bytes:
        return as_docx(await sheet_of(reading, occasion_id, forum_id, now=now, zone=zone))

    name = f"minnesanteckningar-{slug(forum.name)}-{occasion.on.isoformat()}.docx"
    taken = await steps(session, occasion_id)
    standing = texts.standing(
        fixed_at(await versions(session, occasion_id), taken, call.now),
        [each.by_name for each in taken if each.act == ADJUSTED and each.version == found.version],
        call.zone,
    )
    lines = (finding_texts.file_on_its_way(name), standing)
    return Reply(Message((Part(lines=lines),), title=texts.title(forum.name, occasion.on)), Handover(name, make))


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
    _trace(call, session, asker, "anteckningar synpunkt", occasion, version=found.version)
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
    )
    return Reply(Message((Part(lines=(texts.COMMENT_SENT,)),)))


async def fix(call: Call, session: AsyncSession) -> Answer:
    """The chair's word that the minutes stand; the forum is told once. Raises Refused."""
    asker, occasion, commitment, forum, found = await _written(call, session, Action.APPROVE_MINUTES)
    await hold(session, occasion)
    every, taken = await versions(session, occasion.id or 0), await steps(session, occasion.id or 0)
    if fixed_at(every, taken, call.now) is not None:
        return Reply(Message((Part(lines=(texts.FIXED_ALREADY,)),)))
    await step(
        session, occasion_id=occasion.id or 0, version=found.version, act=FIXED, person=asker.person, now=call.now
    )
    await withdraw(session, reason="fixed", now=call.now, keys=[f"minutes:{occasion.id}:fixed:f{forum.id}"])
    _trace(call, session, asker, "anteckningar faststall", occasion, version=found.version)
    part = Part((), texts.now_fixed(forum.name, occasion.on), buttons=_buttons(occasion, 1)[:1])
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"minutes:{occasion.id}:fixed-now",
        kind="minutes",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        message=Message((part,)),
        agreement_id=forum.agreement_id,
        commitment_id=commitment.id,
        occasion_id=occasion.id,
    )
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
    _trace(call, session, asker, "anteckningar justera", occasion, version=found.version)
    return Reply(Message((Part(lines=(texts.ADJUSTED,)),)))


async def changes(call: Call, session: AsyncSession) -> Answer:
    """Visa ändringar: what each version changed, newest first. Raises Refused."""
    _, occasion, _, forum, _ = await _written(call, session, Action.SEE_MINUTES)
    every = await versions(session, occasion.id or 0)
    parts = [
        Part(
            tuple(_differences(before, after)),
            texts.version_heading(after.version, after.written_at, call.zone, after.written_by_name),
        )
        for before, after in reversed(list(pairwise(every)))
    ]
    first = every[0]
    heading = texts.version_heading(1, first.written_at, call.zone, first.written_by_name)
    return Reply(Message((*parts, Part((), heading)), title=texts.title(forum.name, occasion.on)))


def _differences(before: Minutes, after: Minutes) -> Sequence[str]:
    found = []
    for label, key in ((texts.PARTICIPANTS, "present"), (texts.ABSENT, "absent")):
        was, now = before.attendance.get(key, []), after.attendance.get(key, [])
        if was != now:
            found.append(texts.changed(label, "; ".join(was), "; ".join(now)))
    for was, now in zip(before.points, after.points, strict=False):
        if was["note"] != now["note"]:
            found.append(texts.changed(now["title"], was["note"][:300], now["note"][:300]))
    return found or [texts.UNCHANGED]


def _trace(
    call: Call, session: AsyncSession, asker: Rights, action: str, occasion: Occasion, **details: object
) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject="occasion",
        subject_id=occasion.id,
        details=details,
    )
