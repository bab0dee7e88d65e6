"""An address that was asked for as one is no sign of somebody; the same address written anywhere else is."""

from datetime import UTC, datetime

from commands.call import Call
from commands.guard.gate import examine

NOW = datetime(2027, 10, 20, 8, tzinfo=UTC)
ADDRESS = "nils.akerman@polisen.example"


def sent(fields: dict[str, str | list[str] | None], context: dict[str, str]) -> Call:
    return Call(1, "T0NYBY", "U0ANNA", NOW, fields=fields, context=context, submitted=True)


def test_an_address_in_its_own_field_and_carried_on_from_there_is_not_asked_about() -> None:
    _, doubts = examine(sent({"name": "Nils Åkerman", "email": ADDRESS}, {}), free=["name"])
    assert doubts is None
    _, doubts = examine(sent({}, {"given": '{"name": "Nils Åkerman"}', "email": ADDRESS}), free=[])
    assert doubts is None


def test_an_address_in_what_people_write_freely_is_asked_about_also_when_it_is_carried_on() -> None:
    _, doubts = examine(sent({"name": f"Nils {ADDRESS}"}, {}), free=["name"])
    assert doubts is not None
    _, doubts = examine(sent({}, {"given": f'{{"name": "Nils {ADDRESS}"}}', "email": ""}), free=[])
    assert doubts is not None
