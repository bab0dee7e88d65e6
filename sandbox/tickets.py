"""Short-lived words of admission: trigger ids (3 s, once) and response_urls (5 uses in 30 minutes)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sandbox.clock import Clock
from sandbox.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)


@dataclass
class Trigger:
    """What a trigger id was given for: a person's act, in a form (`view_id`) or not."""

    user: str
    view_id: str | None
    expires: float
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, Trigger] = {}

    def give(self, user: str, view_id: str | None = None) -> str:
        """A new trigger id for what a person just did."""
        id = f"{int(self._clock.seconds * 1000)}.{token_hex(6)}.{token_hex(16)}"
        self._given[id] = Trigger(user, view_id, self._clock.seconds + TRIGGER_SECONDS)
        return id

    def use(self, id: str) -> Trigger:
        """Uses a trigger id; SlackError when it is unknown, too old or used before."""
        trigger = self._given.get(id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.seconds > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponsePlace:
    """Where a response_url leads: the conversation, the person, and the message its button sat on."""

    channel: str
    user: str
    ts: str | None
    ephemeral: bool
    expires: datetime
    uses: int = 0
    typed: str | None = None


class ResponseUrls:
    """The response_urls given out, by their last part."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, ResponsePlace] = {}

    def give(
        self, channel: str, user: str, ts: str | None = None, *, ephemeral: bool = False, typed: str | None = None
    ) -> str:
        """The last part of a new response_url. `typed` is the command to show when the answer is for everybody."""
        key = token_hex(16)
        self._given[key] = ResponsePlace(channel, user, ts, ephemeral, self._clock.now + RESPONSE_LIFE, typed=typed)
        return key

    def use(self, key: str) -> ResponsePlace:
        """Uses a response_url once; SlackError expired_url or used_url."""
        place = self._given.get(key)
        if place is None or self._clock.now > place.expires:
            raise SlackError("expired_url")
        if place.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        place.uses += 1
        return place
