"""Listeners as work in hand: Bolt has its answer as soon as there is one, and a bot that stops waits for the rest.

What a listener is given has no signs in it that no database takes, whether in a text, an id or a name of a key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.response import BoltResponse

from bot.troubles import trouble
from commands.guard.gate import storable

Ack = Callable[..., Awaitable[BoltResponse]]
Listener = Callable[[Ack, dict[str, Any]], Coroutine[Any, Any, None]]
Keep = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


def tracked(keep: Keep, listener: Listener) -> Listener:
    """The listener as work in hand (`keep`), from the first word to the last. Returns, and so lets Bolt answer, when it
    acknowledges; raises what it raises before that, so that Slack is answered with a sentence."""

    async def tracked(ack: Ack, body: dict[str, Any]) -> None:
        acknowledged = asyncio.Event()

        async def acknowledging(*args: Any, **fields: Any) -> BoltResponse:
            response = await ack(*args, **fields)
            acknowledged.set()
            return response

        work, answered = keep(listener(acknowledging, _storable(body))), asyncio.create_task(acknowledged.wait())
        await asyncio.wait({work, answered}, return_when=asyncio.FIRST_COMPLETED)
        answered.cancel()
        if acknowledged.is_set():
            work.add_done_callback(_tell_of_trouble)
        else:
            await work

    return _named(tracked, listener)


def heard(keep: Keep, listener: Listener) -> Listener:
    """An event's listener, which Slack does not wait for: acknowledged at once, and work in hand from then on."""

    async def heard(ack: Ack, body: dict[str, Any]) -> None:
        keep(listener(ack, _storable(body))).add_done_callback(_tell_of_trouble)

    return _named(heard, listener)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(each) for key, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def _named(made: Listener, listener: Listener) -> Listener:
    made.__name__ = getattr(listener, "__name__", "listener")  # what the walk of every listener knows it by
    return made


def _tell_of_trouble(work: "asyncio.Task[None]") -> None:
    error = None if work.cancelled() else work.exception()
    if isinstance(error, Exception):
        trouble(error)
