"""What can be wrong with a file, as a value: the line, the place, what is wrong and what is allowed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A mistake, or with `warning` something worth knowing that does not stop the import."""

    line: int
    where: str
    message: str
    allowed: str = ""
    warning: bool = False

    def sentence(self, file_name: str = "") -> str:
        """agreements/nyby.yml:12: forum 2 (Styrgruppen), ordförande: … Tillåtet: …"""
        place = f"{file_name}:{self.line}" if file_name else f"rad {self.line}"
        label = "Förslag" if self.warning else "Tillåtet"
        allowed = f" {label}: {self.allowed.rstrip(':.')}." if self.allowed else ""
        kind = "varning: " if self.warning else ""
        where = f"{self.where}: " if self.where else ""
        stop = "" if self.message.endswith("?") else "."
        return f"{place}: {kind}{where}{self.message}{stop}{allowed}"


def mistakes(problems: list[Problem]) -> list[Problem]:
    """The problems that stop an import."""
    return [problem for problem in problems if not problem.warning]
