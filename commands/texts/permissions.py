"""Sentences about who may do what."""

OUTSIDER = (
    "Du sitter inte i något av forumen, så här finns inget att visa. Är det fel? Be en samordnare lägga till dig med "
    "/samverkan medlemmar."
)
NO_ROSTER = (
    "Ingen är inlagd på någon plats än. Den som sköter boten läser in medlemmarna med: "
    "samverkansbot roster import medlemmar.csv"
)
MAY_NOT_ADMINISTER = "Det här får samordnare och administratörer göra. Be någon av dem."


def not_yours(forum: str) -> str:
    return f"Du sitter inte i {forum or 'det forumet'} och kan därför inte se det."


def may_not_log(forum: str) -> str:
    return f"Den som sitter i {forum or 'forumet'} eller är samordnare kan logga det här. Be någon av dem."


def may_not_act(forum: str) -> str:
    return f"Det här får ordföranden i {forum or 'forumet'} och samordnarna göra. Be någon av dem."
