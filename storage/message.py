"""What can be said, without a word of Slack: a message of parts, with buttons that are commands; and how it is kept.

`bot.blocks` turns it into Block Kit. All strings are plain text as a person reads them: whoever renders escapes them.
It lives here because the outbox keeps messages whose content is fixed when something happens.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Button:
    """A command with its words filled in. `command` is a name in COMMANDS ("logga aktivitet")."""

    label: str
    command: str = ""
    words: str = ""
    style: str | None = None  # "primary" or "danger"
    confirm: str | None = None  # a question to answer before it counts
    url: str = ""  # where it leads instead; then it carries no command


@dataclass(frozen=True)
class Mention:
    """A person to address: notified when the Slack id is known, else named."""

    name: str
    user_id: str | None = None


@dataclass(frozen=True)
class Part:
    """One thing said: a bold heading, lines of text, a small note (why, source), and what one can do next."""

    lines: tuple[str, ...] = ()
    heading: str = ""
    note: str = ""
    buttons: tuple[Button, ...] = ()
    to: tuple[Mention, ...] = ()


@dataclass(frozen=True)
class Message:
    """A whole message. `title` comes first, large; empty for a short one."""

    parts: tuple[Part, ...]
    title: str = ""

    def plain(self) -> str:
        """Everything the message says as plain text: what screen readers and notifications read."""
        pieces = [self.title] if self.title else []
        for part in self.parts:
            if part.to:
                pieces.append(", ".join(mention.name for mention in part.to) + ":")
            pieces += [text for text in (part.heading, *part.lines, part.note) if text]
        return "\n".join(pieces)


def say(*lines: str, note: str = "", buttons: tuple[Button, ...] = (), title: str = "") -> Message:
    """The common short message: a few lines, perhaps a note and buttons."""
    return Message(parts=(Part(lines=lines, note=note, buttons=buttons),), title=title)


def encoded(message: Message) -> dict[str, Any]:
    """The message as what a JSON column takes."""
    return asdict(message)


def decoded(kept: dict[str, Any]) -> Message:
    """The message that `encoded` made this of."""
    return Message(parts=tuple(_part(part) for part in kept["parts"]), title=kept["title"])


def _part(kept: dict[str, Any]) -> Part:
    return Part(
        lines=tuple(kept["lines"]),
        heading=kept["heading"],
        note=kept["note"],
        buttons=tuple(Button(**button) for button in kept["buttons"]),
        to=tuple(Mention(**mention) for mention in kept["to"]),
    )
