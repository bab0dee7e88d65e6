"""The guard on the local Slack: over Socket Mode, with forms and channels as people meet them."""

from pathlib import Path

import pytest

from commands.texts import guard as texts
from tests.conversations.town import opened

PLANNING = "C0PLANERING"
NUMBER = "640823-3234"


@pytest.mark.asyncio
async def test_a_message_with_a_number_in_it_is_seen_and_its_author_alone_is_told(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'town.sqlite3'}") as town:
        ali, anna = town.member("ali"), town.member("anna")
        await ali.says(PLANNING, f"Gäller {NUMBER}, ring mig")
        await ali.waits_for(PLANNING, texts.OVERHEARD[:40])
        assert not any(texts.OVERHEARD in str(each) for each in anna.sees(PLANNING))


@pytest.mark.asyncio
async def test_a_form_with_a_phone_number_comes_back_filled_in_and_is_sent_once_it_is_checked(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'town.sqlite3'}") as town:
        ali = town.member("ali")
        await ali.says(PLANNING, "/mote arende planeringsgruppen Belysning")
        await ali.sees_form()
        stopped = await ali.submits({"Bakgrund": f"Se {NUMBER}"})
        assert list(stopped.values()) == [texts.IDENTITY_NUMBER]
        assert await ali.submits({"Bakgrund": "Ring 070-123 45 67"}) == {}
        assert ali.form is not None
        assert "telefonnummer" in str(ali.form.view["blocks"][0])
        assert ali.form.state["title"]["value"]["value"] == "Belysning"
        await ali.submits({texts.CHECK_LABEL: [texts.CONFIRMED]})
        await town.settled()
        assert "Ring 070-123 45 67" in ali.last(PLANNING)
