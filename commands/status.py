"""Where things stand: at a glance, one forum, the goals, what waits for me, what is late; and the Home tab."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Refused, Reply
from commands.finding import forum_names
from commands.permissions import Rights, rights
from commands.standing import line
from commands.texts import log as log_texts
from commands.texts import status as texts
from commands.words import Words, nearest
from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts
from schedules.loading import agreement_facts, current_agreements
from schedules.message import Button, Message, Part
from schedules.progress import Progress, progress
from schedules.rotation import chair_on, missing, next_turn
from schedules.texts import COMING, DECLINING, in_forum
from storage.models import Agreement, AttendanceAnswer, CommitmentGoal, Goal
from storage.occasions import outcomes_since
from storage.people import seats_held
from storage.terms import CommitmentKind, OccasionState, Standing

LATE = (Standing.BEHIND, Standing.MISSED, Standing.UNLOGGED)
MOST_IN_OVERVIEW = 40  # lines of a forum; fifty blocks and three thousand characters bound what Slack shows
MOST_MINE = 12


@dataclass(frozen=True)
class View:
    """One agreement as the asker may see it."""

    agreement: Agreement
    facts: AgreementFacts
    asker: Rights
    today: date

    def commitments(self, forum_id: int | None = None) -> list[tuple[CommitmentFacts, Progress]]:
        """What the asker may see, of one forum where given, each with how far it has come."""
        return [
            (each, progress(each, self.facts, self.today))
            for each in self.facts.commitments
            if each.kind is not CommitmentKind.RENEWAL
            and each.forum_id is not None
            and self.asker.may_see(each.forum_id)
            and (forum_id is None or each.forum_id == forum_id)
        ]

    def title(self, commitment: CommitmentFacts) -> str:
        forum = next((each for each in self.facts.forums if each.id == commitment.forum_id), None)
        return in_forum(commitment.title, forum.name) if forum else commitment.title


async def _views(call: Call, session: AsyncSession, asker: Rights) -> list[View]:
    today = call.local_now.date()
    found = await current_agreements(session, call.workspace_id, today)
    if not found:
        raise Refused(texts.NO_AGREEMENT)
    return [
        View(agreement, await agreement_facts(session, agreement.id or 0), asker, today)
        for agreement in reversed(found)
    ]


async def overview(call: Call, session: AsyncSession) -> Answer:
    """`/lage`, with a forum's name for that forum alone."""
    asker = await rights(call, session)
    views = await _views(call, session, asker)
    words = Words(call.words)
    if not words.text:
        return Reply(_whole(views))
    forum_id = words.take_id("f")
    named = forum_names(asker.seen_forums())
    found = words.take_best(forum_names(list(asker.forums.values()))) if forum_id is None else str(forum_id)
    if found is None or words.text:
        raise Refused(texts.unknown(words.text, nearest(words.text, named)))
    asker.require_see(int(found))
    return Reply(_one_forum(views, int(found)))


def _whole(views: Sequence[View]) -> Message:
    parts = []
    for view in views:
        if view.agreement.example:
            parts.append(Part(note=texts.example_note()))
        for forum in view.facts.forums:
            if view.asker.may_see(forum.id):
                parts.append(_forum_part(view, forum, brief=True))
    buttons = (Button(texts.LATE_BUTTON, "lage sena"), Button(texts.MINE_BUTTON, "lage mina"))
    first = views[0].agreement
    return Message((*parts, Part(buttons=buttons)), title=texts.title(first.municipality, first.starts, first.ends))


def _one_forum(views: Sequence[View], forum_id: int) -> Message:
    for view in views:
        for forum in view.facts.forums:
            if forum.id == forum_id:
                return Message((_forum_part(view, forum, brief=False),), title=forum.name)
    raise Refused(texts.NO_AGREEMENT)


def _forum_part(view: View, forum: ForumFacts, *, brief: bool) -> Part:
    lines = []
    for commitment, state in view.commitments(forum.id):
        lines.append(texts.activity_line(commitment.title, line(commitment, state, view.today)))
        if not brief and commitment.responsible:
            lines.append(texts.outcome_line(texts.responsible([each.name for each in commitment.responsible])))
    if brief and len(lines) > MOST_IN_OVERVIEW:
        lines = [*lines[:MOST_IN_OVERVIEW], texts.left_out(len(lines) - MOST_IN_OVERVIEW)]
    buttons = (Button(texts.MORE, "lage", f"f:{forum.id}"),) if brief else ()
    return Part(heading=_forum_line(view, forum), lines=tuple(lines), buttons=buttons)


def _forum_line(view: View, forum: ForumFacts) -> str:
    turn = chair_on(forum, view.today)
    meetings = [
        occasion
        for commitment in view.facts.commitments
        if commitment.forum_id == forum.id and commitment.kind is CommitmentKind.MEETING
        for occasion in commitment.occasions
        if occasion.state is OccasionState.PLANNED and occasion.on >= view.today
    ]
    coming = texts.next_meeting(meetings[0].on, meetings[0].at) if meetings else ""
    return texts.forum_line(forum.name, turn.seat if turn else "", coming)


async def goals(call: Call, session: AsyncSession) -> Answer:
    """`/lage mål`: each goal with its activities and what came of them."""
    asker = await rights(call, session)
    parts: list[Part] = []
    for view in await _views(call, session, asker):
        agreement_id = view.agreement.id or 0
        outcomes = await outcomes_since(session, agreement_id=agreement_id, first=view.facts.starts)
        rows = await session.exec(
            select(Goal).where(Goal.agreement_id == agreement_id, col(Goal.active)).order_by(col(Goal.number))
        )
        seen = {each.id: (each, state) for each, state in view.commitments()}
        for goal in rows.all():
            links = await session.exec(select(CommitmentGoal.commitment_id).where(CommitmentGoal.goal_id == goal.id))
            lines: list[str] = []
            for commitment_id in links.all():
                if commitment_id not in seen:
                    continue
                commitment, state = seen[commitment_id]
                lines.append(texts.activity_line(commitment.title, line(commitment, state, view.today)))
                lines += [
                    texts.outcome_line(
                        log_texts.said(
                            outcome.state.value,
                            commitment.title,
                            outcome.on,
                            outcome.place,
                            outcome.participants,
                            outcome.parties,
                        )
                        + (f" {outcome.goal_result}" if outcome.goal_result else "")
                    )
                    for row, _, outcome in outcomes[-200:]
                    if row.id == commitment_id
                ][-5:]
            heading = texts.goal_heading(goal.number, goal.text)
            parts.append(Part(heading=heading, lines=tuple(lines) or (texts.NO_ACTIVITIES,), note=goal.note))
    return Reply(Message(tuple(parts), title=texts.GOALS_TITLE))


async def late(call: Call, session: AsyncSession) -> Answer:
    """`/lage sena`: what is behind, missed or not logged."""
    asker = await rights(call, session)
    parts = []
    for view in await _views(call, session, asker):
        for commitment, state in view.commitments():
            if state.standing in LATE:
                parts.append(
                    Part(
                        heading=view.title(commitment),
                        lines=(line(commitment, state, view.today),),
                        buttons=_next_step(commitment, state),
                    )
                )
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NOTHING_LATE,)),), title=texts.LATE_TITLE))


def log_command(commitment: CommitmentFacts) -> str:
    """The command that logs a commitment of its kind."""
    if commitment.kind is CommitmentKind.MEETING:
        return "logga mote"
    return (
        "logga aktivitet" if commitment.kind in (CommitmentKind.ACTIVITY, CommitmentKind.WALK) else "logga uppfoljning"
    )


def _next_step(commitment: CommitmentFacts, state: Progress) -> tuple[Button, ...]:
    if state.unlogged:
        return (Button(texts.LOG, log_command(commitment), f"o:{state.unlogged[0].id}", "primary"),)
    return (Button(texts.BOOK, "mote boka", f"c:{commitment.id}", "primary"),)


async def mine(call: Call, session: AsyncSession) -> Answer:
    """`/lage mina`: what waits for the asker."""
    asker = await rights(call, session)
    parts = await _waiting_for(call, session, asker)
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NOTHING_MINE,)),), title=texts.MINE_TITLE))


async def _waiting_for(call: Call, session: AsyncSession, asker: Rights) -> list[Part]:
    parts: list[Part] = []
    for view in await _views(call, session, asker):
        parts += _to_log(view)
        parts += await _to_answer(session, view)
        parts += _to_book(view)
        parts += await _chair_matters(session, view)
    return parts[:MOST_MINE]


def _to_log(view: View) -> Iterable[Part]:
    for commitment, state in view.commitments():
        if commitment.forum_id not in view.asker.seated and not _coordinates(view):
            continue
        for occasion in state.unlogged[:2]:
            button = Button(texts.LOG, log_command(commitment), f"o:{occasion.id}", "primary")
            yield Part(lines=(texts.mine_unlogged(view.title(commitment), occasion.on),), buttons=(button,))


def _coordinates(view: View) -> bool:
    return view.facts.id in view.asker.coordinates


async def _to_answer(session: AsyncSession, view: View) -> list[Part]:
    person = view.asker.person
    answered = set(
        (
            await session.exec(
                select(AttendanceAnswer.occasion_id).where(AttendanceAnswer.person_id == (person.id if person else 0))
            )
        ).all()
    )
    parts = []
    for commitment, _ in view.commitments():
        if commitment.kind is not CommitmentKind.MEETING or commitment.forum_id not in view.asker.seated:
            continue
        for occasion in commitment.occasions:
            ahead = (occasion.on - view.today).days
            if occasion.state is OccasionState.PLANNED and 0 <= ahead <= 21 and occasion.id not in answered:
                words = f"o:{occasion.id}"
                parts.append(
                    Part(
                        lines=(texts.mine_answer(view.title(commitment), occasion.on, occasion.at),),
                        buttons=(
                            Button(COMING, "svar kommer", words, "primary"),
                            Button(DECLINING, "svar kan-inte", words),
                        ),
                    )
                )
    return parts


def _to_book(view: View) -> Iterable[Part]:
    for commitment, state in view.commitments():
        acts = commitment.forum_id in view.asker.chairs or _coordinates(view)
        if acts and state.standing is Standing.BEHIND:
            text = texts.mine_book(view.title(commitment), line(commitment, state, view.today))
            yield Part(lines=(text,), buttons=(Button(texts.BOOK, "mote boka", f"c:{commitment.id}", "primary"),))


async def _chair_matters(session: AsyncSession, view: View) -> list[Part]:
    person = view.asker.person
    held = await seats_held(session, person_id=person.id or 0, today=view.today) if person else []
    titles = {seat.title for seat, _ in held}
    parts = []
    for forum in view.facts.forums:
        coming = next_turn(forum, view.today)
        if coming is not None and coming.seat in titles and (coming.first - view.today).days <= 60:
            button = Button(texts.MORE, "ordforande prognos", f"f:{forum.id}")
            parts.append(Part(lines=(texts.mine_chair(forum.name, coming.first),), buttons=(button,)))
        if missing(forum) and _coordinates(view):
            button = Button(log_texts.CHANGE, "ordforande ankare", f"f:{forum.id}", "primary")
            parts.append(Part(lines=(texts.mine_anchor(forum.name),), buttons=(button,)))
    return parts


async def home(call: Call, session: AsyncSession) -> Message:
    """The Home tab: what waits for me, and the forums I sit in. For people on no roster, a kind word."""
    try:
        asker = await rights(call, session)
        views = await _views(call, session, asker)
        waiting = await _waiting_for(call, session, asker)
    except Refused as refused:
        return Message((Part(lines=(refused.sentence, texts.HOME_OUTSIDER)),), title=texts.HOME_TITLE)
    parts = [Part(heading=texts.MINE_TITLE, lines=() if waiting else (texts.NOTHING_MINE,)), *waiting]
    parts.append(Part(heading=texts.FORUMS_TITLE))
    for view in views:
        parts += [
            _forum_part(view, forum, brief=True)
            for forum in view.facts.forums
            if forum.id in asker.seated or (_coordinates(view) and not asker.seated)
        ]
    buttons = (Button(texts.OVERVIEW, "lage"), Button(texts.LATE_BUTTON, "lage sena"))
    return Message((*parts, Part(buttons=buttons)), title=texts.HOME_TITLE)
