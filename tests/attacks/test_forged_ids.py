"""What a button or a form carries is never a right: ids of others' forums, occasions and reminders are refused."""

import json
from collections.abc import Mapping

import pytest

from bot.blocks import form_view
from commands import BY_NAME, COMMANDS
from commands.call import Form
from tests.attacks.conftest import Siege
from tests.bot.standin import Json
from tests.permissions.hamlet import Place
from tests.permissions.test_walk import FILLED, PROBES

# takes no id: whoever presses it gets their own, and leaves a trace of that
OWN = "samverkan registerutdrag"
ABOUT_SOMETHING = [command for command in COMMANDS if command.name != OWN]
FORMS = ("logga aktivitet", "ordforande ankare", "mote boka", "mote flytta", "samverkan tillsatt", "avsta")


def forged(place: Place, name: str) -> set[str]:
    """What a button of the command would carry, and the forum's other ids."""
    bare = {f"f:{place.forum}", f"o:{place.occasion}", f"n:{place.notice}"}
    return {PROBES[name].words(place), *bare} if name in PROBES else bare


@pytest.mark.asyncio
@pytest.mark.parametrize("forum", ["Fjärran", "Grannforumet"])
async def test_pressing_every_button_with_another_workspaces_or_agreements_ids(siege: Siege, forum: str) -> None:
    place = siege.hamlet.places[forum]
    before = await siege.stored()
    for command in ABOUT_SOMETHING:
        for words in forged(place, command.name):
            shown = await siege.pushes("samordnare", command.name, words)
            for secret in (f"Vandring {forum}", f"Rum {forum}", "Ulla Utfyllnad frammande", "Ulla Utfyllnad grannbyn"):
                assert secret not in shown or secret in words, (command.name, words, shown)
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_pressing_a_button_of_a_forum_beside_ones_own(siege: Siege) -> None:
    place = siege.hamlet.places["Syskonet"]
    before = await siege.stored()
    for command in ABOUT_SOMETHING:
        for who in ("ledamot", "extern"):
            words = PROBES[command.name].words(place) if command.name in PROBES else f"f:{place.forum}"
            assert "Rum Syskonet" not in await siege.pushes(who, command.name, words), (command.name, who)
    assert await siege.stored() == before


async def view_of(siege: Siege, name: str, forum: str = "Mitten") -> tuple[Form, Json, dict[str, Json]]:
    """A form as a coordinator opens it on their own forum, and its state as Slack sends it back."""
    words = PROBES[name].words(siege.hamlet.places[forum])
    words = words.partition(" ")[0] if name.startswith("mote") else words
    async with siege.database.reading() as session:
        form = await BY_NAME[name].run(siege.hamlet.call("samordnare", words), session)
    assert isinstance(form, Form)
    state: dict[str, Json] = {}
    for each in form.fields:
        value = FILLED.get(name, {}).get(each.name, each.value or (each.options[0].value if each.options else ""))
        state[each.name] = (
            {"selected_options": [{"value": one} for one in each.value]} if each.kind == "many" else {"value": value}
        )
    return form, form_view(form, f"{name}-{forum}"), state


def carrying(view: Json, request: str, ids: Mapping[str, int]) -> Json:
    """The form with other ids in its private metadata."""
    metadata = json.loads(view["private_metadata"])
    metadata["context"] |= {key: str(value) for key, value in ids.items()}
    metadata["request"] = request
    return {**view, "private_metadata": json.dumps(metadata)}


@pytest.mark.asyncio
@pytest.mark.parametrize("forum", ["Fjärran", "Grannforumet"])
async def test_sending_every_form_with_others_ids_in_its_private_metadata_and_fields(siege: Siege, forum: str) -> None:
    place = siege.hamlet.places[forum]
    ids = {"forum": place.forum, "occasion": place.occasion, "commitment": place.activity, "notice": place.notice}
    before = await siege.stored()
    for name in FORMS:
        _, view, state = await view_of(siege, name)
        fields = state | {
            key: {"value": str(value)}
            for key, value in {"activity": place.activity, "what": place.meeting, "seat": "999"}.items()
            if key in state
        }
        for number, who in enumerate(("samordnare", "ordforande")):
            shown = await siege.sends_in(who, carrying(view, f"{name}{number}", ids), fields)
            assert f"Vandring {forum}" not in shown
            assert "response_action" in shown
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_a_form_on_ones_own_occasion_logs_nothing_on_anothers(siege: Siege) -> None:
    _, view, state = await view_of(siege, "logga aktivitet")
    before = await siege.stored()
    beside = siege.hamlet.places["Syskonet"]
    fields = state | {"activity": {"value": str(beside.activity)}}
    await siege.sends_in("ledamot", carrying(view, "r1", {"occasion": beside.occasion}), fields)
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_a_form_whose_private_metadata_is_rubbish(siege: Siege) -> None:
    before = await siege.stored()
    for name in ("samverkan tillsatt", "mote flytta", "avsta", "ordforande ankare"):
        _, view, state = await view_of(siege, name)
        for rubbish in ("", "{", "[]", '{"context": [1]}', '{"context": {"forum": {"id": 1}}}', "null"):
            shown = await siege.sends_in("ledamot", {**view, "private_metadata": rubbish}, state)
            assert "response_action" in shown
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_a_button_or_form_of_no_known_name(siege: Siege) -> None:
    before = await siege.stored()
    for name in ("", "admin add", "gallra allt", "__class__"):
        assert "finns inte längre" in await siege.pushes("samordnare", name, "f:1")
        assert "finns inte längre" in await siege.sends_in("samordnare", {"callback_id": name, "blocks": []}, {})
    assert await siege.stored() == before
