"""What the guard says. Never what it stopped."""

from collections.abc import Sequence

IDENTITY_NUMBER = (
    "Här verkar stå ett personnummer eller samordningsnummer. Det får inte skrivas här: ta bort det och beskriv plats "
    "och händelse i stället. Inget är sparat. (Ett telefonnummer skrivs 070-123 45 67.)"
)
CHECK_FAILED = (
    "Texten gick inte att kontrollera, och då sparas den inte. Försök igen om en stund, och säg till den som sköter "
    "boten om det händer igen."
)
TOO_LONG = "Texten är för lång för att tas emot. Korta den och försök igen. Inget är sparat."
CONFIRMED = "Jag har kontrollerat"
CHECK_LABEL = "Kontrollera texten"
NOT_CONFIRMED = "Kryssa i att du har kontrollerat, eller ändra texten."
OR_WRITE_ANEW = "Inget är sparat än. Tryck på knappen för att spara det som det står, eller skriv om det."
TOO_LONG_TO_CONFIRM = (
    "Inget är sparat. Texten är för lång för en kommandorad: skriv kommandot ensamt och fyll i formuläret."
)
OVERHEARD = (
    "I ditt meddelande verkar det stå ett personnummer eller samordningsnummer. Ta bort det om det inte måste stå där: "
    "uppgifter om enskilda hör inte hemma i den här kanalen. Har andra hunnit läsa, tala med er registrator eller ert "
    "dataskyddsombud. Det här ser bara du, och jag har inte sparat något."
)
SAID_TO_BOT = "Jag har inte läst vidare och inget är sparat."

SIGNS = {
    "email": "en e-postadress",
    "name": "ett namn på en enskild",
    "number": "något som liknar ett personnummer",
    "phone": "ett telefonnummer",
    "vehicle": "ett registreringsnummer",
}


def question(kinds: Sequence[str]) -> str:
    """What is asked about, in words. `kinds` are keys of SIGNS."""
    named = [SIGNS[kind] for kind in kinds]
    whole = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} och {named[-1]}"
    return f"Det ser ut att stå {whole} i texten. Här skrivs inget om enskilda. Är det rätt att det står där?"


def in_file(lines: Sequence[int]) -> str:
    """Where a file holds identity numbers: the lines' numbers only."""
    where = f"rad {lines[0]}" if len(lines) == 1 else f"raderna {', '.join(map(str, lines))}"
    return (
        f"Filen verkar innehålla personnummer eller samordningsnummer på {where}. De får inte finnas här: ta bort dem "
        "och läs in filen igen. Inget är sparat."
    )


def warned_in_file(line: int, kinds: Sequence[str]) -> str:
    """A softer sign on a file's line."""
    return f"rad {line}: varning: här ser det ut att stå {', '.join(SIGNS[kind] for kind in kinds)}"


def fewer_than(count: int) -> str:
    """Instead of a number so small that it may tell who is meant."""
    return f"färre än {count}"
