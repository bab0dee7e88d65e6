"""What is due between two instants, worked out from the facts alone. Nothing here knows of a database or of now."""

from schedules.reminders.gathering import gathered
from schedules.reminders.rules import due, due_and_next, next_due
from schedules.reminders.sense import sense_gone
from schedules.reminders.values import Audience, Reminder, ReminderKind

__all__ = ["Audience", "Reminder", "ReminderKind", "due", "due_and_next", "gathered", "next_due", "sense_gone"]
