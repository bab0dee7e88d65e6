"""Carries out a command so that whatever it changed is in the trail, also where the command itself said nothing."""

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Command
from storage.people import find_person, traced
from storage.trail import watched


async def carried_out(command: Command, call: Call, session: AsyncSession) -> Answer:
    """What the command answers. When it has changed a row and left no entry, one with its name is added: who, when,
    which row. Raises what the command raises."""
    if not command.changes:
        return await command.run(call, session)
    with watched(session) as changes:
        answer = await command.run(call, session)
        await session.flush()
    if changes.untraced:
        person = await find_person(session, workspace_id=call.workspace_id, team_id=call.team_id, user_id=call.user_id)
        subject, subject_id = changes.subject
        traced(
            session,
            workspace_id=call.workspace_id,
            now=call.now,
            actor=call.user_id,
            person_id=person.id if person else None,
            action=command.name,
            subject=subject,
            subject_id=subject_id,
        )
    return answer
