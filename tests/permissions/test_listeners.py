"""Every listener the Bolt app has is walked, and each way in asks the same table."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.blocks import form_view
from commands import BY_NAME, COMMANDS
from commands.access import TABLE, Scope
from commands.call import Form, Refused
from commands.permissions import NotAllowed
from commands.texts import permissions as texts
from tests.attacks.conftest import Siege
from tests.attacks.conftest import siege as siege
from tests.attacks.test_forged_ids import view_of
from tests.bot.standin import Json
from tests.permissions.hamlet import PEOPLE, TEAM, Place, identity
from tests.permissions.test_walk import PROBES

ROOT = Path(__file__).parents[2]
HERE = "tests/permissions/test_listeners.py"
SHARED = "tests/attacks/test_shared_channels.py"
WALKED: Mapping[str, tuple[str, str]] = {
    # listener → the file and the test that walks it. Ways in, which end in `Desk.carry_out` and so in the table:
    "on_command": (HERE, "test_typing_pressing_and_writing_any_command_as_an_outsider"),
    "on_press": (HERE, "test_typing_pressing_and_writing_any_command_as_an_outsider"),
    "on_form": (HERE, "test_sending_any_form_as_an_outsider"),
    "on_shortcut": (HERE, "test_a_shortcut_of_any_command_as_an_outsider_and_as_a_member"),
    "on_options": (HERE, "test_searching_the_lists_of_any_form_as_an_outsider_and_as_a_member"),
    "on_talk": (HERE, "test_typing_pressing_and_writing_any_command_as_an_outsider"),
    "on_home": (HERE, "test_home_as_an_outsider_and_as_a_member"),
    # what nobody is let in by: nothing of what is stored is shown
    "on_joined": ("tests/bot/test_adapter.py", "test_the_bot_says_how_to_link_a_channel_it_comes_to_and_says_it_once"),
    # what Slack says of channels and accounts
    "on_shared": (SHARED, "test_sharing_a_channel_with_a_stranger_is_told_to_the_coordinators_once"),
    "on_unshared": (SHARED, "test_one_that_leaves_and_comes_back_is_told_of_again"),
    "on_renumbered": (SHARED, "test_a_channel_id_that_changes_takes_the_forum_with_it_and_is_looked_at_anew"),
    "on_renamed": (SHARED, "test_an_archived_channel_and_a_bot_put_out_are_told_of_but_not_a_member_who_leaves"),
    "on_archived": (SHARED, "test_an_archived_channel_and_a_bot_put_out_are_told_of_but_not_a_member_who_leaves"),
    "on_unarchived": (
        "tests/faults/test_slack_in_trouble.py",
        "test_an_archived_channel_is_told_of_and_used_again_when_it_is_back",
    ),
    "on_left": (SHARED, "test_an_archived_channel_and_a_bot_put_out_are_told_of_but_not_a_member_who_leaves"),
    "on_account": ("tests/attacks/test_identity.py", "test_pressing_and_sending_after_the_account_was_closed"),
    "on_channel_event": (SHARED, "test_events_of_channels_and_accounts_in_any_shape_break_nothing"),
}
SHOW_NOTHING = {"_on_gone", "_on_anything"}  # a line in the log; taken, and nothing done
OUTSIDERS = tuple(who for who, held in PEOPLE.items() if who in ("utan-plats", "annan-med-samma-id", "stangd"))


def refused(shown: str) -> bool:
    """Whether what was shown says no because of rights."""
    sentences = [texts.OUTSIDER[:40], "slack_team_id", texts.MAY_NOT_ADMINISTER, texts.NOT_SEATED]
    return any(each in shown for each in (*sentences, "Du sitter inte i", "samordnarna göra", "samordnare kan logga"))


@pytest.mark.asyncio
async def test_every_listener_of_the_app_is_in_the_walk(siege: Siege) -> None:
    names = {listener.ack_function.__name__ for listener in siege.app._async_listeners}
    assert names - set(WALKED) - SHOW_NOTHING == set(), "a listener nobody walks: say here what tests it"
    ways_in = {"on_command", "on_press", "on_form", "on_shortcut", "on_options", "on_talk", "on_home", "on_account"}
    assert ways_in <= names


def test_what_is_said_to_walk_a_listener_is_a_test() -> None:
    for listener, (file, test) in WALKED.items():
        assert f"async def {test}(" in (ROOT / file).read_text(encoding="utf-8"), listener


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


def shortcut(siege: Siege, who: str, command: str, words: str) -> Json:
    """A message with those words, made into a command by its menu."""
    return {
        "type": "message_action",
        "callback_id": command,
        "team": {"id": TEAM},
        "user": siege.user(who),
        "channel": {"id": "C0NYKANAL"},
        "message": {"type": "message", "ts": "1.0", "text": words},
        "trigger_id": f"shortcut-{who}-{command}",
        "response_url": siege.slack.response_url,
    }


@pytest.mark.asyncio
async def test_a_shortcut_of_any_command_as_an_outsider_and_as_a_member(siege: Siege) -> None:
    """Slack sends whatever callback_id somebody writes: every command can be asked for so."""
    place = siege.hamlet.places["Mitten"]
    before = await siege.stored()
    for command in COMMANDS:
        words = PROBES[command.name].words(place) if command.name in PROBES else ""
        for who in OUTSIDERS if command.name != "samverkan" else ():
            shown = await siege.shown(siege.sends(shortcut(siege, who, command.name, words)))
            assert refused(shown), (command.name, who)
    assert await siege.stored() == before
    for name, may in (("Mitten", True), ("Botten", True), ("Syskonet", False)):
        about = f"f:{siege.hamlet.places[name].forum}"
        shown = await siege.shown(siege.sends(shortcut(siege, "ledamot", "lage", about)))
        assert (f"Vandring {name}" in shown) is may, name
        assert refused(shown) is not may, name


@pytest.mark.asyncio
async def test_searching_the_lists_of_any_form_as_an_outsider_and_as_a_member(siege: Siege) -> None:
    """A long list is offered by making its form anew for whoever types: the one who may not open it is offered
    nothing, whatever the view they send says."""
    offered_to: dict[str, set[str]] = {}
    for command in COMMANDS:
        if command.name not in PROBES:
            continue
        for forum in ("Mitten", "Syskonet"):
            words = PROBES[command.name].words(siege.hamlet.places[forum]).partition(" ")[0]
            form = await opened_by_a_coordinator(siege, command.name, words)
            for field in form.fields if form is not None else ():
                if form is None or not field.options:
                    continue
                for who in (*OUTSIDERS, "ledamot", "samordnare"):
                    if await offered(siege, form, words, field.name, who):
                        offered_to.setdefault(who, set()).add(f"{command.name} {forum}")
    assert not set(OUTSIDERS) & set(offered_to)
    for name in ("arende besluta", "mote anteckningar", "ordforande ankare"):
        assert {f"{name} Mitten", f"{name} Syskonet"} <= offered_to["samordnare"]
        assert not {f"{name} Mitten", f"{name} Syskonet"} & offered_to["ledamot"], "not a member's to do"
    assert "logga aktivitet Mitten" in offered_to["ledamot"]
    assert "logga aktivitet Syskonet" not in offered_to["ledamot"]


async def opened_by_a_coordinator(siege: Siege, name: str, words: str) -> Form | None:
    async with siege.database.reading() as session:
        try:
            answer = await BY_NAME[name].run(siege.hamlet.call("samordnare", words), session)
        except (Refused, DBAPIError):  # writes at once: opens no form
            return None
    return answer if isinstance(answer, Form) else None


async def offered(siege: Siege, form: Form, words: str, field: str, who: str) -> bool:
    """Whether anything is offered somebody who types in a field of the form."""
    view = form_view(form, "r1")
    asked = json.loads(view["private_metadata"]) | {"asked": {"words": words, "channel_id": ""}}
    body = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": siege.user(who),
        "view": {**view, "private_metadata": json.dumps(asked), "id": "V1"},
        "action_id": "value",
        "block_id": field,
        "value": "",
    }
    return bool(json.loads((await siege.sends(body)).body)["options"])


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
