"""The schema agrees with the files we ship, and an agreement reads as one."""

from datetime import date
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from storage.agreements.schema import schema, schema_text
from storage.agreements.showing import show
from tests.storage.agreements.files import EXAMPLE, NYBY, NYKVARN, sound


def as_json(value: Any) -> Any:
    """What an editor sees: YAML's own dates are text there."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("text", [NYKVARN, EXAMPLE, NYBY], ids=["nykvarn", "example", "nyby"])
def test_the_files_we_ship_follow_the_schema(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(as_json(YAML(typ="safe").load(text)), schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_an_unknown_key() -> None:
    document = as_json(YAML(typ="safe").load(NYBY))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "hittepå": 1}, schema())


def test_the_schema_is_plain_text_with_swedish_keys() -> None:
    assert '"sammanträder"' in schema_text()


def test_nykvarns_agreement_reads_as_an_agreement() -> None:
    shown = show(sound(NYKVARN))
    for line in (
        "Samverkansöverenskommelse, Nykvarns kommun",
        "2021-01-01 – 2022-12-31",
        "  Sammanträder: fyra gånger per år eller fler vid behov",
        "    – Kontaktpolis/Kommunpolis (antingen eller)",
        "    – Kommunikationsansvarig från respektive part (3 platser)",
        "2. Tryggare centrum med närområden (Obs: Mål 2 och 4 har samma lydelse i överenskommelsen;",
        "  Takt: två gånger per år samt löpande",
        "– Södertälje 2021-01-04: Lokalpolisområdeschef för polisen",
    ):
        assert line in shown
    assert "vems tur det är framgår inte" in shown
    # what the bot reckons with is never shown as what the agreement says
    assert "(funktionerna framgår inte; partens samordnare" in shown
    assert "funktionerna framgår inte" not in show(sound(EXAMPLE))
    assert "EXEMPEL" not in shown
    assert max(map(len, shown.split("\n"))) <= 100


def test_the_example_says_first_that_it_is_one() -> None:
    assert show(sound(EXAMPLE)).startswith("EXEMPEL: ingens undertecknade överenskommelse\n")
