"""Every listener the Bolt app has is walked, and each way in asks the same table."""

import pytest

from commands import COMMANDS
from commands.access import TABLE, Scope
from commands.permissions import NotAllowed
from commands.texts import permissions as texts
from tests.attacks.conftest import Siege
from tests.attacks.conftest import siege as siege
from tests.attacks.test_forged_ids import view_of
from tests.permissions.hamlet import PEOPLE, Place, identity
from tests.permissions.test_walk import PROBES

WALKED = {
    # ways in, which end in `Desk.carry_out` and so in the table
    "on_command": "test_typing",
    "on_press": "test_pressing",
    "on_form": "test_sending",
    "on_shortcut": "tests/conversations/test_a_day.py: the message becomes the words of a command",
    "on_talk": "test_writing",
    "on_home": "test_home",
    # what nobody is let in by: nothing of what is stored is shown
    "on_joined": "tests/bot/test_adapter.py: the bot greets a channel it is invited to",
    "on_options": "tests/bot/test_suggesting.py: the form is made anew for whoever types, or nothing is offered",
    "_on_gone": "a line in the log",
    "_on_anything": "taken, and nothing done",
    # what Slack says of channels and accounts: tests/attacks
    "on_channel_event": "",
    "on_shared": "tests/attacks/test_shared_channels.py",
    "on_unshared": "tests/attacks/test_shared_channels.py",
    "on_renumbered": "tests/attacks/test_shared_channels.py",
    "on_renamed": "tests/attacks/test_shared_channels.py",
    "on_archived": "tests/attacks/test_shared_channels.py",
    "on_unarchived": "tests/faults/test_slack_in_trouble.py",
    "on_left": "tests/attacks/test_shared_channels.py",
    "on_account": "tests/attacks/test_identity.py",
}
OUTSIDERS = tuple(who for who, held in PEOPLE.items() if who in ("utan-plats", "annan-med-samma-id", "stangd"))


def refused(shown: str) -> bool:
    """Whether what was shown says no because of rights."""
    sentences = [texts.OUTSIDER[:40], "slack_team_id", texts.MAY_NOT_ADMINISTER, texts.NOT_SEATED]
    return any(each in shown for each in (*sentences, "Du sitter inte i", "samordnarna göra", "samordnare kan logga"))


@pytest.mark.asyncio
async def test_every_listener_of_the_app_is_in_the_walk(siege: Siege) -> None:
    names = {listener.ack_function.__name__ for listener in siege.app._async_listeners}
    assert names - set(WALKED) == set(), "a listener nobody walks: say here what tests it"
    assert {"on_command", "on_press", "on_form", "on_talk", "on_home", "on_account"} <= names


@pytest.mark.asyncio
async def test_typing_pressing_and_writing_any_command_as_an_outsider(siege: Siege) -> None:
    before = await siege.stored()
    place = siege.hamlet.places["Mitten"]
    for command in COMMANDS:
        if command.name == "samverkan":
            continue
        words = PROBES[command.name].words(place) if command.name in PROBES else ""
        for who in OUTSIDERS:
            assert refused(await siege.pushes(who, command.name, words)), (command.name, who)
        if command.help:
            assert refused(await siege.types("utan-plats", f"/{command.name} {words}")), command.name
            assert refused(await siege.writes_to_the_bot("annan-med-samma-id", f"{command.name} {words}")), command.name
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_sending_any_form_as_an_outsider(siege: Siege) -> None:
    opened = 0
    for command in COMMANDS:
        if command.name in PROBES and TABLE[command.action].scope is Scope.FORUM:
            try:
                _, view, state = await view_of(siege, command.name)
            except (AssertionError, NotAllowed):
                continue  # it opens no form
            opened += 1
            before = await siege.stored()
            for who in OUTSIDERS:
                assert refused(await siege.sends_in(who, view, state)), (command.name, who)
            assert await siege.stored() == before
    assert opened >= 8


@pytest.mark.asyncio
async def test_home_as_an_outsider_and_as_a_member(siege: Siege) -> None:
    for who, may in (("utan-plats", False), ("stangd", False), ("ledamot", True)):
        event = {"type": "app_home_opened", "user": identity(who)[0], "tab": "home"}
        shown = await siege.shown(siege.hears_of(event, f"Ev{who}"))
        assert ("Vandring Mitten" in shown) is may, who
        assert "Vandring Syskonet" not in shown


@pytest.mark.asyncio
async def test_each_way_in_lets_a_member_see_their_own_forum_and_no_other(siege: Siege) -> None:
    mine, other = (siege.hamlet.places[name] for name in ("Mitten", "Syskonet"))

    async def asked(way: str, place: Place) -> str:
        if way == "typing":
            return await siege.types("ledamot", f"/lage {place.name}")
        if way == "pressing":
            return await siege.pushes("ledamot", "lage", f"f:{place.forum}")
        return await siege.writes_to_the_bot("ledamot", f"läge {place.name}")

    for way in ("typing", "pressing", "writing"):
        assert "Vandring Mitten" in await asked(way, mine)
        shown = await asked(way, other)
        assert refused(shown)
        assert "Vandring Syskonet" not in shown
