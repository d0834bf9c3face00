"""One run, one set of rules: settings that travel to other machines take theirs along by name."""

from __future__ import annotations

from descale import rule_set


def expect_rules(made_with: str) -> None:
    """Check that settings have come to where the rules are those they were made with.

    Raises:
        RuntimeError: descale, its lexicons or its weights differ here.
    """
    if made_with != rule_set():
        message = (
            f"these settings were made by descale {made_with}, but here is {rule_set()}: install one version on every machine"
        )
        raise RuntimeError(message)
