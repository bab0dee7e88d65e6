"""What Slack's refusals mean for a message: wait, refuse it, or wait with everything.

Sources: docs.slack.dev, chat.postMessage, conversations.open and conversations.history, the lists of errors; and
apis/web-api/rate-limits. What none of them names is waited for first (`strange`): it may be the workspace's trouble.
"""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from schedules.carrier import Scope, Undelivered
from storage.channels import CLOSED_TO_US

# Slack surely has not posted, and never will in this place
PERMANENT: Mapping[str, Scope] = {
    **dict.fromkeys(CLOSED_TO_US, "channel"),
    "user_not_found": "channel",
    "user_not_visible": "channel",
    "user_disabled": "channel",
    "users_not_found": "channel",
    "cannot_dm_bot": "channel",
    "messages_tab_disabled": "channel",
    "invalid_blocks": "message",
    "invalid_blocks_format": "message",
    "invalid_arguments": "message",
    "invalid_metadata_format": "message",
    "invalid_metadata_schema": "message",
    "markdown_text_conflict": "message",
    "msg_too_long": "message",
    "msg_blocks_too_long": "message",
    "metadata_too_large": "message",
    "no_text": "message",
    "attachment_payload_limit_exceeded": "message",
    "too_many_attachments": "message",
    "slack_connect_file_link_sharing_blocked": "message",
}
# nothing can be posted by this app until somebody mends it, or the workspace's move is over: every message waits
WHOLE = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "org_login_required",
    "team_access_not_granted",
    "team_not_found",
    "ekm_access_denied",
    "accesslimited",
    "enterprise_is_restricted",
    "two_factor_setup_required",
    "deprecated_endpoint",
    "method_deprecated",
}
# of the place alone, for now: the channel is being moved, or somebody has yet to let us in
PASSING = {"external_channel_migrating", "no_permission", "access_denied"}
# documented as "some aspect of the operation may have succeeded"
UNSURE = {
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_timeout",
    "service_unavailable",
    "team_added_to_org",
}
TOO_FAST = {"ratelimited", "rate_limited"}
TOO_MUCH = {"message_limit_exceeded"}  # of everybody in the workspace together


def undelivered(refused: SlackApiError) -> Undelivered:
    """What Slack's refusal means for the message."""
    response = refused.response
    status = int(getattr(response, "status_code", 200) or 200)
    data = response.data if isinstance(getattr(response, "data", None), Mapping) else {}
    error = str(data.get("error") or "")
    if status == 429 or error in TOO_FAST:
        headers = {name.lower(): value for name, value in (response.headers or {}).items()}
        return Undelivered(False, "ratelimited", retry_after=headers.get("retry-after"), scope="channel", unsure=False)
    if error in TOO_MUCH:
        return Undelivered(False, error, scope="method", unsure=False)
    if status >= 500 or error in UNSURE or not error:
        return Undelivered(False, error or f"http {status}", unsure=True)
    if error in WHOLE:
        return Undelivered(True, error, scope="method", unsure=False)
    if error in PERMANENT:
        return Undelivered(True, error, scope=PERMANENT[error], unsure=False)
    return Undelivered(False, error, unsure=False, strange=error not in PASSING)
