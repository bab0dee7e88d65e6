"""Failures on order: the next so many calls of a method go wrong in a named way."""

from dataclasses import dataclass


@dataclass
class Fault:
    """`kind`: "429", "500", "502", "503", "504", "accept_then_drop", "slow", or one of Slack's error names."""

    method: str
    kind: str
    times: int = 1
    retry_after: str | None = "1"
    seconds: float = 10.0


class Faults:
    """The failures that are waiting to happen, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, method: str, kind: str, times: int = 1, retry_after: str | None = "1", seconds: float = 10.0) -> None:
        self._waiting.append(Fault(method, kind, times, retry_after, seconds))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The failure this call shall meet, if any; counted down."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
