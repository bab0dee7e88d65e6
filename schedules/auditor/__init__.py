"""The bot looks at itself: what should have been sent by now and was not, apart from planner and courier.

`audit` compares the facts with the outbox, and the ticks with the clock; `speak` tells the coordinators, past the
courier; `facts_for_health` is what health, metrics and `/lage bot` show (docs/delivery.md, "The auditor").
"""

from schedules.auditor.audit import Patience, Verdict, Watch, audit
from schedules.auditor.health import FoundNow, Health, facts_for_health
from schedules.auditor.speaking import speak

__all__ = ["FoundNow", "Health", "Patience", "Verdict", "Watch", "audit", "facts_for_health", "speak"]
