"""What a person is told when something cannot be done: the refusal's own words, a busy database, or a reference."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import texts
from commands.call import Refused
from commands.guard import holds_identity_number
from schedules.message import Message, Part, say

log = logging.getLogger(__name__)

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that is read as another over the phone


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `fields` ties sentences to a form's fields; `message` says more than a form can show."""

    sentence: str
    fields: Mapping[str, str] = field(default_factory=dict)
    message: Message | None = None

    def said(self, typed: str = "") -> Message:
        """The whole of it as a message, with what was typed given back."""
        message = self.message or say(self.sentence)
        if not typed or holds_identity_number(typed):
            return message
        return Message((*message.parts, Part(note=texts.typed(typed))), message.title)


def trouble(error: Exception) -> Trouble:
    """What went wrong, as a person may be told; what nobody foresaw goes to the log under a reference."""
    if isinstance(error, Refused):
        return Trouble(error.sentence, error.fields, error.message)
    if is_database_down(error):
        log.error("the database does not answer: %s", error)
        return Trouble(texts.BUSY)
    reference = "".join(secrets.choice(LETTERS) for _ in range(6))
    log.error("reference %s", reference, exc_info=error)
    return Trouble(texts.broken(reference))


def is_database_down(error: Exception) -> bool:
    """Whether the database is locked, full or out of reach: the same may work in a minute."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout | OSError | TimeoutError)
