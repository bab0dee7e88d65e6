"""The few sentences the local Slack says itself, where Slack's own client would."""

FILL_IN = "Fyll i det här fältet."
NOT_A_NUMBER = "Skriv ett tal."
WHOLE_NUMBER = "Skriv ett heltal."
ONLY_FORWARD = "Klockan går bara framåt."
UNKNOWN_DATE = "Det går inte att läsa datumet."
NO_REHEARSAL = "Klockan går som vanligt och kan inte flyttas."
BOT_AWAY = "Boten är inte ansluten, så klockan står kvar. Försök igen om en stund."


def too_short(least: int) -> str:
    """A text field with too little in it."""
    return f"Skriv minst {least} tecken."


def too_long(most: int) -> str:
    """A text field with too much in it."""
    return f"Skriv högst {most} tecken."


def at_least(least: str) -> str:
    """A number that is too small."""
    return f"Talet måste vara minst {least}."


def at_most(most: str) -> str:
    """A number that is too large."""
    return f"Talet får vara högst {most}."


def too_many(most: int) -> str:
    """A choice of too many."""
    return f"Välj högst {most}."
