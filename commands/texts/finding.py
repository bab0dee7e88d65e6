"""Sentences about what could not be found."""

from collections.abc import Sequence

from schedules.swedish import uppräkning

GONE = "Det här finns inte längre i överenskommelsen. Skriv /lage för att se vad som gäller nu."


def no_such_forum(words: str, near: Sequence[str], known: Sequence[str]) -> str:
    if not words:
        return f"Skriv också vilket forum: {uppräkning(list(known), 'eller')}."
    if near:
        return f"Jag hittar inget forum som heter ”{words}”. Menade du {uppräkning(list(near), 'eller')}?"
    return f"Jag hittar inget forum som heter ”{words}”. De som finns: {', '.join(known)}."


def file_on_its_way(name: str) -> str:
    return f"Filen {name} kommer i ett direktmeddelande."


def more_of_list(left: int) -> str:
    return f"Visa fler ({left})"


WHICH_FORUM = "Vilket forum?"


def more_forums(left: int) -> str:
    return f"Fler forum ({left})"
