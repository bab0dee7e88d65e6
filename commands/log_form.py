"""The form in which one says what came of something, out and back in."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Field, Form, Option, Refused
from commands.outcome import KINDS, LONGEST, MOST_COUNTED, MOST_PARTICIPANTS, Entry
from commands.permissions import Rights
from commands.places import reminded
from commands.showing import AS_AGREED, NAME, chosen_visibility, visibility_field
from commands.texts import log as texts
from commands.texts import showing as showing_texts
from commands.words import whole_day, whole_number
from schedules.texts import in_forum
from storage.hidden import without_hidden
from storage.models import Commitment, CommitmentGoal, Goal, Occasion
from storage.people import party_names
from storage.terms import Cadence, OccasionState


async def outcome_form(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    subject: str,
    entry: Entry,
    choices: Sequence[Commitment],
    note: str = "",
) -> Form:
    """The form with the entry filled in. `choices` is what may be logged; with an occasion, that alone."""
    chosen = next((row for row in choices if row.id == entry.commitment_id), None)
    agreement_id = (chosen or choices[0]).agreement_id
    parties = await party_names(session, agreement_id=agreement_id)
    goals = await _goals(session, chosen) if chosen else []
    fields = (
        *((Field("note", note, "note"),) if note else ()),
        Field(
            "activity",
            texts.ACTIVITY[subject],
            "choice",
            value=str(chosen.id) if chosen else "",
            options=tuple(_option(row, asker) for row in choices),
            hint=texts.WRONG_ACTIVITY if entry.version else "",
        ),
        Field("on", texts.WHEN, "date", value=(entry.on or call.local_now.date()).isoformat()),
        _text("place", texts.WHERE, entry.place, texts.WHERE_HINT),
        *_counted(chosen, entry),
        Field(
            "outcome",
            texts.OUTCOME,
            "radio",
            value=(entry.state or OccasionState.HELD).value,
            options=tuple(Option(label, value) for value, label in texts.OUTCOMES.items()),
        ),
        Field(
            "participants",
            texts.PARTICIPANTS,
            "number",
            value="" if entry.participants is None else str(entry.participants),
            required=False,
            least=0,
            most=MOST_PARTICIPANTS,
        ),
        Field(
            "parties",
            texts.PARTIES,
            "many",
            value=entry.parties,
            options=tuple(Option(party.name[:75], party.name[:150]) for party in parties),
            required=False,
        ),
        _text("goal_result", texts.GOAL_RESULT, entry.goal_result, texts.goals_hint(goals)),
        _text("text", texts.TEXT, entry.text, texts.TEXT_HINT, "paragraph"),
        visibility_field(entry.visibility or AS_AGREED, unsaid=showing_texts.AS_AGREED),
    )
    context = {"version": str(entry.version)}
    if entry.occasion_id is not None:
        context["occasion"] = str(entry.occasion_id)
    form = Form(f"logga {subject}", texts.TITLES[subject], fields, texts.SUBMIT, context)
    return reminded(form, (asker.forums.get(row.forum_id or 0) for row in ([chosen] if chosen else choices)))


def _counted(chosen: Commitment | None, entry: Entry) -> tuple[Field, ...]:
    """What a promise that holds per area, or counts something else than occasions, asks for besides."""
    if chosen is None:
        return ()
    cadence = Cadence.model_validate(chosen.cadence)
    fields = []
    if cadence.areas:
        options = tuple(Option(area[:75], area) for area in cadence.areas)
        fields.append(Field("area", texts.AREA, "choice", value=entry.area or "", options=options))
    if cadence.unit_name:
        value = "" if entry.quantity is None else str(entry.quantity)
        label = texts.how_many(cadence.unit_name)
        fields.append(Field("quantity", label[:150], "number", value=value, least=1, most=MOST_COUNTED))
    return tuple(fields)


def asks_too_little(call: Call, commitment: Commitment) -> bool:
    """Whether the form that came back lacks a field that the activity chosen in it needs."""
    needed = {field.name for field in _counted(commitment, Entry())}
    return not needed <= set(call.fields)


def _text(name: str, label: str, value: str, hint: str, kind: str = "text") -> Field:
    longest = LONGEST[name]
    return Field(name, label, kind, value=value[:longest], required=False, hint=hint, most=longest)


def _option(row: Commitment, asker: Rights) -> Option:
    forum = asker.forums.get(row.forum_id or 0)
    label = in_forum(row.title, forum.name) if forum else row.title
    return Option(label[:75], str(row.id))


GOALS = (
    select(Goal)
    .join(CommitmentGoal, col(CommitmentGoal.goal_id) == Goal.id)
    .where(CommitmentGoal.commitment_id == bindparam("commitment_id"))
    .order_by(col(Goal.number))
)


async def _goals(session: AsyncSession, commitment: Commitment) -> list[str]:
    rows = await session.exec(GOALS, params={"commitment_id": commitment.id})
    return [f"{goal.number}. {goal.text}" for goal in rows.all()]


async def entry_of(call: Call, session: AsyncSession, subject: str) -> Entry:
    """What a form that comes back says. Raises Refused, field by field, for what is missing or cannot be read.

    Who may log it is asked where it is stored.
    """
    problems: dict[str, str] = {}
    commitment = await _chosen(call, session, subject)
    if commitment is None:
        problems["activity"] = texts.CHOOSE_ACTIVITY
    state = call.text("outcome")
    if state not in texts.OUTCOMES:
        problems["outcome"] = texts.CHOOSE_OUTCOME
    try:
        on = whole_day(call.text("on"))
    except ValueError:
        on = None
        problems["on"] = texts.GIVE_DATE
    participants = whole_number(call.text("participants"))
    if call.text("participants") and participants is None:
        problems["participants"] = texts.BAD_NUMBER
    if problems or commitment is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    return Entry(
        commitment_id=commitment.id,
        occasion_id=whole_number(call.context.get("occasion", "")),
        on=on,
        place=_line(call.text("place")),
        area=call.text("area") or None,
        quantity=whole_number(call.text("quantity")),
        state=OccasionState(state),
        participants=participants,
        parties=tuple(call.many("parties")),
        goal_result=_line(call.text("goal_result")),
        text=without_hidden(call.text("text")).strip(),
        visibility=chosen_visibility(call.text(NAME), ""),
        version=whole_number(call.context.get("version", "")) or 0,
    )


async def _chosen(call: Call, session: AsyncSession, subject: str) -> Commitment | None:
    """The commitment chosen: of the subject's kinds, in this workspace, and the occasion's own where there is one."""
    commitment_id = whole_number(call.text("activity"))
    commitment = await session.get(Commitment, commitment_id) if commitment_id is not None else None
    if commitment is None or commitment.kind not in KINDS[subject]:
        return None
    occasion_id = whole_number(call.context.get("occasion", ""))
    occasion = await session.get(Occasion, occasion_id) if occasion_id is not None else None
    if occasion is not None and occasion.commitment_id != commitment.id:
        return None
    return commitment if commitment.active or occasion is not None else None


def _line(text: str) -> str:
    """A form's line on one line, otherwise as written."""
    return " ".join(without_hidden(text).split())
