"""What to say when a library that only one tool needs is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import inside this what the extra brings.

    Raises:
        ImportError: it is not installed; the message says what to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; this needs: pip install 'descale[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
