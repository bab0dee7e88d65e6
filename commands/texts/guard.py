"""What the guard says. Never what it stopped."""

IDENTITY_NUMBER = (
    "Här verkar stå ett personnummer eller samordningsnummer. Det får inte skrivas här: ta bort det och beskriv plats "
    "och händelse i stället. Inget är sparat."
)
