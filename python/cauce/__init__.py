"""Cauce: an open simulator of migration systems and of the policies brought to them.

    import cauce
    cauce.run().plot()                          # the Northern Triangle as it was, 2010 to 2021

    system = cauce.System("northern-triangle", scale=50)
    data = system.run(policy=["as-enacted", "miami-agenda"], theory="roots", members=20)
    data["apprehensions"].sum(["place", "group"]).median("member")

`System.run` returns an `xarray.Dataset` with the coordinates policy, theory, member, month and, by
outcome, places and groups. `cauce.xmile.load(path).run()` runs any XMILE model. Errors are
`CauceError`, with the message and code that the command line gives.
"""

from typing import Any

from . import xmile
from ._core import CauceError, version as __version__
from .edits import Policy, Theory
from .results import Results
from .system import System, find_system

__all__ = ["CauceError", "Policy", "Results", "System", "Theory", "find_system", "run", "xmile", "__version__"]


def run(system: str = "northern-triangle", *, scale: float = 50.0, members: int = 10,
        **options: Any) -> Results:
    """Loads a system and runs it: `cauce.run().plot()` gives a picture.

    `scale` is the number of real persons that one simulated person stands for; the other options
    are those of `System.run`.
    """
    return System(system, scale=scale).run(members=members, **options)
