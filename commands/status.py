"""Where things stand: at a glance, one forum, the goals, what waits for me, what is late; and the Home tab."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Refused, Reply
from commands.finding import forum_names
from commands.history import latest
from commands.outcome import line_of, subject_of
from commands.permissions import Rights, rights
from commands.standing import line
from commands.texts import log as log_texts
from commands.texts import status as texts
from commands.words import Words, nearest
from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts
from schedules.loading import AgreementHead, agreement_facts, current_agreements
from schedules.message import Button, Message, Part
from schedules.progress import Progress, progress
from schedules.rotation import chair_on, missing, next_turn
from schedules.texts import COMING, DECLINING, SENDING, in_forum
from storage.models import AttendanceAnswer, CommitmentGoal, Forum, Goal, Outcome
from storage.occasions import outcomes_since
from storage.people import seats_held
from storage.terms import CommitmentKind, OccasionState, Standing

LATE = (Standing.BEHIND, Standing.MISSED, Standing.UNLOGGED)
WORST_FIRST = (
    *(Standing.MISSED, Standing.UNLOGGED, Standing.BEHIND, Standing.ON_PACE, Standing.BOOKED, Standing.DONE),
    *(Standing.ONGOING, Standing.WAIVED, Standing.UPCOMING),
)
MOST_IN_OVERVIEW = 40  # lines of a forum; fifty blocks and three thousand characters bound what Slack shows
MOST_ON_HOME = 12
MOST_OUTCOMES = 5  # of an activity, under its goal
SOON_ANSWERED = 21  # days before a meeting at which its summons may wait for an answer
SOON_CHAIR = 60


@dataclass(frozen=True)
class View:
    """One agreement as the asker may see it."""

    agreement: AgreementHead
    facts: AgreementFacts
    asker: Rights
    today: date

    def commitments(self, forum_id: int | None = None) -> list[tuple[CommitmentFacts, Progress]]:
        """What the asker may see, of one forum where given, each with how far it has come."""
        return [each for each in self._seen if forum_id in (None, each[0].forum_id)]

    @cached_property
    def _seen(self) -> list[tuple[CommitmentFacts, Progress]]:
        """Worked out once: an overview asks for it forum by forum."""
        return [
            (each, progress(each, self.facts, self.today))
            for each in self.facts.commitments
            if each.kind is not CommitmentKind.RENEWAL
            and each.forum_id is not None
            and self.asker.may_see(each.forum_id)
        ]

    def title(self, commitment: CommitmentFacts) -> str:
        forum = next((each for each in self.facts.forums if each.id == commitment.forum_id), None)
        return in_forum(commitment.title, forum.name) if forum else commitment.title


async def _views(call: Call, session: AsyncSession, asker: Rights) -> list[View]:
    today = call.local_now.date()
    mine = {forum.agreement_id for forum in asker.forums.values()}
    current = await current_agreements(session, call.workspace_id, today)
    found = [each for each in current if each.id in mine or each.starts > today]  # one to come is only mentioned
    if not found:
        raise Refused(texts.NO_AGREEMENT)
    return [
        View(agreement, await agreement_facts(session, agreement.id), asker, today) for agreement in reversed(found)
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
    return Reply(await _one_forum(session, views, int(found)))


def _whole(views: Sequence[View]) -> Message:
    """Every agreement: how many stand how, then forum by forum. One that has not begun is only mentioned."""
    parts: list[Part] = []
    for view in views:
        agreement = view.agreement
        heading = texts.title(agreement.municipality, agreement.starts, agreement.ends) if parts else ""
        note = texts.example_note() if agreement.example else ""
        if agreement.starts > view.today:
            parts.append(Part(heading=heading, lines=(texts.not_begun(agreement.starts),), note=note))
            continue
        parts.append(Part(heading=heading, lines=(_counts(view),), note=note))
        for forum in view.facts.forums:
            if view.asker.may_see(forum.id):
                parts.append(_forum_part(view, forum, brief=True))
    buttons = (Button(texts.LATE_BUTTON, "lage sena"), Button(texts.MINE_BUTTON, "lage mina"))
    first = views[0].agreement
    return Message((*parts, Part(buttons=buttons)), title=texts.title(first.municipality, first.starts, first.ends))


def _counts(view: View) -> str:
    standings = Counter(state.standing for _, state in view.commitments())
    return texts.counts({standing: standings[standing] for standing in WORST_FIRST})


async def _one_forum(session: AsyncSession, views: Sequence[View], forum_id: int) -> Message:
    for view in views:
        for forum in view.facts.forums:
            if forum.id == forum_id:
                logged = await latest(
                    session,
                    view.asker,
                    agreement_id=view.agreement.id,
                    forum_id=forum_id,
                    first=view.facts.starts,
                )
                return Message((_forum_part(view, forum, brief=False), *logged))
    raise Refused(texts.NO_AGREEMENT)


def _forum_part(view: View, forum: ForumFacts, *, brief: bool) -> Part:
    """A forum with what it has promised. Who is responsible is said where it is not simply the forum itself."""
    every = view.commitments(forum.id)
    lines: list[str] = []
    for number, (commitment, state) in enumerate(every):
        if brief and len(lines) >= MOST_IN_OVERVIEW:
            lines.append(texts.left_out(len(every) - number))
            break
        said = texts.activity_line(commitment.title, line(commitment, state, view.today, brief=brief))
        names = [each.name for each in commitment.responsible]
        lines.append(said + (texts.answers_for(names) if names and (names != [forum.name] or not brief) else ""))
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
    """`/lage mål`: each goal, under its own number, with its activities and what came of them."""
    asker = await rights(call, session)
    parts: list[Part] = []
    for view in await _views(call, session, asker):
        if view.facts.starts <= view.today:
            parts += await _goals(session, view)
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NO_GOALS,)),), title=texts.GOALS_TITLE))


async def _goals(session: AsyncSession, view: View) -> list[Part]:
    agreement_id = view.agreement.id
    came: dict[int, list[Outcome]] = {}
    for row, _, outcome in await outcomes_since(session, agreement_id=agreement_id, first=view.facts.starts):
        if view.asker.may_read(Action.SEE_VERSIONS, row.forum_id, outcome.visibility):
            came.setdefault(row.id or 0, []).append(outcome)
    linked: dict[int, set[int]] = {}
    for link in (
        await session.exec(
            select(CommitmentGoal)
            .join(Goal, col(Goal.id) == CommitmentGoal.goal_id)
            .where(Goal.agreement_id == agreement_id)
        )
    ).all():
        linked.setdefault(link.goal_id, set()).add(link.commitment_id)
    rows = await session.exec(
        select(Goal).where(Goal.agreement_id == agreement_id, col(Goal.active)).order_by(col(Goal.number))
    )
    seen = view.commitments()
    in_force = {each.id for each in view.facts.commitments}
    parts = []
    for goal in rows.all():
        ids = linked.get(goal.id or 0, set()) & in_force
        lines: list[str] = []
        for commitment, state in seen:
            if commitment.id in ids:
                lines.append(texts.activity_line(commitment.title, line(commitment, state, view.today, brief=True)))
                forum = view.asker.forums.get(commitment.forum_id or 0)
                lines += _what_came(commitment, came.get(commitment.id, []), forum)
        nothing = texts.NOT_YOURS if ids else texts.NO_ACTIVITIES
        heading = texts.goal_heading(goal.number, goal.text)
        parts.append(Part(heading=heading, lines=tuple(lines) or (nothing,), note=goal.note))
    return parts


def _what_came(commitment: CommitmentFacts, outcomes: Sequence[Outcome], forum: Forum | None) -> list[str]:
    """The latest outcomes, newest last, each with its result against the goal; how many came before them."""
    lines = [texts.earlier(len(outcomes) - MOST_OUTCOMES)] if len(outcomes) > MOST_OUTCOMES else []
    for outcome in outcomes[-MOST_OUTCOMES:]:
        said = line_of(commitment.title, outcome, forum)
        lines.append(texts.outcome_line(f"{said} {outcome.goal_result}" if outcome.goal_result else said))
    return lines


async def late(call: Call, session: AsyncSession) -> Answer:
    """`/lage sena`: what is behind, missed or not logged."""
    asker = await rights(call, session)
    parts = []
    for view in await _views(call, session, asker):
        for commitment, state in view.commitments():
            if state.standing in LATE:
                names = [each.name for each in commitment.responsible]
                lines = (line(commitment, state, view.today), texts.responsible(names) if names else "")
                parts.append(
                    Part(
                        heading=view.title(commitment),
                        lines=tuple(each for each in lines if each),
                        note=state.window.name if state.standing is Standing.MISSED and state.window else "",
                        buttons=_next_step(view, commitment, state),
                    )
                )
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NOTHING_LATE,)),), title=texts.LATE_TITLE))


def log_command(commitment: CommitmentFacts) -> str:
    """The command that logs a commitment of its kind."""
    return f"logga {subject_of(commitment.kind)}"


def _next_step(view: View, commitment: CommitmentFacts, state: Progress) -> tuple[Button, ...]:
    """What the asker may do about it: log what has been, book what may still be, or set it aside with a reason."""
    forum_id = commitment.forum_id or 0
    if state.unlogged and view.asker.may(Action.LOG, forum_id):
        return (Button(texts.LOG, log_command(commitment), f"o:{state.unlogged[0].id}", "primary"),)
    waive = (Button(texts.WAIVE, "avsta", f"c:{commitment.id}"),) if view.asker.may(Action.WAIVE, forum_id) else ()
    over = state.window is not None and state.window.span.last < view.today
    if over or not view.asker.may(Action.BOOK, forum_id):
        return waive
    return (Button(texts.BOOK, "mote boka", f"c:{commitment.id}", "primary"), *waive)


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
    return parts


def _to_log(view: View) -> Iterable[Part]:
    for commitment, state in view.commitments():
        if commitment.forum_id not in view.asker.seated and not _coordinates(view):
            continue
        for occasion in state.unlogged:
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
            waits = occasion.state is OccasionState.PLANNED and 0 <= ahead <= SOON_ANSWERED
            if waits and occasion.id not in answered:
                words = f"o:{occasion.id}"
                parts.append(
                    Part(
                        lines=(texts.mine_answer(view.title(commitment), occasion.on, occasion.at),),
                        buttons=(
                            Button(COMING, "svar kommer", words, "primary"),
                            Button(DECLINING, "svar kan-inte", words),
                            Button(SENDING, "svar ersattare", words),
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
        if coming is not None and coming.seat in titles and (coming.first - view.today).days <= SOON_CHAIR:
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
    except Refused as refused:
        return Message((Part(lines=(refused.sentence, texts.HOME_OUTSIDER)),), title=texts.HOME_TITLE)
    try:
        views = await _views(call, session, asker)
    except Refused as refused:
        return Message((Part(lines=(refused.sentence,)),), title=texts.HOME_TITLE)
    waiting = await _waiting_for(call, session, asker)
    parts = [Part(heading=texts.MINE_TITLE, lines=() if waiting else (texts.NOTHING_MINE,)), *waiting[:MOST_ON_HOME]]
    if len(waiting) > MOST_ON_HOME:
        left = texts.more_waiting(len(waiting) - MOST_ON_HOME)
        parts.append(Part(lines=(left,), buttons=(Button(texts.SHOW_MINE, "lage mina"),)))
    parts.append(Part(heading=texts.FORUMS_TITLE))
    for view in views:
        parts += [
            _forum_part(view, forum, brief=True)
            for forum in view.facts.forums
            if forum.id in asker.seated or (_coordinates(view) and not asker.seated)
        ]
    buttons = (
        Button(texts.OVERVIEW, "lage"),
        Button(texts.LATE_BUTTON, "lage sena"),
        Button(texts.MY_REMINDERS, "samverkan paminnelser"),
    )
    return Message((*parts, Part(buttons=buttons)), title=texts.HOME_TITLE)
