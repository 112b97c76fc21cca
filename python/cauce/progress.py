"""How far a long call is: a bar in notebooks. On a terminal the program draws its own."""

from __future__ import annotations

import html
import sys
import time
from typing import Any, Callable, Optional, Union

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how many tasks of it are done, and how many there are."""

Progress = Union[bool, Tell, None]
"""What the `progress` argument of long calls may be: None for a bar in notebooks, False for none,
True for one anywhere IPython displays things, or a function to call."""


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in getattr(shell, "config", {})


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Bar:
    """One bar for each batch of tasks, updated in place at most some ten times a second."""

    def __init__(self) -> None:
        self._what = ""
        self._start = self._drawn = 0.0
        self._handle: Any = None

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what != self._what or self._handle is None:
            self._what, self._start, self._handle = what, now, None
        elif done < total and now - self._drawn < 0.1:
            return
        self._drawn = now
        spent = now - self._start
        left = "" if done == 0 else (_clock(spent) if done >= total else
                                     _clock(spent * (total - done) / done) + " left")
        text = f"{what} {done}/{total} {left}".rstrip()
        drawn = {"text/plain": text,
                 "text/html": f'<progress value="{done}" max="{total}"></progress> '
                              f"{html.escape(text)}"}
        from IPython.display import display

        if self._handle is None:
            self._handle = display(drawn, raw=True, display_id=True)
        else:
            self._handle.update(drawn, raw=True)


def teller(progress: Progress) -> Optional[Tell]:
    """The function that a call tells its progress to, or None."""
    if callable(progress):
        return progress
    return Bar() if progress or (progress is None and _in_notebook()) else None
