"""Telling the local Slack to fail: once, several times, on one method or on all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

HTTP_FAULTS = {"429": 429, "500": 500, "502": 502, "503": 503, "504": 504}


@dataclass
class Fault:
    """What is to go wrong.

    method: "chat.postMessage", "response_url", or "*" for every method.
    kind: "429" (with `retry_after` as Retry-After, whatever it says; None for no such header), "500", "502", "503",
        "504"; "drop" (the line is cut, nothing is done);
        "accept_then_drop" (it is done, then the line is cut); "slow" (done after `seconds`); anything else is answered
        as Slack's error of that name ("is_archived", "fatal_error", …).
    times: how many calls it strikes; None for all until it is removed.
    accepted: the call is carried out before it fails, as a 504 or fatal_error may have been.
    channel: only calls about this channel.
    """

    method: str
    kind: str
    times: int | None = 1
    retry_after: int | str | None = 1
    seconds: float = 0.0
    accepted: bool = False
    channel: str | None = None

    @property
    def happens_after(self) -> bool:
        """Whether the work is done before the failure."""
        return self.accepted or self.kind == "accept_then_drop"


class Faults:
    """The faults waiting to strike, in the order they were added; `struck` tells which have."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.struck: list[tuple[str, str]] = []

    def add(self, fault: Fault) -> None:
        """Adds a fault."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Removes all faults."""
        self.waiting.clear()

    def strike(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault this call meets, used up by one; None when it meets none."""
        for fault in self.waiting:
            if fault.method not in ("*", method) or fault.channel not in (None, arguments.get("channel")):
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
            self.struck.append((method, fault.kind))
            return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """The waiting faults, for /sandbox/faults."""
        return [asdict(fault) for fault in self.waiting]
