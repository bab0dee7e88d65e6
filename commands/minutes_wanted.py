"""Minutes that nobody writes are forgotten: whoever writes them is reminded a week after a meeting that was held."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.texts import minutes as texts
from schedules.facts import AgreementFacts
from schedules.loading import calendar_of
from schedules.message import Button, Message, Part
from schedules.reminders.posting import Posting
from schedules.secretary import writing
from storage.minutes import newest
from storage.models import Commitment, Forum, Outcome
from storage.outbox import tell, withdraw_told
from storage.terms import CommitmentKind, OccasionState

WANTED = "minutes_missing"  # the kind of notice
DAYS = 7
NEWS_FOR = 60  # days: whoever logs an older meeting is not asked for its minutes


async def want_minutes(
    call: Call, session: AsyncSession, facts: AgreementFacts, commitment: Commitment, outcome: Outcome
) -> None:
    """Puts the reminder where a meeting was held and nothing is written from it; takes it back where it was not held.

    Once for each meeting, however often the outcome is corrected.
    """
    if commitment.kind is not CommitmentKind.MEETING or commitment.forum_id is None:
        return
    if outcome.state not in (OccasionState.HELD, OccasionState.PARTLY):
        await no_longer_wanted(call, session, outcome.occasion_id, reason="not held")
        return
    forum = await session.get(Forum, commitment.forum_id)
    today = call.local_now.date()
    long_ago = today - outcome.on > timedelta(days=NEWS_FOR)
    if forum is None or long_ago or await newest(session, outcome.occasion_id) is not None:
        return
    posting = Posting(facts, calendar_of(facts))
    part = Part(
        (texts.please_write(forum.name, outcome.on),),
        texts.missing_heading(forum.name, outcome.on),
        buttons=(Button(texts.WRITE, "mote anteckningar", f"o:{outcome.occasion_id}", "primary"),),
    )
    for person in await writing(session, facts, commitment.forum_id, on=today):
        await tell(
            session,
            workspace_id=call.workspace_id,
            key=f"minutes-missing:{outcome.occasion_id}",
            kind=WANTED,
            due_at=posting.at(posting.after(max(outcome.on, today - timedelta(days=DAYS - 1)) + timedelta(DAYS)).day),
            now=call.now,
            forum_id=commitment.forum_id,
            person_id=person.id,
            message=Message((part,)),
            agreement_id=commitment.agreement_id,
            commitment_id=commitment.id,
            occasion_id=outcome.occasion_id,
        )


async def no_longer_wanted(call: Call, session: AsyncSession, occasion_id: int, *, reason: str) -> None:
    """Takes the reminder back where it still waits."""
    await withdraw_told(session, kind=WANTED, occasion_id=occasion_id, reason=reason, now=call.now)
