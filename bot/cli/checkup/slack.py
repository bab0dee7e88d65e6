"""Whether Slack takes the tokens, has granted what the manifest asks for, has the same time, and lets the bot post."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
from ruamel.yaml import YAML
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

import bot
from bot import texts
from bot.cli.checkup.finding import Found, fault, fine, note, some
from bot.settings import Settings

MANIFEST = Path(bot.__file__).parent.parent / "app_manifest.yml"
LOST = (aiohttp.ClientError, SlackClientError, OSError, TimeoutError, AttributeError, TypeError, ValueError)
SKEW_NOTED = 20.0  # seconds
SKEW_WRONG = 110.0  # replicas may differ by two minutes (docs/delivery.md)
CHANNEL_ERRORS = {
    "channel_not_found": "kanalen finns inte, eller så är den privat och boten är inte med",
    "missing_scope": "boten har inte behörighet att se kanalen",
}


def client_for(settings: Settings) -> AsyncWebClient:
    """A client that waits when Slack says that we ask too often; nothing it asks for changes anything."""
    patient = [AsyncRateLimitErrorRetryHandler(max_retry_count=5)]
    return AsyncWebClient(token=settings.bot_token, base_url=settings.api_url, timeout=10, retry_handlers=list(patient))


async def examine_token(client: AsyncWebClient, settings: Settings) -> tuple[list[Found], str]:
    """The bot's token, its scopes and the time. Also the team id, "" where Slack does not say."""
    try:
        answer = await client.auth_test()
        team_id, team = str(answer["team_id"]), str(answer["team"])
    except SlackApiError as refused:
        return [fault(texts.slack_refuses(_error(refused)), "Hämta botens token under Install App i appens sida.")], ""
    except (*LOST, LookupError):
        return [
            fault(f"Slack svarar inte på {settings.api_url}.", "Kontrollera nätet, en proxy och SLACK_API_URL.")
        ], ""
    headers = {name.lower(): str(value) for name, value in dict(answer.headers).items()}
    found = [fine(f"Slack godtar botens token: arbetsytan {team}.")]
    found += _scopes(headers.get("x-oauth-scopes"))
    found += _time(headers.get("date"), datetime.now(UTC))
    return found, team_id


def wanted_scopes(manifest: Path = MANIFEST) -> set[str]:
    """The scopes the manifest asks for."""
    content: Mapping[str, Any] = YAML(typ="safe").load(manifest.read_text(encoding="utf-8"))
    return set(content["oauth_config"]["scopes"]["bot"])


def _scopes(granted: str | None) -> list[Found]:
    if granted is None:
        return [note("Slack säger inte vilka behörigheter boten har.", "Jämför med app_manifest.yml för hand.")]
    have = {each.strip() for each in granted.split(",") if each.strip()}
    try:
        wanted = wanted_scopes()
    except OSError:
        return [note("app_manifest.yml finns inte här.", "Kör doctor i programmets mapp för att jämföra behörigheter.")]
    found = []
    if missing := sorted(wanted - have):
        found.append(
            fault(
                f"Behörigheter saknas: {some(missing)}.",
                "Klistra in app_manifest.yml under App Manifest i appens sida och installera appen igen.",
            )
        )
    if unused := sorted(have - wanted):
        found.append(note(f"Boten har behörigheter den inte använder: {some(unused)}.", "Ta bort dem i appens sida."))
    return found or [fine("Behörigheterna är de som app_manifest.yml ber om.")]


def _time(said: str | None, now: datetime) -> list[Found]:
    """Slack's Date header against this machine's clock."""
    try:
        theirs = parsedate_to_datetime(said or "")
    except ValueError:
        return [note("Slack säger inte vad klockan är.", "Kontrollera att maskinens klocka går rätt (NTP).")]
    apart = abs((now - theirs).total_seconds())
    if apart <= SKEW_NOTED:
        return [fine("Maskinens klocka går som Slacks.")]
    wrong = fault if apart > SKEW_WRONG else note
    return [wrong(f"Maskinens klocka skiljer {apart:.0f} sekunder från Slacks.", "Ställ klockan efter NTP.")]


async def examine_link(client: AsyncWebClient, settings: Settings) -> Found:
    """Whether Slack's requests can reach the bot: the app's token, or what we know of the HTTP address."""
    if not settings.answers:
        return fine("Den här processen skickar bara: den behöver ingen token för Socket Mode.")
    if settings.over_http:
        return fine("Slack når boten över HTTP. Adressen kontrolleras i appens sida, under Event Subscriptions.")
    try:
        await client.apps_connections_open(app_token=settings.app_token)
    except SlackApiError as refused:
        return fault(
            f"Slack godtar inte appens token för Socket Mode ({_error(refused)}).",
            "Skapa ett nytt under Basic Information, App-Level Tokens, med connections:write, och slå på Socket Mode.",
        )
    except LOST:
        return fault("Slack svarar inte när boten vill koppla upp sig.", "Kontrollera nätet och försök igen.")
    return fine("Slack godtar appens token för Socket Mode.")


async def examine_channels(client: AsyncWebClient, channels: Mapping[str, list[str]]) -> list[Found]:
    """Whether the bot can post in each forum's channel; `channels`: id → the forums' names."""
    found = []
    for channel_id, forums in channels.items():
        wrong = await _channel(client, channel_id, some(forums))
        if wrong is not None:
            found.append(wrong)
    if channels and not found:
        found.append(fine(f"Boten är med i forumens kanaler ({len(channels)})."))
    return found


async def _channel(client: AsyncWebClient, channel_id: str, forums: str) -> Found | None:
    try:
        answer = await client.conversations_info(channel=channel_id)
        channel = dict(answer["channel"])
    except SlackApiError as refused:
        error = _error(refused)
        return fault(
            f"{forums}: kanalen {channel_id} går inte att nå: {CHANNEL_ERRORS.get(error, error)}.",
            "Bjud in boten där (/invite @samverkansbot), eller koppla forumet till rätt kanal (/samverkan koppla).",
        )
    except (*LOST, LookupError):
        return fault(f"{forums}: Slack svarar inte om kanalen {channel_id}.", "Kör doctor igen om en stund.")
    name = str(channel.get("name") or channel_id)
    if channel.get("is_archived"):
        return fault(
            f"{forums}: kanalen {name} är arkiverad.",
            "Ta fram den igen i Slack, eller koppla forumet till en annan (/samverkan koppla).",
        )
    if not channel.get("is_member"):
        return fault(f"{forums}: boten är inte med i kanalen {name}.", f"Skriv /invite @samverkansbot i {name}.")
    return None


def _error(refused: SlackApiError) -> str:
    data = getattr(refused.response, "data", None)
    if isinstance(data, Mapping) and data.get("error"):
        return str(data["error"])
    return f"HTTP {getattr(refused.response, 'status_code', '?')}"
