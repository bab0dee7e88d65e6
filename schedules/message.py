"""What can be said, without a word of Slack. The outbox keeps it, so it is defined in `storage.message`."""

from storage.message import Button, Mention, Message, Part, say

__all__ = ["Button", "Mention", "Message", "Part", "say"]
