"""Messages and forms as Block Kit: inside every limit, nothing anybody wrote mentions or links, all is in the text."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import (
    FINISHED,
    filled,
    form_view,
    home_view,
    input_names,
    message_blocks,
    message_text,
    message_view,
    messages,
    opened,
    pressed,
)
from commands.call import Field, Form, Option
from sandbox.blockkit import message_problems, problems
from schedules.message import Button, Mention, Message, Part
from tests.bot.standin import Json

TEXTS = st.text(alphabet=st.sampled_from("abcåäö &<>@#*_~`|!\n:"), max_size=400)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 40))
BUTTONS = st.builds(
    Button,
    label=st.text(min_size=1, max_size=200),
    command=st.sampled_from(["mote boka", "lage"]),
    words=st.text(max_size=2_000),
    style=st.sampled_from([None, "primary", "danger"]),
    confirm=st.none() | st.text(min_size=1, max_size=500),
)
PARTS = st.builds(
    Part,
    lines=st.lists(LONG, max_size=6).map(tuple),
    heading=LONG,
    note=LONG,
    buttons=st.lists(BUTTONS, max_size=30).map(tuple),
    to=st.lists(st.builds(Mention, st.text(min_size=1, max_size=40), st.sampled_from([None, "U1"])), max_size=3).map(
        tuple
    ),
)
MESSAGES = st.builds(Message, st.lists(PARTS, min_size=1, max_size=12).map(tuple), st.text(max_size=300))


def sent(message: Message) -> Json:
    return {"text": message_text(message), "blocks": message_blocks(message)}


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_no_message_passes_slacks_limits(message: Message) -> None:
    if message_blocks(message):
        assert message_problems(sent(message)) == []
    for each in messages(message):
        if message_blocks(each):
            assert message_problems(sent(each)) == []


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_no_dialog_and_no_home_passes_slacks_limits(message: Message) -> None:
    assert [found for found in problems(home_view(message)) if "/blocks]" not in found] == []
    assert [found for found in problems(message_view(message)) if "/blocks]" not in found] == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="abcdef <&>", min_size=1, max_size=80), min_size=1, max_size=600))
def test_a_long_message_divided_loses_no_line(lines: list[str]) -> None:
    message = Message((Part(lines=tuple(lines), buttons=(Button("Logga", "logga"),)),), title="Läget")
    pieces = [line for each in messages(message) for part in each.parts for line in part.lines]
    assert pieces == lines
    assert sum(len(part.buttons) for each in messages(message) for part in each.parts) == 1


def test_nothing_a_person_wrote_mentions_or_links() -> None:
    nasty = "<!channel> <@U0KARIN> <https://example.org|klicka> @here & #allmant"
    part = Part(lines=(nasty,), heading=nasty, note=nasty, to=(Mention("Karin <!here>"),))
    blocks = message_blocks(Message((part,), title="Titel"))
    shown = json.dumps(blocks, ensure_ascii=False)
    for forbidden in ("<!channel>", "<@U0KARIN>", "<https", "<!here>"):
        assert forbidden not in shown
        assert forbidden not in message_text(Message((part,)))
    texts = [block["text"] for block in blocks if block["type"] == "section"]
    texts += [element for block in blocks if block["type"] == "context" for element in block["elements"]]
    assert all(text["verbatim"] is True for text in texts)


def test_only_those_addressed_are_mentioned() -> None:
    message = Message((Part(lines=("Boka",), to=(Mention("Anna", "U1"), Mention("Bo"))),))
    assert "<@U1>" in message_blocks(message)[0]["text"]["text"]
    assert "<@U1>" in message_text(message)
    assert "Bo" in message_text(message)


def test_the_text_says_all_that_the_blocks_say() -> None:
    message = Message((Part(("en rad",), "rubrik", "varför"), Part(("en till",))), title="titel")
    assert message_text(message).splitlines() == ["titel", "rubrik", "en rad", "varför", "en till"]


def test_what_does_not_fit_is_said_to_be_left_out() -> None:
    blocks = message_blocks(Message(tuple(Part((f"rad {n}",), note="not") for n in range(60))))
    assert len(blocks) == 50
    assert "får inte plats" in blocks[-1]["elements"][0]["text"]


def test_an_escaped_sign_is_never_cut_in_half() -> None:
    blocks = message_blocks(Message((Part(lines=("&" * 1_500,), note="<" * 3_000),)))
    for block in blocks:
        text = block["text"]["text"] if block["type"] == "section" else block["elements"][0]["text"]
        assert text.rstrip("…").replace("&amp;", "").replace("&lt;", "") == ""


def test_buttons_of_one_message_have_ids_of_their_own_and_say_what_they_do() -> None:
    part = Part(
        buttons=(Button("Boka", "mote boka", "c:1"), Button("Boka", "mote boka", "c:2"), Button("Läget", "lage"))
    )
    elements = message_blocks(Message((part, part)))
    ids = [element["action_id"] for block in elements for element in block["elements"]]
    assert len(set(ids)) == len(ids) == 6
    assert [pressed(element) for element in elements[0]["elements"]] == [
        ("mote boka", "c:1"),
        ("mote boka", "c:2"),
        ("lage", ""),
    ]


def test_a_button_that_cannot_carry_its_words_is_a_fault_and_not_a_wrong_command() -> None:
    with pytest.raises(ValueError, match="words"):
        message_blocks(Message((Part(buttons=(Button("Boka", "mote boka", "x" * 2_001),)),)))


# --- forms ------------------------------------------------------------------------------------------------------------


def options(number: int) -> tuple[Option, ...]:
    return tuple(Option(f"Val {n}", str(n)) for n in range(number))


def form(*fields: Field) -> Form:
    return Form("logga aktivitet", "Logga aktivitet", fields, context={"occasion": "7"})


EVERY_KIND = form(
    Field("note", "Läs <detta> först", "note"),
    Field("text", "Text", "text", value="abc", placeholder="skriv", most=200),
    Field("paragraph", "Mer text", "paragraph", required=False, hint="frivilligt"),
    Field("number", "Antal", "number", value="3", least=0, most=10),
    Field("on", "Dag", "date", value="2027-02-09"),
    Field("at", "Tid", "time", value="13:00", required=False),
    Field("choice", "Val", "choice", value="2", options=options(5)),
    Field("radio", "Utfall", "radio", value="1", options=options(3)),
    Field("many", "Parter", "many", value=("0", "2"), options=options(4), required=False),
    Field("file", "Fil", "file"),
)


def test_a_form_of_every_kind_of_field_passes_slacks_limits() -> None:
    assert problems(form_view(EVERY_KIND, "r1")) == []


@pytest.mark.parametrize("number", [1, 10, 11, 100, 101, 2_500])
@pytest.mark.parametrize("kind", ["choice", "radio", "many"])
def test_any_number_of_choices_is_offered_and_the_chosen_one_stands(kind: str, number: int) -> None:
    last = str(number - 1)
    field = Field("f", "Val", kind, value=(last,) if kind == "many" else last, options=options(number))
    view = form_view(form(field), "r1")
    assert problems(view) == []
    element = view["blocks"][0]["element"]
    offered = [*element.get("options", []), *(o for g in element.get("option_groups", []) for o in g["options"])]
    assert len(offered) == number
    chosen = element.get("initial_option") or element["initial_options"][0]
    assert chosen["value"] == last


def test_a_choice_without_choices_is_a_note_and_not_a_broken_form() -> None:
    view = form_view(form(Field("f", "Aktivitet", "choice")), "r1")
    assert problems(view) == []
    assert "inget att välja" in view["blocks"][0]["text"]["text"]


def test_a_form_comes_back_with_what_it_was_opened_with() -> None:
    view = form_view(EVERY_KIND, "r1", home=True)
    came = opened(view)
    assert (dict(came.context), came.request, came.home) == ({"occasion": "7"}, "r1", True)
    assert opened({"private_metadata": "{broken"}).request == ""
    assert opened({}).context == {}


def test_a_context_that_slack_would_cut_is_a_fault() -> None:
    with pytest.raises(ValueError, match="context"):
        form_view(Form("lage", "Läget", (), context={"x": "y" * 3_000}), "r1")


def test_a_submitted_form_gives_plain_values() -> None:
    state = {
        "text": {"value": {"type": "plain_text_input", "value": "abc"}},
        "empty": {"value": {"type": "plain_text_input", "value": None}},
        "on": {"value": {"type": "datepicker", "selected_date": "2027-02-09"}},
        "at": {"value": {"type": "timepicker", "selected_time": "13:00"}},
        "choice": {"value": {"type": "static_select", "selected_option": {"value": "2"}}},
        "unchosen": {"value": {"type": "static_select", "selected_option": None}},
        "many": {"value": {"type": "checkboxes", "selected_options": [{"value": "0"}, {"value": "2"}]}},
    }
    assert filled({"state": {"values": state}}) == {
        "text": "abc",
        "empty": None,
        "on": "2027-02-09",
        "at": "13:00",
        "choice": "2",
        "unchosen": None,
        "many": ["0", "2"],
    }


def test_only_input_fields_can_show_an_error() -> None:
    assert "note" not in input_names(form_view(EVERY_KIND, "r1"))


def test_a_long_title_stands_in_the_dialog_and_not_cut_in_its_bar() -> None:
    view = message_view(Message((Part(("rad",)),), title="Läget i Nykvarns kommun 2027–2030"), finished=True)
    assert view["title"]["text"] == "Svar"
    assert view["callback_id"] == FINISHED
    assert view["blocks"][0]["text"]["text"].startswith("Läget i Nykvarn")
