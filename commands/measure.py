"""Measures: what is to be done after a decision, and how it goes."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant
from commands.guard import check_free_text
from commands.matter import tell_forum, trace
from commands.measure_given import named, responsible_for
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import commands as help_texts
from commands.texts import matter as texts
from commands.words import Words, whole_day
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.hidden import without_hidden
from storage.matters import (
    held_measure,
    measures_answered_by,
    measures_of,
    newest_reports,
    report_measure,
    visibilities,
)
from storage.models import Forum, Measure, MeasureState

LONGEST = 500
MOST_SHOWN = 20


async def measures(call: Call, session: AsyncSession) -> Answer:
    """`/mote åtgärder [FORUM]`: the open measures of the forums one may see, and those one answers for oneself; the
    soonest due first."""
    asker = await rights(call, session)
    words = Words(call.words)
    forum = await forum_meant(words, asker)
    if words.text:
        raise misunderstood("/mote atgarder", words.text, (help_texts.EXAMPLE_MEASURES,))
    if forum is not None:
        asker.require(Action.SEE_MEASURES, forum.id)
    forums = [forum] if forum else asker.seen_forums(Action.SEE_MEASURES)
    every = list(await measures_of(session, forum_ids=[each.id or 0 for each in forums]))
    marks = await visibilities(session, every)
    found = [
        each
        for each in every
        if asker.answers_for(each) or asker.may_read(Action.SEE_MEASURES, each.forum_id, marks[each.id or 0])
    ]
    if forum is None:
        seats, parties = list(asker.seats), list(asker.parties)
        mine = await measures_answered_by(session, seat_ids=seats, party_ids=parties)
        known = {each.id for each in found}
        found += [each for each in mine if each.id not in known and each.forum_id in asker.forums]
        found.sort(key=lambda each: (each.due or date.max, each.id or 0))
    reports = await newest_reports(session, measure_ids=[each.id or 0 for each in found[:MOST_SHOWN]])
    parts = []
    for each in found[:MOST_SHOWN]:
        responsible = named(await responsible_for(session, each))
        report = reports.get(each.id or 0)
        lines = [texts.measure_line(each.title, responsible, each.due, each.state.value)]
        lines += [report.text] if report is not None and report.text else []
        buttons = (Button(texts.REPORT, "atgard rapportera", f"a:{each.id}"),) if asker.may_report(each) else ()
        parts.append(Part(tuple(lines), buttons=buttons))
    if len(found) > MOST_SHOWN:
        parts.append(Part(lines=(texts.more(len(found) - MOST_SHOWN),)))
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NO_MEASURES,)),), title=texts.MEASURES_TITLE))


async def report(call: Call, session: AsyncSession) -> Answer:
    """The button Hur går det?: a form with the measure as it stands; what is sent in is a new report."""
    asker = await rights(call, session)
    measure, forum, visibility = await _meant(call, session, asker)
    if not call.submitted:
        options = tuple(Option(label, value) for value, label in texts.STATES.items())
        responsible = named(await responsible_for(session, measure))
        fields = (
            Field("measure", texts.measure_line(measure.title, responsible, measure.due, measure.state.value), "note"),
            Field("state", texts.STATE, "radio", value=measure.state.value, options=options),
            Field("text", texts.REPORT_TEXT, "paragraph", required=False, hint=texts.BACKGROUND_HINT, most=LONGEST),
            Field(
                "due",
                texts.NEW_DUE,
                "date",
                value=measure.due.isoformat() if measure.due else "",
                required=False,
            ),
        )
        context = {"measure": str(measure.id), "version": str(measure.row_version)}
        return reminded(Form("atgard rapportera", texts.REPORT_TITLE, fields, context=context), [forum])
    state, text, due = _wanted(call, measure)
    changed = measure.state is not state
    new = await report_measure(session, measure, state=state, text=text, due=due, person=asker.person, now=call.now)
    if not new:
        return Reply(Message((Part(lines=(texts.UNCHANGED,)),)))
    trace(call, session, asker, "atgard rapportera", "measure", measure.id, state=state.value)
    await touch(session, measure.agreement_id)
    if changed:
        part = Part((text,) if text else (), texts.told_report(measure.title, state.value))
        for where in dict.fromkeys((forum.id, measure.answering_forum_id)):
            told = asker.forums.get(where or 0)
            if told is not None:
                key = f"measure:{measure.id}:{measure.row_version}"
                await tell_forum(call, session, told, key, part, visibility)
    return Reply(Message((Part(lines=(texts.REPORTED,)),)))


async def _meant(call: Call, session: AsyncSession, asker: Rights) -> tuple[Measure, Forum, str]:
    """The measure a button or form is about, held, with its forum and how far it may be shown. Raises Refused when it
    is nobody's, or not the asker's to read."""
    words = Words(f"a:{call.context.get('measure', '')}" if call.submitted else call.words)
    measure_id = words.take_id("a")
    found = await held_measure(session, measure_id=measure_id) if measure_id is not None else None
    forum = asker.forums.get(found.forum_id) if found is not None else None
    if found is None or forum is None:
        raise Refused(texts.MEASURE_GONE)
    visibility = (await visibilities(session, [found]))[found.id or 0]
    if not asker.answers_for(found):
        asker.require_read(Action.REPORT_MEASURE, forum.id, visibility)
    if found.waits:
        raise Refused(texts.MEASURE_WAITS)
    return found, forum, visibility


def _wanted(call: Call, measure: Measure) -> tuple[MeasureState, str, date | None]:
    """Raises Refused, field by field."""
    problems: dict[str, str] = {}
    state = next((each for each in MeasureState if each.value == call.text("state")), None)
    if state is None:
        problems["state"] = texts.CHOOSE_STATE
    text = without_hidden(call.text("text")).strip()[:LONGEST]
    if state is MeasureState.DECLINED and not text:
        problems["text"] = texts.REPORT_REASON
    due = None
    try:
        due = whole_day(call.text("due")) if call.text("due") else None
    except ValueError:
        problems["due"] = texts.GIVE_DAY
    if due is not None and due != measure.due and due < call.local_now.date():
        problems["due"] = texts.DUE_PAST
    if problems or state is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"text": text})
    return state, text, due
