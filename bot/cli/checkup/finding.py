"""One thing the doctor found, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How bad it is. Only FAULT makes the exit status 1: then reminders do not arrive, or the bot does not start."""

    FINE = "OK"
    NOTE = "OBS"
    FAULT = "FEL"


@dataclass(frozen=True)
class Found:
    """`remedy`: what to do, "" where nothing is wrong."""

    weight: Weight
    sentence: str
    remedy: str = ""

    def __str__(self) -> str:
        shown = f"{self.weight:<3}  {self.sentence}"
        return f"{shown}\n     → {self.remedy}" if self.remedy else shown


def fine(sentence: str) -> Found:
    """All is well with it."""
    return Found(Weight.FINE, sentence)


def note(sentence: str, remedy: str) -> Found:
    """Somebody should see to it some day."""
    return Found(Weight.NOTE, sentence, remedy)


def fault(sentence: str, remedy: str) -> Found:
    """It must be mended."""
    return Found(Weight.FAULT, sentence, remedy)


def some(names: Iterable[str], most: int = 10) -> str:
    """The names in a row, the rest as a number."""
    listed = list(names)
    rest = f" och {len(listed) - most} till" if len(listed) > most else ""
    return ", ".join(listed[:most]) + rest
