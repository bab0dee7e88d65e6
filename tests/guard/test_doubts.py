"""What is confirmed is everything that was found: in the words, in what a button carries, in every chosen value."""

from datetime import UTC, datetime

import pytest

from commands.call import Call
from commands.guard.gate import CHECKED, Doubts, Stopped, examine, lines_stopped
from commands.guard.signs import Sign

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PHONE, OTHER_PHONE, MAIL = "070-123 45 67", "070-765 43 21", "kim.ek@nyby.example.se"


def asked_about(**given: object) -> Doubts | None:
    call = Call(workspace_id=1, team_id="T1", user_id="U1", user_name="", now=NOW, channel_id="C1", **given)  # type: ignore[arg-type]
    return examine(call, {"text", "many"})[1]


def test_what_a_button_carries_does_not_hide_what_stands_in_the_words() -> None:
    found = asked_about(words=f"ring {PHONE}", context={"place": f"skriv till {MAIL}"})
    assert found is not None
    assert found.fields == {"": {Sign.PHONE, Sign.EMAIL}}


def test_every_value_of_a_list_counts() -> None:
    found = asked_about(fields={"many": [f"ring {PHONE}", "Centrum", f"skriv till {MAIL}"]})
    assert found is not None
    assert found.fields == {"many": {Sign.PHONE, Sign.EMAIL}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"words": PHONE, "context": {"x": "y"}}, {"words": PHONE, "context": {"x": OTHER_PHONE}}),
        ({"fields": {"many": [PHONE, "Centrum"]}}, {"fields": {"many": [PHONE, OTHER_PHONE]}}),
        ({"fields": {"many": ["Centrum", PHONE]}}, {"fields": {"many": [OTHER_PHONE, PHONE]}}),
    ],
)
def test_a_confirmation_of_one_number_opens_for_no_other(one: dict[str, object], other: dict[str, object]) -> None:
    confirmed, more = asked_about(**one), asked_about(**other)
    assert confirmed is not None
    assert more is not None
    assert confirmed.name != more.name
    fields = {**dict(other.get("fields", {})), confirmed.name: ["ja"]}  # type: ignore[call-overload]
    assert asked_about(**{**other, "fields": fields}) is not None
    assert asked_about(**{**other, "fields": {**fields, more.name: ["ja"]}}) is None
    assert more.name.startswith(CHECKED)


def test_a_number_at_the_end_of_what_is_too_long_is_said_to_be_a_number() -> None:
    with pytest.raises(Stopped, match="personnummer"):
        asked_about(words="ord " * 1_000 + "640823-3234")
    with pytest.raises(Stopped, match="för lång"):
        asked_about(words="ord " * 1_000)


def test_a_number_that_runs_over_a_line_break_in_a_file_is_told_by_the_line_it_begins_on() -> None:
    assert lines_stopped("namn\nÅsa\nnr 640823-\n3234\nslut", NOW.date()) == [3]
    assert lines_stopped("640823-3234\nnamn\n850709-9805", NOW.date()) == [1, 3]
    assert lines_stopped("namn\nplats", NOW.date()) == []
