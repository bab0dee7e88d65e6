"""Every command that changes something leaves an entry in the trail: who, what, when, which row, and no content."""

import pytest
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands import BY_NAME, COMMANDS
from commands.call import Answer, Call, Command, Form
from commands.carrying import carried_out
from schedules.facts import AgreementFacts
from schedules.loading import read_facts
from storage.models import Agreement, AuditEntry
from tests.permissions.conftest import Byn
from tests.permissions.conftest import byn as byn
from tests.permissions.conftest import byn_on_postgres as byn_on_postgres
from tests.permissions.conftest import byn_on_sqlite as byn_on_sqlite
from tests.permissions.test_walk import FILLED, PROBES

# what these need beside the walk's own probes to change something
WORDS = {"samverkan borta": "2027-11-01 till 2027-11-05"}
MORE: dict[str, dict[str, str | list[str]]] = {
    "samverkan avsluta": {"last": "2027-12-31"},
    "samverkan paminnelser": {"gathers": ["ja"]},
}
# commands that change nothing when asked soundly in Byn, and what shows their entry instead
ELSEWHERE = {
    "logga": "chooses among the others",
    "samverkan lasin": "tests/commands/test_forum.py",
    "samverkan byt": "tests/commands/test_replacing.py",
    "samverkan angra": "tests/commands/test_roster_change.py",
    "kalender at": "tests/commands/test_calendar.py",
    "ordforande angra": "tests/commands/test_chair_swap.py",
    "ordforande avga": "tests/commands/test_chair_seats.py",
    "anteckningar justera": "tests/commands/test_minutes.py",
}
SECRET = "Skrivet av en människa"


class _Undo(Exception):
    """Everything asked is taken back."""


def _filled(form: Form) -> dict[str, str | list[str] | None]:
    fields: dict[str, str | list[str] | None] = {
        each.name: list(each.value) if each.kind == "many" else str(each.value)
        for each in form.fields
        if each.kind != "note"
    }
    choices = {each.name: each.options[0].value for each in form.fields if each.options and not fields[each.name]}
    fields |= {each: value for each, value in choices.items() if not isinstance(fields[each], list)}
    fields |= {each: value for each, value in FILLED.get(form.command, {}).items() if each in fields}
    fields |= {each: value for each, value in MORE.get(form.command, {}).items() if each in fields}
    fields |= {each.name: SECRET for each in form.fields if each.kind == "paragraph"}
    return fields


def _next(byn: Byn, who: str, command: Command, answer: Answer) -> tuple[Command, Call] | None:
    """The form sent in, or the button that does what was only shown so far."""
    if isinstance(answer, Form):
        call = byn.hamlet.call(who, fields=_filled(answer), context=answer.context, submitted=True)
        return BY_NAME[answer.command], call
    for part in answer.message.parts:
        for button in part.buttons:
            if button.command == command.name and button.style == "primary":
                return command, byn.hamlet.call(who, button.words)
    return None


async def _facts(session: AsyncSession, byn: Byn) -> tuple[int, AgreementFacts]:
    """The count of changes, and what the rules would be given."""
    agreement_id = byn.hamlet.agreement
    question = select(Agreement.facts_version).where(Agreement.id == agreement_id)
    return (await session.exec(question)).one(), await read_facts(session, agreement_id)


async def asked(byn: Byn, command: Command) -> list[AuditEntry]:
    """The entries it left; everything is taken back. Facts that have changed have been counted as changed."""
    who = "ordforande" if command.name.startswith("svar") or command.name == "beslut godkann" else "samordnare-i-mitten"
    place = byn.hamlet.places["Mitten"]
    probe = PROBES.get(command.name)
    words = WORDS.get(command.name, probe.words(place) if probe else "")
    found: list[AuditEntry] = []
    try:
        async with byn.database.transaction() as session:
            newest = (await session.exec(select(func.max(AuditEntry.id)))).one() or 0
            before = await _facts(session, byn)
            answer: Answer = await carried_out(command, byn.hamlet.call(who, words), session)
            for _ in range(4):
                following = _next(byn, who, command, answer)
                if following is None:
                    break
                answer = await carried_out(following[0], following[1], session)
            await session.flush()
            question = select(AuditEntry).where(col(AuditEntry.id) > newest).order_by(col(AuditEntry.id))
            found = list((await session.exec(question)).all())
            session.expunge_all()
            after = await _facts(session, byn)
            assert after[0] > before[0] or after[1] == before[1], (
                "changes facts without touch: others would see the old"
            )
            raise _Undo
    except _Undo:
        pass
    return found


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.changes and each.name not in ELSEWHERE], ids=lambda each: each.name
)
async def test_a_command_that_changes_leaves_an_entry(byn: Byn, command: Command) -> None:
    entries = await asked(byn, command)
    assert entries, f"{command.name} left no entry: give it a probe in the walk, or say in ELSEWHERE what shows it"
    for entry in entries:
        assert entry.actor.startswith("U0")
        assert entry.action
        assert entry.subject
        assert SECRET not in str(entry.details), "an entry must hold no content"


def test_what_is_shown_elsewhere_is_still_a_command() -> None:
    assert set(ELSEWHERE) | set(MORE) | set(WORDS) <= set(BY_NAME)
