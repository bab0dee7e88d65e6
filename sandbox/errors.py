"""What Slack says when it will not: one exception for the Web API, one for what a person sees."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """`ok: false` with Slack's name for it; `messages` becomes response_metadata.messages, `more` further fields."""

    def __init__(self, error: str, messages: Sequence[str] = (), **more: Any) -> None:
        super().__init__(f"{error} {'; '.join(messages)}".strip())
        self.error = error
        self.messages = list(messages)
        self.more = more

    def answer(self) -> Json:
        """The JSON that Slack answers with."""
        answer: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer


class PersonSaw(Exception):
    """A person's command, press or form did not go through; `error` is what Slack shows, by its name."""

    def __init__(self, error: str, details: Sequence[str] = ()) -> None:
        super().__init__(f"{error} {'; '.join(details)}".strip())
        self.error = error
        self.details = list(details)
