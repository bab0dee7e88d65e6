"""`/lage bot`: how the bot itself is, for those who coordinate or administer."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Reply
from commands.misunderstood import misunderstood
from commands.permissions import rights
from commands.texts import bot_status as texts
from schedules.auditor import Health, facts_for_health
from schedules.message import Button, Message, Part


async def state(call: Call, session: AsyncSession) -> Answer:
    """Since when the bot runs, its ticks and the link, the queue, what was refused, and what its auditor finds.

    Coordinators and administrators alone. Raises Refused for others, and for words it takes none of.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.SEE_BOT_STATE)
    if call.words.strip():
        raise misunderstood("/lage bot", call.words.strip(), ("/lage bot",))
    health = await facts_for_health(session, call.now, workspace_id=call.workspace_id)
    return Reply(_message(health, call.zone))


def _message(health: Health, zone: str) -> Message:
    alarming = [each.sentence for each in health.findings if each.alarming]
    known = [each.sentence for each in health.findings if not each.alarming]
    parts = [
        Part(lines=(texts.WELL if health.well else texts.NOT_WELL, *texts.found(alarming))),
        Part(
            heading=texts.TICKS,
            lines=(
                texts.running(health.running_since, zone),
                *texts.ticks(health.planned_ago, health.carried_ago, health.audited_ago, health.link_heard_ago),
            ),
        ),
        Part(
            heading=texts.QUEUE,
            lines=texts.queue(health.queue_length, health.queue_age_seconds, health.late, health.held_back),
        ),
        Part(heading=texts.WEEK, lines=texts.refused(health.refused_reasons)),
    ]
    if known:
        parts.append(Part(heading=texts.SEEN, lines=texts.found(known)))
    parts.append(Part(note=texts.NOTE, buttons=(Button(texts.REFRESH, "lage bot"),)))
    return Message(tuple(parts), title=texts.TITLE)
