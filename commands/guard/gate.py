"""What is asked for, looked through before any command runs: stopped, asked about, or let through.

The adapter (bot/app.py, Desk.carry_out) is the one place that calls `examine`. What is confirmed is bound to what was
found: whoever ticks the box and then writes another phone number is asked again. Fails closed: whatever goes wrong
here, nothing is stored and that is said.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, pairwise

from commands.call import Call, Refused
from commands.guard.identity import Finding, holds_identity_number, look
from commands.guard.signs import Sign, signs
from commands.texts import guard as texts
from schedules.message import Button, Message, Part
from storage.hidden import without_hidden

log = logging.getLogger(__name__)

CHECKED = "checked:"  # begins the name of the confirming field, and the words of the confirming button
ADDRESS = "email"  # what was asked for as an address, and went on to a form's context: an address there is no sign
MOST_WORDS = 1_900  # what one button carries, in UTF-16 units
LONGEST = 4_000  # letters in a field: Slack takes 3,000
LONGEST_WORDS = 1_500  # letters typed after a command
LONGEST_MESSAGE = 40_000  # letters Slack keeps of a message: more is not even looked through
MOST_LINES = 10  # told of a file


@dataclass(frozen=True)
class Inspection:
    """What stands in one text: whether it must be stopped, else the signs to ask about with what gave them away."""

    stopped: bool = False
    signs: Mapping[Sign, tuple[str, ...]] = field(default_factory=dict)


Inspect = Callable[[str, date], Inspection]


def inspect(text: str, today: date) -> Inspection:
    """The guard's own look at one text. `today` is the local day."""
    number = look(text, today)
    if number is Finding.CERTAIN:
        return Inspection(stopped=True)
    return Inspection(signs=signs(text, number))


class Stopped(Refused):
    """Refused by the guard: nothing of what was written may be given back, logged or kept."""


@dataclass(frozen=True)
class Doubts:
    """What somebody is asked to look at once more. `mark` is the same for the same findings."""

    fields: Mapping[str, frozenset[Sign]]
    mark: str

    @property
    def name(self) -> str:
        """The field, or the first word, that confirms exactly this."""
        return f"{CHECKED}{self.mark}"

    @property
    def question(self) -> str:
        return texts.question(sorted({sign.value for found in self.fields.values() for sign in found}))


class Unsure(Refused):
    """Nothing is stored until the writer has looked at it once more."""

    def __init__(self, doubts: Doubts, message: Message | None = None) -> None:
        super().__init__(doubts.question, message=message)
        self.doubts = doubts


def check_free_text(fields: Mapping[str, str]) -> None:
    """Raises Stopped naming the fields that hold a personal identity number; never what they held."""
    stopped = {name: texts.IDENTITY_NUMBER for name, text in fields.items() if holds_identity_number(text)}
    if stopped:
        raise Stopped(texts.IDENTITY_NUMBER, fields=stopped)


def examine(call: Call, free: Collection[str], look: Inspect = inspect) -> tuple[Call, Doubts | None]:
    """The call without its confirmations, and what is still to be asked about; None where there is nothing.

    `free` names the fields people write in; everything else is only searched for identity numbers. Raises Stopped.
    """
    try:
        return _examined(call, free, look)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001  (fails closed: a text that could not be checked is not let through)
        log.error("the free text guard failed: %s", type(error).__name__)  # its message may hold the text
        raise Stopped(texts.CHECK_FAILED) from None


def _examined(call: Call, free: Collection[str], look: Inspect) -> tuple[Call, Doubts | None]:
    confirmed = {name for name in call.fields if name.startswith(CHECKED) and call.many(name)}
    kept = {name: _storable(value) for name, value in call.fields.items() if not name.startswith(CHECKED)}
    words = storable(call.words)
    if words.startswith(CHECKED):
        first, _, words = words.partition(" ")
        confirmed.add(first)
    clean = replace(call, fields=kept, words=words)
    today = call.local_now.date()
    stopped: dict[str, str] = {}
    found: dict[str, dict[Sign, tuple[str, ...]]] = {}
    too_long: list[str] = []
    for name, text in _texts(clean):
        if len(text) > (LONGEST if name else LONGEST_WORDS):
            too_long.append(name)
        if len(text) > LONGEST_MESSAGE:
            break
        inspection = look(text, today)
        if inspection.stopped:
            stopped[name] = texts.IDENTITY_NUMBER
        elif inspection.signs and (name in free or name == ""):
            known = found.setdefault(name, {})  # the words, what the button carries and files' names are all under ""
            for sign, what in inspection.signs.items():
                known[sign] = (*known.get(sign, ()), *what)
    if stopped:
        raise Stopped(texts.IDENTITY_NUMBER, fields={name: text for name, text in stopped.items() if name})
    for _, content in call.files:
        if lines := lines_stopped(readable(content), today):
            raise Stopped(texts.in_file(lines))
    if too_long:
        raise Stopped(texts.TOO_LONG, fields={name: texts.TOO_LONG for name in too_long if name})
    doubts = _doubts(found)
    return clean, None if doubts is None or doubts.name in confirmed else doubts


def require_clean(text: str, today: date, look: Inspect = inspect) -> None:
    """For a text of which only the beginning is taken: all of it is looked through before it is cut. Raises Stopped."""
    try:
        stopped = look(text[:LONGEST_MESSAGE], today).stopped
    except Exception as error:  # noqa: BLE001  (fails closed, as above)
        log.error("the free text guard failed: %s", type(error).__name__)
        raise Stopped(texts.CHECK_FAILED) from None
    if stopped:
        raise Stopped(texts.IDENTITY_NUMBER)


def storable(text: str) -> str:
    """The text without what no database takes (NUL, halves of letters) and what nobody sees (marks of direction)."""
    return without_hidden(text)


def _storable(value: str | list[str] | None) -> str | list[str] | None:
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value if value is None else storable(value)


def _texts(call: Call) -> Iterator[tuple[str, str]]:
    """Everything a person or a payload may have written; the words under the name ""."""
    yield "", call.words
    for name, value in call.fields.items():
        for text in value if isinstance(value, list) else [value or ""]:
            yield name, text
    for name, text in call.context.items():
        yield ADDRESS if name == ADDRESS else "", text
    for name, _ in call.files:
        yield "", name


def _doubts(found: Mapping[str, Mapping[Sign, tuple[str, ...]]]) -> Doubts | None:
    if not found:
        return None
    evidence = sorted((name, sign.value, *what) for name, each in found.items() for sign, what in each.items())
    mark = hashlib.sha256(repr(evidence).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Doubts({name: frozenset(each) for name, each in found.items()}, mark)


def asked(doubts: Doubts, command: str, words: str) -> Unsure:
    """The question about typed or pressed words, with a button that says they are looked through."""
    sent = f"{doubts.name} {words}"
    if len(sent.encode("utf-16-le", "surrogatepass")) // 2 > MOST_WORDS:
        return Unsure(doubts, Message((Part(lines=(doubts.question, texts.TOO_LONG_TO_CONFIRM)),)))
    button = Button(texts.CONFIRMED, command, sent, "primary")
    return Unsure(doubts, Message((Part(lines=(doubts.question,), note=texts.OR_WRITE_ANEW, buttons=(button,)),)))


def readable(content: bytes) -> str:
    """A file's bytes as text, however it is written; never raises."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def lines_stopped(text: str, today: date) -> list[int]:
    """The numbers, from 1, of the first lines that hold a personal identity number; [] where none does."""
    if not holds_identity_number(text, today):
        return []
    lines = text.splitlines()
    for whole in (lines, [f"{one}\n{other}" for one, other in pairwise(lines)]):  # it may run over a line break
        found = (number for number, line in enumerate(whole, start=1) if holds_identity_number(line, today))
        if told := list(islice(found, MOST_LINES)):
            return told
    return [1]  # somewhere in the file
