"""A message already in a forum's channel: a word to its author alone, once, and nothing kept."""

import logging
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from bot.app import LONGEST_TAKEN, build_app
from commands.guard.gate import Inspection, inspect
from commands.texts import guard as texts
from storage.agreements.linking import link_forum
from storage.models import HandledRequest
from tests.bot.conftest import Office
from tests.bot.standin import Json
from tests.guard.surfaces import everything, memory

NUMBER = "640823-3234"
WRITTEN: Json = {"type": "message", "channel": "C0ALLT", "channel_type": "channel", "user": "U0ALI", "ts": "1.5"}


# "640823-" in bold, the rest not, as Slack sends it
RICH: list[Json] = [
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Gäller "},
                    {"type": "text", "text": "64082", "style": {"bold": True}},
                    {"type": "text", "text": "3-3234 igår"},
                ],
            }
        ],
    }
]


async def linked(office: Office) -> Office:
    async with office.database.transaction() as session:
        await link_forum(session, "Operativa gruppen", "C0ALLT", today=office.desk.call({}).local_now.date())
    return office


def told(office: Office) -> list[Json]:
    return office.slack.of("chat.postEphemeral")


@pytest.mark.asyncio
async def test_the_author_alone_is_told_once_and_nothing_is_kept(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await linked(office)
    before = memory(office)
    event = {**WRITTEN, "text": f"Vi såg {NUMBER} igår"}
    await office.hears_of(event, "Ev1")
    await office.hears_of(event, "Ev1")
    await office.hears_of(event, "Ev2")
    assert [(each["channel"], each["user"], each["text"]) for each in told(office)] == [
        ("C0ALLT", "U0ALI", texts.OVERHEARD)
    ]
    assert [method for method, _ in office.slack.asked] == ["chat.postEphemeral"]
    assert memory(office) == before
    assert NUMBER not in everything(office) + repr(office.slack.asked) + caplog.text
    async with office.database.reading() as session:
        assert [row.key for row in (await session.exec(select(HandledRequest))).all()] == ["overheard:C0ALLT:1.5"]


@pytest.mark.parametrize(
    "event",
    [
        {**WRITTEN, "text": "Mötet är 2027-02-10 kl. 13.00, tel 070-123 45 67"},
        {**WRITTEN, "text": NUMBER, "channel": "C9"},  # no forum's channel
        {**WRITTEN, "text": NUMBER, "bot_id": "B7"},
        {**WRITTEN, "text": NUMBER, "subtype": "message_deleted"},
        {**WRITTEN, "text": None, "blocks": [None], "files": [None], "attachments": None},
        {**WRITTEN, "subtype": "message_changed", "message": None},
    ],
    ids=["ordinary", "elsewhere", "a bot's", "deleted", "odd", "changed into nothing"],
)
@pytest.mark.asyncio
async def test_nothing_is_said_otherwise(office: Office, event: Json) -> None:
    await linked(office)
    await office.hears_of(event)
    assert office.slack.asked == []


@pytest.mark.parametrize(
    "event",
    [
        {**WRITTEN, "text": "", "files": [{"name": f"{NUMBER}.pdf"}], "subtype": "file_share"},
        {**WRITTEN, "text": "se", "attachments": [{"text": f"från {NUMBER}"}]},
        {**WRITTEN, "text": f"<tel:{NUMBER}|{NUMBER}>", "thread_ts": "1.1"},
        {**WRITTEN, "channel_type": "group", "text": NUMBER},
        {**WRITTEN, "subtype": "thread_broadcast", "text": f"<@UBOT> {NUMBER}", "thread_ts": "1.1"},
        {**WRITTEN, "subtype": "me_message", "text": f"frågar <@UBOT> om {NUMBER}"},
        {**WRITTEN, "text": "<@UBOT> logga detta", "files": [{"title": NUMBER}], "subtype": "file_share"},
        {**WRITTEN, "text": "<@UBOT> se", "attachments": [{"text": NUMBER}]},
        {**WRITTEN, "text": "<@UBOT> " + "ord " * 2_000 + NUMBER},
        {**WRITTEN, "text": "", "blocks": RICH},
        {**WRITTEN, "text": "se", "attachments": [{"fields": [{"title": "Vem", "value": NUMBER}]}]},
        {**WRITTEN, "text": "se", "attachments": [{"message_blocks": [{"message": {"blocks": RICH}}]}]},
        {
            **WRITTEN,
            "text": "se",
            "files": [{"name": "text.txt", "preview": f"rad\n{NUMBER}"}],
            "subtype": "file_share",
        },
        {**WRITTEN, "text": "a" * 39_000 + f" {NUMBER}"},
    ],
    ids=[
        *("a file's name", "what was passed on", "in a thread", "a private channel", "also to the channel", "/me"),
        *("a file's name with a mention", "passed on with a mention", "too long for a command", "blocks alone"),
        *("a field passed on", "a shared message's blocks", "a snippet", "the longest message there is"),
    ],
)
@pytest.mark.asyncio
async def test_it_is_heard_wherever_it_stands(office: Office, event: Json) -> None:
    await linked(office)
    await office.hears_of(event)
    assert [each["user"] for each in told(office)] == ["U0ALI"]


@pytest.mark.asyncio
async def test_a_number_written_in_afterwards_is_told_and_an_old_one_not_again(office: Office) -> None:
    await linked(office)
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C0ALLT",
        "channel_type": "channel",
        "ts": "2.0",
    }
    now = {**WRITTEN, "text": f"nu {NUMBER}", "edited": {"user": "U0ALI", "ts": "1.9"}}
    await office.hears_of({**changed, "message": now, "previous_message": {**WRITTEN, "text": "förut"}}, "Ev1")
    assert len(told(office)) == 1
    await office.hears_of({**changed, "message": now, "previous_message": {**WRITTEN, "text": NUMBER}}, "Ev2")
    assert len(told(office)) == 1


@pytest.mark.asyncio
async def test_a_changed_message_that_speaks_to_the_bot_is_heard_too(office: Office) -> None:
    await linked(office)
    now = {**WRITTEN, "text": f"<@UBOT> nu {NUMBER}", "edited": {"user": "U0ALI", "ts": "1.9"}}
    changed = {**WRITTEN, "user": None, "subtype": "message_changed", "message": now}
    await office.hears_of({**changed, "previous_message": {**WRITTEN, "text": "<@UBOT> förut"}})
    assert [each["user"] for each in told(office)] == ["U0ALI"]


@pytest.mark.asyncio
async def test_a_message_told_of_again_unchanged_is_not_looked_through_again(office: Office) -> None:
    await linked(office)
    looked: list[str] = []

    def seeing(text: str, today: date) -> Inspection:
        looked.append(text)
        return inspect(text, today)

    watched = replace(office.desk, look=seeing)
    same = {**WRITTEN, "text": "lång text med en länk"}
    event = {**WRITTEN, "subtype": "message_changed", "message": same, "previous_message": same}
    await replace(office, desk=watched, app=build_app(watched)).hears_of(event)
    assert looked == []


@pytest.mark.asyncio
async def test_two_lines_of_a_list_are_not_one_number(office: Office) -> None:
    await linked(office)
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]} for text in ("640823", "sal")]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": items}]}]
    await office.hears_of({**WRITTEN, "text": "", "blocks": blocks})
    assert told(office) == []


@pytest.mark.asyncio
async def test_a_message_shortcut_looks_through_the_whole_message_before_it_takes_its_beginning(office: Office) -> None:
    before = memory(office)
    for text in ("a" * (LONGEST_TAKEN - len(NUMBER)) + f" {NUMBER} slut", "x " * 5_000 + NUMBER):
        body = {
            "type": "message_action",
            "callback_id": "mote arende",
            "trigger_id": "1.2",
            "team": {"id": "T1"},
            "user": {"id": "U0ALI", "team_id": "T1"},
            "channel": {"id": "C0ALLT"},
            "message": {"text": text},
        }
        await office.sends(body)
        assert texts.IDENTITY_NUMBER in str(office.slack.asked[-1])
        assert NUMBER[:-1] not in str(office.slack.asked)
    assert memory(office) == before


@pytest.mark.asyncio
async def test_one_who_speaks_to_the_bot_in_the_channel_hears_it_once(office: Office) -> None:
    await linked(office)
    said = {**WRITTEN, "team": "T1", "text": f"<@UBOT> logga aktivitet {NUMBER}"}
    await office.hears_of(said, "Ev1")
    await office.hears_of({**said, "type": "app_mention"}, "Ev2")
    assert [each["text"] for each in told(office)] == [texts.OVERHEARD]
