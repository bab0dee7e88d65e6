"""What a command gets and gives: Call in; Reply or Form out; Refused instead, with a sentence for the person."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from schedules.message import Message


@dataclass(frozen=True)
class Call:
    """Who asks for what, where and when. Words from a typed line or a button; fields from a form.

    `now` is aware UTC. `workspace_id` is our row; `person_id` is None for people not in any roster.
    `context` is what the form was opened with (ids only; never trusted as a right).
    """

    workspace_id: int
    team_id: str
    user_id: str
    now: datetime
    words: str = ""
    channel_id: str = ""
    person_id: int | None = None
    user_name: str = ""
    zone: str = "Europe/Stockholm"
    fields: Mapping[str, str | list[str] | None] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)
    submitted: bool = False  # True when this is a form coming back
    request_key: str = ""  # same for a repeated press or delivery of the same request: makes saying it twice harmless
    files: tuple[tuple[str, bytes], ...] = ()  # uploaded (name, content)
    public_url: str = ""  # where the bot's own addresses are reached from outside; "" where they are not

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(ZoneInfo(self.zone))

    def text(self, name: str) -> str:
        """A single form field as stripped text, "" where missing."""
        value = self.fields.get(name)
        return value.strip() if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        """A multi-choice form field as a list, empty where missing."""
        value = self.fields.get(name)
        return list(value) if isinstance(value, list) else ([value] if value else [])


@dataclass(frozen=True)
class Enclosure:
    """A file for the person who asked, alone; with `channel_id`, for everybody in that channel. `make` is called when
    the command's own transaction is over, with a session that only reads, so that a large file holds nobody up."""

    name: str
    make: "Callable[[AsyncSession], Awaitable[bytes]]"
    channel_id: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer to the person who asked, seen by them alone. What others shall see goes through the outbox."""

    message: Message
    enclosed: Enclosure | None = None


@dataclass(frozen=True)
class Option:
    """A choice: what is shown (at most 75 characters) and what comes back."""

    label: str
    value: str
    group: str = ""
    description: str = ""


@dataclass(frozen=True)
class Field:
    """One question of a form. `kind`: text, paragraph, number, email, date, time, choice, radio, many, note,
    file.

    "note" asks nothing and shows `label`. Values come back in Call.fields under `name` as text
    (dates YYYY-MM-DD, times HH:MM), "many" as a list.
    """

    name: str
    label: str
    kind: str
    value: str | tuple[str, ...] = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    hint: str = ""
    placeholder: str = ""
    most: int | None = None  # longest text or largest number
    least: int | None = None


@dataclass(frozen=True)
class Form:
    """A form to fill in. Submitted to `command`, which is called with `submitted=True`."""

    command: str
    title: str  # at most 24 characters
    fields: tuple[Field, ...]
    submit: str = "Spara"
    context: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A clear Swedish sentence for the person: what was not understood and what would be.

    `fields` ties sentences to form fields (name → sentence): the form stays open, filled in, with them shown.
    `message` adds buttons or lines where a sentence is not enough.
    """

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None, message: Message | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = dict(fields or {})
        self.message = message


Answer = Reply | Form
Run = Callable[[Call, AsyncSession], Awaitable[Answer]]


@dataclass(frozen=True)
class Command:
    """One thing people can ask for. `name` is the slash command and its first word ("logga aktivitet").

    A button or form of the same name runs the same function. `changes`: needs a write transaction.
    `help` empty: reachable by button only. `examples` work when typed. `default`: runs when the slash command comes
    with no, or with other, words.
    """

    name: str
    run: Run
    changes: bool
    help: str = ""
    examples: tuple[str, ...] = ()
    default: bool = False
    action: Action = field(kw_only=True)  # its row in the table of who may do what: none, no command
