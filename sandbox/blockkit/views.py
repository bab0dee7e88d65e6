"""Forms (modals) and Home: their limits. Source: docs.slack.dev, surfaces/modals, reference/views."""

import json
from typing import Any

from sandbox.blockkit.blocks import check_blocks
from sandbox.blockkit.objects import plain_text
from sandbox.blockkit.rules import Report, anything, boolean, one_of, shape, string

VIEW_BYTES = 250_000
_SHARED = {
    "blocks": anything,
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
MODAL = shape(
    {
        "type": one_of("modal"),
        "title": plain_text(24),
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
        **_SHARED,
    },
    ("type", "title", "blocks"),
)
HOME = shape({"type": one_of("home"), **_SHARED}, ("type", "blocks"))


def check_view(report: Report, view: dict[str, Any], at: str) -> None:
    """Looks at a modal or a Home view."""
    surface = view.get("type")
    if surface not in ("modal", "home"):
        report.add(f"{at}/type", f"unsupported view type: {surface}")
        return
    (MODAL if surface == "modal" else HOME)(report, view, at)
    check_blocks(report, view.get("blocks", []), f"{at}/blocks", surface=surface)
    blocks = view.get("blocks")
    asks = isinstance(blocks, list) and any(isinstance(one, dict) and one.get("type") == "input" for one in blocks)
    if surface == "modal" and asks and not view.get("submit"):
        report.add(at, "`submit` is required when there is an input block")
    if too_large(view):
        report.add(at, "view_too_large")


def too_large(view: dict[str, Any]) -> bool:
    """Whether the view's JSON is above 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES
