"""What the demo prints."""

ABOUT = "Ett eget litet Slack med påhittade människor, och boten uppkopplad mot det."
FRESH = "börja om från början"
PREPARING = "Läser in överenskommelserna och de påhittade människorna …"
ENDED = "Avslutat. Nästa gång fortsätter det här."


def open_address(address: str) -> str:
    return f"\n  Öppna {address} i webbläsaren.\n  Ctrl-C avslutar.\n"


def port_busy(port: int) -> str:
    return f"Port {port} används redan. Kör demot redan? Annars: make demo PORT={port + 100}"


def ended_early(name: str, log: str) -> str:
    what = "Det lokala Slack" if name == "slack" else "Boten"
    return f"{what} stannade. Det sista det skrev (.demo/{name}.log):\n{log}"


def set_up_failed(command: str, output: str) -> str:
    return f"samverkansbot {command} gick inte:\n{output}"
