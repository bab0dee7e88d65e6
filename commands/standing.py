"""One line on where a commitment stands: the same words in /lage, after logging and on the Home tab."""

from datetime import date

from commands.texts import status as texts
from schedules.facts import AgreementFacts, CommitmentFacts
from schedules.progress import Progress, progress
from storage.terms import Standing


def standing_line(facts: AgreementFacts, commitment_id: int, today: date, on: date | None = None) -> str:
    """The line for one commitment, in the window of `on` (else `today`); "" when it is not in force."""
    commitment = next((each for each in facts.commitments if each.id == commitment_id), None)
    return line(commitment, progress(commitment, facts, today, on=on), today) if commitment else ""


def line(commitment: CommitmentFacts, state: Progress, today: date, *, brief: bool = False) -> str:
    """State word, held of needed, the pace and the next date, as far as they say anything.

    `brief`: where many stand together, suggested days only for what is behind, and the last day for what is in step.
    """
    pieces = [count(commitment, state)]
    if state.standing is Standing.BEHIND or (state.standing is Standing.ON_PACE and not brief):
        pieces.append(texts.weeks_left(state.working_weeks_left))
        if state.suggestions:
            pieces.append(texts.suggestion(state.suggestions))
    if state.standing is Standing.ON_PACE and brief and state.due_on is not None and state.next_on is None:
        pieces.append(texts.latest(state.due_on))
    if state.unlogged:
        pieces.append(texts.unlogged([each.on for each in state.unlogged]))
    if state.next_on is not None:
        pieces.append(texts.next_time(state.next_on, state.next_at))
    if state.standing is Standing.ONGOING:
        noted = max([*commitment.pulses, *([state.last_held] if state.last_held else [])], default=None)
        pieces.append(texts.last_noted(noted, today))
    if state.waived_because:
        pieces.append(texts.waived(state.waived_because))
    return texts.state(state.standing, ", ".join(piece for piece in pieces if piece))


def count(commitment: CommitmentFacts, state: Progress) -> str:
    """ "7 av minst 10": what is held of what is needed in the window; "" where there is no number."""
    if state.needed is None:
        return ""
    return texts.held_of(
        state.held,
        state.needed,
        state.most,
        state.window.name if state.window else "",
        commitment.cadence.unit_name or "",
    )
