"""The fixed line in every form there is about a forum where nothing is written about individuals."""

from itertools import product

import pytest
from sqlmodel import update

from commands import COMMANDS
from commands.call import Answer, Command, Form, Refused
from schedules.texts import PLACES_ONLY
from storage.models import Forum
from tests.permissions.conftest import Byn
from tests.permissions.test_walk import PROBES

# who sits where is asked by name: "no names" would be untrue there
ABOUT_SEATS = ("samverkan tillsatt", "samverkan byt", "samverkan avsluta")
OPEN_A_FORM = (
    *("logga aktivitet", "logga mote", "logga uppfoljning", "mote boka", "mote flytta", "mote planera", "mote arende"),
    *("arende hantera", "arende besluta", "atgard rapportera", "trender rapportera", "mote anteckningar", "avsta"),
    *("anteckningar synpunkt", "svar at", "ordforande ankare", "ordforande byt", "ordforande tillfallig"),
)
ASKED = [each for each in COMMANDS if each.name in PROBES]


class _Undo(Exception):
    """Everything opened is taken back."""


async def lines_in(byn: Byn, command: Command, *, places_only: bool) -> set[int]:
    """How many times the line stands in the forms that the command opens, whichever forum they are about."""
    found = set()
    try:
        async with byn.database.transaction() as session:
            await session.exec(update(Forum).values(places_only=places_only))
            for who, name in product(("samordnare", "ledamot"), ("Mitten", "Botten")):
                for words in (PROBES[command.name].words(byn.hamlet.places[name]).partition(" ")[0], ""):
                    answer: Answer | None = None
                    try:
                        answer = await command.run(byn.hamlet.call(who, words), session)
                    except Refused:
                        continue
                    if isinstance(answer, Form):
                        found.add(sum(field.label == PLACES_ONLY for field in answer.fields))
            raise _Undo
    except _Undo:
        return found


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ASKED, ids=lambda each: each.name)
async def test_every_form_about_such_a_forum_has_the_line_once_and_no_other_has(byn: Byn, command: Command) -> None:
    expected = 0 if command.name in ABOUT_SEATS else 1
    shown = await lines_in(byn, command, places_only=True)
    assert shown == {expected} if command.name in OPEN_A_FORM else shown <= {expected}
    assert await lines_in(byn, command, places_only=False) <= {0}
