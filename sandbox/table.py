"""The table of supported methods, for the command line and docs/sandbox.md."""

from sandbox.web_api.methods import METHODS


def methods_table() -> str:
    """Markdown: each method, how often it may be called, what it needs, and the test that proves it."""
    lines = ["| Method | Calls a minute | Scopes | Proved by (tests/sandbox/) |", "|---|---|---|---|"]
    for method in METHODS.values():
        tier = {None: "own rule", 1: "1", 2: "20", 3: "50", 4: "100"}[method.tier]
        scopes = ", ".join("by kind of conversation" if one == "*" else one for one in method.scopes) or "none"
        lines.append(f"| {method.name} | {tier} | {scopes} | `{method.proof}` |")
    return "\n".join(lines)
