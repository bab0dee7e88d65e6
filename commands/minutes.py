"""Writing a meeting's minutes: a form with the agenda as it was sent, stored as versions that are never changed.

What is told of them is `commands.minutes_telling`; what people do with them `commands.minutes_answers`.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_change import who_leads
from commands.finding import occasion_meant, require_forum
from commands.minutes_people import Seated, attendance_of, people_of
from commands.minutes_results import Results, results_of
from commands.minutes_sheet import document_of
from commands.minutes_telling import fixing_time, tell_written
from commands.minutes_wanted import no_longer_wanted
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.showing import NAME, chosen_visibility, sensible, visibility_field
from commands.texts import finding as finding_texts
from commands.texts import matter as matter_texts
from commands.texts import minutes as texts
from commands.words import Words, whole_number
from schedules.agenda import freeze
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from storage.channels import outside_the_parties
from storage.hidden import without_hidden
from storage.matters import decisions_at, open_matters
from storage.minutes import agenda_points, fixed_at, fixes_at, hold, newest, steps, write
from storage.models import AgendaPoint, Commitment, Forum, Minutes, Occasion
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState, is_internal, is_public

MOST_POINTS, LONGEST_NOTE, LONGEST_OTHERS = 80, 3_000, 500  # Slack takes a hundred blocks in a form
MOST_ASKED = 15  # matters offered to be decided, when the minutes are saved

Kept = dict[str, str]  # a point of a version: title, note, key, number, added


async def take_minutes(call: Call, session: AsyncSession) -> Answer:
    """`/mote anteckningar FORUM [DATUM]`: a form about the meeting that was; sent in, a version is stored and told.

    Raises Refused for those who do not write the forum's minutes.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.WRITE_MINUTES)
    occasion, commitment, forum = await meeting_meant(call, session, asker)
    asker.require(Action.WRITE_MINUTES, forum.id)
    if occasion.on > call.local_now.date():
        raise Refused(texts.NOT_YET)
    if occasion.state in (OccasionState.CANCELLED, OccasionState.MOVED):
        raise Refused(texts.CANCELLED)
    await hold(session, occasion)
    before = await newest(session, occasion.id or 0)
    points = await _points(call, session, asker, occasion, forum, before)
    if not call.submitted:
        return await _form(call, session, occasion, commitment, forum, before, points)
    return await _store(call, session, asker, occasion, commitment, forum, before, points)


async def meeting_meant(call: Call, session: AsyncSession, asker: Rights) -> tuple[Occasion, Commitment, Forum]:
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


async def _points(
    call: Call, session: AsyncSession, asker: Rights, occasion: Occasion, forum: Forum, before: Minutes | None
) -> list[Kept]:
    """The points to write under: those of the version before, and the agenda's, frozen now if it was not.

    Each keeps its number, so that what somebody writes lands under its own heading whatever happens meanwhile.
    """
    known = [_kept(each, number) for number, each in enumerate(before.points, 1)] if before else []
    if before is not None and any(not each["key"] for each in known):
        return known  # written when agendas were not kept: as it was
    frozen = len(await agenda_points(session, occasion.id or 0))
    facts = await agreement_facts(session, forum.agreement_id)
    points = await freeze(session, facts, occasion, today=call.local_now.date(), now=call.now)
    if len(points) > frozen:
        trace(call, session, asker, "mote anteckningar", occasion, points=len(points))
    written = {each["key"] for each in known}
    return known + [
        {"title": each.title, "note": "", "key": each.key, "number": str(each.number), "added": "ja" * each.added}
        for each in points
        if each.key not in written
    ]


def _kept(point: Mapping[str, str], number: int) -> Kept:
    return {
        "title": point["title"],
        "note": point["note"],
        "key": point.get("key", ""),
        "number": point.get("number") or str(number),
        "added": point.get("added", ""),
    }


async def _form(
    call: Call,
    session: AsyncSession,
    occasion: Occasion,
    commitment: Commitment,
    forum: Forum,
    known: Minutes | None,
    points: list[Kept],
) -> Form:
    people = await people_of(session, forum, occasion)
    options = tuple(Option(each.line[:75], str(each.person_id)) for each in people)
    facts = await agreement_facts(session, forum.agreement_id)
    leads = next((who_leads(each, occasion.on) for each in facts.forums if each.id == forum.id), "")
    results = await results_of(session, facts, occasion, forum, call.now)
    matters = {each.key: each.matter_id for each in await agenda_points(session, occasion.id or 0)}
    fields = [
        *((Field("leads", leads, "note"),) if leads else ()),
        Field("present", texts.PRESENT, "many", value=_present(known, people), options=options, required=False),
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
                f"point{each['number']}",
                texts.point(int(each["number"]), each["title"], added=bool(each["added"]))[:150],
                "paragraph",
                value=each["note"],
                required=False,
                hint=_hint(each, matters.get(each["key"]), results),
                most=LONGEST_NOTE,
            )
            for each in points[:MOST_POINTS]
        ),
        *([Field("more", texts.more_points(len(points) - MOST_POINTS), "note")] if len(points) > MOST_POINTS else []),
        Field(
            "adjusters",
            texts.ADJUSTERS,
            "many",
            value=tuple(str(each) for each in (known.adjusters if known else [])),
            options=options,
            required=False,
        ),
        visibility_field(known.visibility if known else sensible(forum, commitment.visibility)),
    ]
    if not options:
        fields = [each for each in fields if each.kind != "many"]
    context = {"occasion": f"o:{occasion.id}", "version": str(known.version if known else 0)}
    return reminded(Form("mote anteckningar", texts.FORM, tuple(fields), texts.SUBMIT, context), [forum])


def _present(known: Minutes | None, people: Sequence[Seated]) -> tuple[str, ...]:
    if known is None:
        return ()
    ids, lines = known.attendance.get("people"), known.attendance.get("present", [])
    return tuple(
        str(each.person_id) for each in people if (each.person_id in ids if ids is not None else each.line in lines)
    )


def _hint(point: Kept, matter_id: int | None, results: Results) -> str:
    if matter_id is not None:
        return " ".join(results.get(matter_id, ()))[:1_500] or texts.DECIDE_HINT
    return texts.NOTE_HINT if point["number"] == "1" else ""


async def _store(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    occasion: Occasion,
    commitment: Commitment,
    forum: Forum,
    before: Minutes | None,
    points: list[Kept],
) -> Reply:
    after = whole_number(call.context.get("version", "")) or 0
    if (before.version if before else 0) != after:
        raise Refused(texts.SOMEBODY_FIRST)
    people = await people_of(session, forum, occasion)
    came = set(call.many("present"))
    attendance = attendance_of(people, came, without_hidden(call.text("others"))[:LONGEST_OTHERS])
    written = [{**each, "note": _note(call, each)} for each in points]
    chosen = call.many("adjusters")
    adjusters = [each.person_id for each in people if str(each.person_id) in chosen]
    if not came and not any(each["note"] for each in written):
        raise Refused(texts.EMPTY)
    usual = before.visibility if before else sensible(forum, commitment.visibility)
    visibility = chosen_visibility(call.text(NAME), usual)
    said_now = (attendance, written, adjusters, visibility)
    if before is not None and not await _changed(call, session, occasion, forum, before, said_now):
        return Reply(Message((Part(lines=(texts.UNCHANGED,)), *await _to_decide(session, asker, occasion, forum))))
    taken = await steps(session, occasion.id or 0)
    open_time = before is not None and fixed_at(before, taken, call.now) is None
    made = await write(
        session,
        occasion_id=occasion.id or 0,
        after=after,
        attendance=attendance,
        points=written,
        adjusters=adjusters,
        visibility=visibility,
        person=asker.person,
        now=call.now,
        # corrections in the time to comment do not prolong it; one that comes after it has a time of its own
        fixes_at=fixes_at(before) if before is not None and open_time else await fixing_time(call, session, forum),
    )
    if made is None:
        raise Refused(texts.SOMEBODY_FIRST)
    trace(call, session, asker, "mote anteckningar", occasion, version=made.version)
    await no_longer_wanted(call, session, occasion.id or 0, reason="written")
    await tell_written(call, session, occasion, commitment, forum, made)
    place = await _channel(call, session, made, forum)
    return Reply(
        Message((Part(lines=(texts.SAVED,)), *await _to_decide(session, asker, occasion, forum))),
        document_of(call, forum, occasion, place, internal=not is_public(made.visibility)) if place else None,
    )


async def _channel(call: Call, session: AsyncSession, made: Minutes, forum: Forum) -> str:
    """Where the document is put for comment: the forum's channel; "" where it has none, or where others than the
    parties would read what is not for everybody. There is always the button."""
    if forum.channel_id is None:
        return ""
    outside = not is_public(made.visibility) and await outside_the_parties(
        session,
        workspace_id=call.workspace_id,
        agreement_id=forum.agreement_id,
        channel_id=forum.channel_id,
        today=call.local_now.date(),
        unknown=is_internal(made.visibility),
    )
    return "" if outside else forum.channel_id


def _note(call: Call, point: Kept) -> str:
    """What is written under the point; as it was where the form did not ask about it."""
    name = f"point{point['number']}"
    return without_hidden(call.text(name))[:LONGEST_NOTE] if name in call.fields else point["note"]


async def _changed(
    call: Call,
    session: AsyncSession,
    occasion: Occasion,
    forum: Forum,
    before: Minutes,
    said: tuple[Mapping[str, object], list[Kept], list[int], str],
) -> bool:
    """Whether the version would differ from the one before: in what is written, or in what has been decided since that
    one was fixed."""
    attendance, written, adjusters, visibility = said
    was = [_kept(each, number) for number, each in enumerate(before.points, 1)]
    same = all(before.attendance.get(key) == attendance[key] for key in ("present", "absent", "others"))
    if not same or (was, before.adjusters, before.visibility) != (written, adjusters, visibility):
        return True
    fixed = fixed_at(before, await steps(session, occasion.id or 0), call.now)
    if fixed is None:
        return False
    facts = await agreement_facts(session, forum.agreement_id)
    then, now = [await results_of(session, facts, occasion, forum, each) for each in (fixed, call.now)]
    decided = await decisions_at(session, occasion_id=occasion.id or 0, until=call.now)
    return then != now or any(each.recorded_at > fixed for each in decided)


async def _to_decide(session: AsyncSession, asker: Rights, occasion: Occasion, forum: Forum) -> list[Part]:
    """The meeting's matters that still lie before the forum, each with what can be done; and a decision without one."""
    if not asker.may(Action.RECORD_DECISION, forum.id):
        return []
    open_ = {each.id for each in await open_matters(session, forum_ids=[forum.id or 0])}
    points: Sequence[AgendaPoint] = [
        each for each in await agenda_points(session, occasion.id or 0) if each.matter_id in open_
    ]
    parts = [Part((texts.DECIDE_NEXT,))]
    for each in points[:MOST_ASKED]:
        about = f"m:{each.matter_id}"
        buttons = (
            Button(matter_texts.DECIDE, "arende besluta", f"{about} o:{occasion.id}", "primary"),
            Button(matter_texts.HANDLE, "arende hantera", about),
        )
        parts.append(Part((texts.open_matter(each.number, each.title),), buttons=buttons))
    if len(points) > MOST_ASKED:
        parts.append(Part((matter_texts.more(len(points) - MOST_ASKED),)))
    parts.append(Part(buttons=(Button(texts.DECIDE_DIRECT, "arende besluta", f"o:{occasion.id}"),)))
    return parts


def trace(call: Call, session: AsyncSession, asker: Rights, action: str, occasion: Occasion, **details: object) -> None:
    """Adds to the trail who did what with the meeting's minutes."""
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject="occasion",
        subject_id=occasion.id,
        **details,
    )
