"""What a person is told when something cannot be done: the refusal's own words, a busy database, a silent Slack, or a
reference."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from bot import texts
from commands.call import Refused
from commands.guard.gate import Doubts, Stopped, Unsure
from schedules.message import Message, Part, say
from storage.database import Ailment, ailment

log = logging.getLogger(__name__)

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that is read as another over the phone


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `fields` ties sentences to a form's fields; `message` says more than a form can show."""

    sentence: str
    fields: Mapping[str, str] = field(default_factory=dict)
    message: Message | None = None
    quiet: bool = False  # what was typed must not be given back
    doubts: Doubts | None = None

    def said(self, typed: str = "") -> Message:
        """The whole of it as a message, with what was typed given back."""
        message = self.message or say(self.sentence)
        if not typed or self.quiet:
            return message
        return Message((*message.parts, Part(note=texts.typed(typed))), message.title)


# the database's own network errors are made into its own kind of error (storage.database)
SILENT = (aiohttp.ClientError, TimeoutError, ConnectionError)
DATABASE = {
    Ailment.AWAY: texts.BUSY,
    Ailment.FULL: texts.DISK_FULL,
    Ailment.READ_ONLY: texts.READ_ONLY,
    Ailment.CLOSED: texts.NOT_OPENED,
}


def trouble(error: Exception) -> Trouble:
    """What went wrong, as a person may be told; what nobody foresaw goes to the log under a reference."""
    if isinstance(error, Refused):
        doubts = error.doubts if isinstance(error, Unsure) else None
        return Trouble(error.sentence, error.fields, error.message, isinstance(error, Stopped), doubts)
    ails = ailment(error)
    if ails is not None:
        log.error("the database is %s: %s", ails.value, error)
        return Trouble(DATABASE[ails])
    if isinstance(error, SILENT):
        log.error("Slack does not answer: %s: %s", type(error).__name__, error)
        return Trouble(texts.SLACK_SILENT)
    reference = "".join(secrets.choice(LETTERS) for _ in range(6))
    log.error("reference %s", reference, exc_info=error)
    return Trouble(texts.broken(reference))
