"""A whole roster handed in as a file: read, shown, and stored when somebody has said that it shall be."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.permissions import Rights, rights
from commands.roster_change import Change, Effects, done, effects_of
from commands.roster_look import look
from commands.texts import forum as texts
from schedules.message import Message, Part
from storage.agreements.roster import RosterResult, decoded, import_roster
from storage.agreements.touch import touch
from storage.models import RosterDraft
from storage.people import traced


async def read_list(call: Call, session: AsyncSession) -> Answer:
    """A form that takes a roster file; all its mistakes are told at once and nothing is stored if there is any.

    Who comes, who leaves, which places become vacant and whose turns change is shown first; then a yes stores it, and
    exactly those are told. The file waits in the database meanwhile: one for each person, emptied when it is read in.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.READ_IN_ROSTER)
    if not call.submitted:
        field = Field("file", texts.IMPORT_FILE, "file", hint=texts.IMPORT_HINT)
        return Form("samverkan lasin", texts.IMPORT_TITLE, (field,))
    person_id = asker.person.id if asker.person and asker.person.id else 0
    draft = await session.get(RosterDraft, person_id, with_for_update=True)
    if "sure" in call.context:
        if draft is None or not draft.content:
            raise Refused(texts.NO_DRAFT)
        name, content = draft.name, draft.content
    elif call.files:
        name, raw = call.files[0]
        content = decoded(raw)
    else:
        raise Refused(texts.NO_FILE, fields={"file": texts.NO_FILE})
    planned = await _read(call, session, asker, name, content, dry_run=True)
    if not planned.changes:
        return Reply(Message((Part(lines=(texts.imported(0),)),)))
    about_people = [
        f"• {each.sentence}" for each in planned.changes if each.what == "personen" and each.kind == "changed"
    ]
    effects = await _effects(call, session, planned)
    asked = look(call, "samverkan lasin", effects, always=True, more=about_people)
    if asked is not None:
        draft = draft or RosterDraft(person_id=person_id, name="", content="", mark="", handed_in_at=call.now)
        draft.name, draft.content, draft.mark, draft.handed_in_at = name, content, asked.context["sure"], call.now
        session.add(draft)
        return asked
    result = await _read(call, session, asker, name, content, dry_run=False)
    assert draft is not None
    draft.content = ""
    session.add(draft)
    effects = await _effects(call, session, result)
    lines = [texts.imported(len(result.changes)), *(line for each in effects for line in each.lines)]
    if not effects:  # nothing but names and addresses, or agreements that have ended
        traced(
            session,
            workspace_id=call.workspace_id,
            now=call.now,
            actor=call.user_id,
            person_id=person_id,
            action="samverkan lasin",
            subject="roster",
            subject_id=None,
        )
        for agreement_id in {forum.agreement_id for forum in asker.forums.values()}:
            await touch(session, agreement_id)
        return Reply(Message((Part(lines=tuple(lines)),)))
    undo = await done(call, session, asker, effects, action="samverkan lasin", forum=None)
    return Reply(Message((Part(lines=tuple(lines), buttons=(undo,)),)))


async def _read(
    call: Call, session: AsyncSession, asker: Rights, name: str, content: str, *, dry_run: bool
) -> RosterResult:
    """What the file changes in what the asker may change. Raises Refused with all its mistakes."""
    result = await import_roster(
        session,
        call.workspace_id,
        content,
        call.local_now.date(),
        dry_run=dry_run,
        agreements=None if asker.administrator else asker.coordinates,
        by_administrator=asker.may_somewhere(Action.NAME_ADMINISTRATORS),
    )
    if result.problems:
        sentences = texts.not_imported([problem.sentence(name) for problem in result.problems])
        raise Refused(sentences, fields={"file": sentences})
    return result


async def _effects(call: Call, session: AsyncSession, result: RosterResult) -> list[Effects]:
    changes = [Change(was, becomes) for was, becomes in result.sittings]
    return await effects_of(session, changes, call.local_now.date())
