"""A system: a folder with equations, data, policies, theories and claims, ready to run."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from typing import Any, Iterable, Literal, Mapping, Sequence

import pandas as pd
import xarray as xr

from . import _core, studies
from .edits import Policy, Theory, edited_copy
from .progress import Progress, teller
from .results import Results
from .xmile import Model


def find_system(name: str | os.PathLike[str]) -> Path:
    """The folder of a system: a path that holds `system.toml`, or the name of one that is found in
    $CAUCE_SYSTEMS, in `systems/` of this folder or one above, installed with the program, or
    packed with this module.

    Raises CauceError P325 when there is none.
    """
    here = Path(__file__).resolve().parent
    besides = [folder / "systems" for folder in (here, *here.parents)]
    besides += [Path(prefix) / "share" / "cauce" / "systems" for prefix in ("/usr/local", "/usr")]
    found = Path(_core.find_system(os.fspath(name), [p for p in besides if p.is_dir()]))
    return found.absolute()  # whatever folder the caller goes to later


def _names(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _pair(policies: Sequence[str]) -> tuple[str, str]:
    if isinstance(policies, str) or len(policies) != 2:
        raise ValueError("two policies are needed: the second less the first")
    return policies[0], policies[1]


Draws = Literal["prior", "posterior", "auto"]


class System:
    """Reads and checks a system; immutable, to be shared between threads.

    scale: one simulated person for each `scale` real ones (1: everyone; 50: a quick look).

    Long calls release the GIL, use all processors unless `threads` says otherwise (the result does
    not depend on it), tell how far they are (`progress`: None for a bar in notebooks, False for
    none, or a function called with what is done, how many tasks of it, and how many there are), and
    end at KeyboardInterrupt once the runs under way have ended. `store` is the folder of a run
    store: runs found there are not run again. Months are written "2017-06". Faulty input raises
    CauceError with the message and code of the command line.
    """

    def __init__(self, name: str | os.PathLike[str] = "northern-triangle", *, scale: float = 1.0):
        self._core = _core.load_system(find_system(name), float(scale))
        self.scale = float(scale)

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def folder(self) -> Path:
        return Path(self._core.folder)

    @property
    def clock(self) -> dict[str, Any]:
        """First and last month, the last with data, the decision date, steps a month."""
        return self._core.clock

    @property
    def policies(self) -> pd.DataFrame:
        """name, title and summary (dictionaries of `en` and `es`)."""
        return pd.DataFrame(self._core.policies)

    @property
    def theories(self) -> pd.DataFrame:
        """name, title and summary (dictionaries of `en` and `es`)."""
        return pd.DataFrame(self._core.theories)

    @property
    def levers(self) -> pd.DataFrame:
        """name, variable, unit, low, high, default."""
        return pd.DataFrame(self._core.levers)

    @property
    def parameters(self) -> pd.DataFrame:
        """Every parameter with its prior, unit, source and status."""
        return pd.DataFrame(self._core.parameters)

    @property
    def model(self) -> Model:
        """The equations, as an XMILE model that runs alone."""
        return Model(self._core.model)

    def with_files(self, files: dict[str, str]) -> "System":
        """The same system with some files added or replaced (relative path: text). The original is
        left as it is. Raises CauceError when the new files are faulty."""
        copy = edited_copy(self.folder, files)
        try:
            changed = System(copy, scale=self.scale)
        except Exception:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        weakref.finalize(changed, shutil.rmtree, copy, True)
        return changed

    def with_policy(self, *policies: Policy) -> "System":
        """The same system with more policies."""
        return self.with_files({f"policies/{p.name}.toml": p.to_toml() for p in policies})

    def with_theory(self, *theories: Theory) -> "System":
        """The same system with more theories."""
        return self.with_files({f"theories/{t.name}.toml": t.to_toml() for t in theories})

    def run(self, policy: str | Sequence[str] = "as-enacted",
            theory: str | Sequence[str] = "open", *, members: int = 20, seed: int = 2017,
            draws: Draws = "auto", start: str = "", until: str = "", threads: int = 0,
            store: str | os.PathLike[str] = "", progress: Progress = None) -> Results:
        """Runs every policy under every theory, member by member, with common random numbers.

        policy, theory: names; members: of each; draws: members' parameters, "prior", "posterior"
        (calibrated; see `calibrate`) or "auto" (calibrated where a theory has been); start, until:
        first and last month recorded (default: the clock's first month and the last with data).
        Returns a Dataset of float32, [policy, theory, member, month, place, group] by outcome,
        units in `attrs`; the values are the program's own, not copied, and read-only.

        Raises CauceError P310, P311 (unknown policy, theory; near miss), S101 (months, members),
        S102 (members that failed), S124 (no posterior), U102 (not a month).
        """
        return Results.from_cube(
            self._cube(_names(policy), theory, members, seed, draws, start, until, threads, store,
                       progress), **self._attrs(seed=seed))

    def _cube(self, policies: list[str], theory: str | Sequence[str], members: int, seed: int,
              draws: Draws, start: str, until: str, threads: int,
              store: str | os.PathLike[str], progress: Progress) -> _core.Cube:
        if draws not in ("prior", "posterior", "auto"):
            raise ValueError(f"draws are 'prior', 'posterior' or 'auto', not {draws!r}")
        return self._core.run(policies, _names(theory), members, seed, threads,
                              start, until, draws, os.fspath(store), teller(progress))

    def compare(self, policies: Iterable[str], theory: str | Sequence[str] = "open", *,
                outcomes: str | Iterable[str] = (), by_place: bool = False,
                by_group: bool = False, members: int = 20, seed: int = 2017,
                draws: Draws = "auto", start: str = "", until: str = "", threads: int = 0,
                store: str | os.PathLike[str] = "", progress: Progress = None) -> pd.DataFrame:
        """Outcomes by policy with paired differences from the first one.

        One row a policy, theory and outcome (and place, group): the level and the difference (mean
        and quantiles, in the outcome's unit; flows summed over the months, others averaged), and
        the share of members in which the policy's value is lower or higher. `start` defaults to
        the decision date; other arguments and errors are those of `run`, and S103 (unknown
        outcome).
        """
        cube = self._cube(_names(policies), theory, members, seed, draws, "", until, threads, store,
                          progress)
        rows = cube.compare(start or self.clock["decision"], until, _names(outcomes), by_place,
                            by_group)
        flat = []
        for row in rows:
            level, difference = row.pop("level"), row.pop("difference")
            row.update({f"level_{k}": v for k, v in level.items()})
            row.update({f"difference_{k}": v for k, v in difference.items()})
            flat.append(row)
        return pd.DataFrame(flat)

    def attribute(self, policies: Sequence[str], outcomes: str | Iterable[str],
                  theory: str = "open", *, mechanisms: Mapping[str, Sequence[str]] | None = None,
                  members: int = 10, seed: int = 2017, orders: int = 12,
                  draws: Literal["prior", "auto"] = "auto", start: str = "", until: str = "",
                  threads: int = 0, progress: Progress = None) -> xr.Dataset:
        """Divides the difference of two policies among the model's mechanisms.

        policies: two; the difference is the second less the first. outcomes: "OUTCOME",
        "OUTCOME@PLACE", "OUTCOME:GROUP". mechanisms: name: sectors of the equations taken together
        (default: each sector by itself). orders: pairs of orders sampled a member when more than
        eight mechanisms differ (then `attrs["exact"]` is False and `error` is not 0). start, until:
        months of the outcomes (default: from the decision to the last with data).

        Returns a Dataset of float64: `part` [outcome, mechanism, member], its `error` [outcome,
        mechanism], `difference` [outcome, member]; unit and title by outcome. The parts are Shapley
        values: member by member they add up to the difference (`cauce attribute`).

        Raises CauceError P310, P311, S103, S108 (sectors; policies that do not differ).
        """
        first, second = _pair(policies)
        answers = self._core.attribute(
            first, second, theory, _names(outcomes),
            [(name, list(sectors)) for name, sectors in (mechanisms or {}).items()], members, seed,
            orders, draws == "auto", start, until, threads, teller(progress))
        return studies.attribution(answers, self._attrs(
            seed=seed, theory=theory, policies=[first, second], start=start, until=until))

    def sensitivity(self, policy: str | Sequence[str], outcomes: str | Iterable[str],
                    theory: str | Sequence[str] = "open", *,
                    method: Literal["sobol", "morris"] = "sobol", points: int = 64,
                    parameters: Iterable[str] = (), by_sector: bool = False, luck: bool = True,
                    seed: int = 2017, start: str = "", until: str = "", threads: int = 0,
                    store: str | os.PathLike[str] = "",
                    progress: Progress = None) -> xr.Dataset:
        """Which inputs an outcome, or the difference of two policies in it, depends on.

        policy: one, or two (the second less the first); theory: with several, the theory is an
        input too. method "sobol": shares of the variance, `first` and `total` [outcome, input] with
        90 percent intervals (`_low`, `_high`), from points x (inputs + 2) runs; "morris": `mu_star`
        with its interval, `mu`, `sigma` in the outcome's unit for a move over the whole range, from
        points x (inputs + 1) runs. parameters: vary only these; by_sector: parameters of a sector
        vary together; luck: whether luck and noise are an input. `mean` and `standard_deviation`
        [outcome] are over all runs. Inputs stand in order of importance for the first outcome
        (`cauce sensitivity`).

        Raises CauceError S103, S109 (unknown parameter), S112 (no outcome, more than two policies).
        """
        if method not in ("sobol", "morris"):
            raise ValueError(f"the method is 'sobol' or 'morris', not {method!r}")
        answers = self._core.sensitivity(
            _names(policy), _names(outcomes), _names(theory), method == "morris", points,
            _names(parameters), by_sector, luck, seed, start, until, threads, os.fspath(store),
            teller(progress))
        return studies.sensitivity(answers, self._attrs(
            seed=seed, method=method, points=points, policies=_names(policy)))

    def claims(self, ids: str | Iterable[str] = (), theory: str | Iterable[str] = (), *,
               predictions: bool = False, members: int = 50, seed: int = 2017,
               draws: Literal["prior", "auto"] = "auto", threads: int = 0,
               store: str | os.PathLike[str] = "", finer: Iterable[float] = (),
               finer_budget: float = 0.0, progress: Progress = None) -> pd.DataFrame:
        """Runs what the sources claim as tests: a verdict for each theory, and the data beside it.

        ids: claims of `claim_tests.csv` (default: all), or with `predictions` those of
        `predictions.csv` ("D1"); theory: default all; members: paired draws for each theory;
        draws: calibrated where a theory has been ("auto") or from the priors; finer: scales at which
        verdicts with too much sampling noise are judged again, for at most `finer_budget` times the
        work of all (needs 25 members).

        Returns one row a proposition and theory, the columns of the table that `cauce claims
        --out` writes: `effect_q05` to `effect_q95` (in `unit`), `noise` (of the people's luck, in
        one member; with 25 members and more), `scale` (of the runs that decided), `probability`
        (share of members in which the proposition holds), `right_way`, `observed`, `opposes`, ...

        Raises CauceError S110 (unknown claim; near miss), P311.
        """
        return studies.table(self._core.claims(_names(ids), _names(theory), members, seed,
                                               draws == "auto", predictions, threads,
                                               os.fspath(store), list(map(float, finer)),
                                               finer_budget, teller(progress)))

    def calibrate(self, theory: str = "open", until: str = "", *, members: int = 150,
                  iterations: int = 4, seed: int = 2017, threads: int = 0,
                  folder: str | os.PathLike[str] = "", progress: Progress = None) -> xr.Dataset:
        """Estimates a theory's parameters, and the world's noise, from what was observed.

        until: last month of data (default: the month before the decision); members, iterations: of
        the ensemble smoother (ES-MDA); folder: where the draws are written and a calibration that
        was stopped goes on (default: the system's own `posterior/`, where `run(draws=...)` and
        `hindcast` look for them).

        Returns a Dataset: `draws` [parameter, draw] in `parameter_unit`; `misfit` [iteration] (1 is
        what the stated errors allow); `prior` and `posterior` [unknown, quantile] in
        `unknown_unit`, `learned` (1 - variance after / before) and `shift` [unknown];
        `prior_log_error`, `log_error`, `discrepancy`, `inside_50`, `inside_90` [series] with
        coordinates target, place, group; `observed` and `predicted_before`, `predicted`
        [observation, quantile] (`cauce calibrate`).

        Raises CauceError P311, S101, S122 (nothing to calibrate on).
        """
        answer = self._core.calibrate(theory, until, members, iterations, seed, threads,
                                      os.fspath(folder), teller(progress))
        return studies.calibration(answer, self._attrs(seed=seed))

    def hindcast(self, theory: str | Iterable[str] = (), origin: str = "", until: str = "", *,
                 judged_until: str = "", seed: int = 2017, threads: int = 0,
                 folder: str | os.PathLike[str] = "", progress: Progress = None) -> xr.Dataset:
        """Scores calibrated theories on what followed, beside naive forecasts.

        theory: default all; origin, until: first and last month forecast (default: the decision,
        the last month with data); judged_until: last month scored (default: `until`); folder: of
        the posteriors (default: the system's own). Ex ante, drivers and policies are those known at
        the origin; ex post, as they came.

        Returns a Dataset: `forecast` [theory, knowledge, series, month, member] and `observed`
        [series, month], persons/month; `crps` (persons), `crps_log`, `log_score`, `inside_50`,
        `inside_90`, `first_year_ratio` [forecaster, knowledge, series], where forecasters are the
        theories, their mixture and baselines (`kind`); `weight` (stacking) with `weight_q05`,
        `weight_q95`, `pseudo_bma`, `log_density` [theory, knowledge] (`cauce hindcast`).

        Raises CauceError S123 (no monthly target of apprehensions), S124 (no posterior from data
        before the origin).
        """
        theories = _names(theory) or list(self.theories["name"])
        answer = self._core.hindcast(theories, origin, until, judged_until, seed, threads,
                                     os.fspath(folder), teller(progress))
        return studies.hindcast(answer, theories, self._attrs(seed=seed))

    def rolling_hindcast(self, theory: str | Iterable[str] = "open",
                         origins: str | Iterable[str] = (), *, months: int = 24,
                         members: int = 100, iterations: int = 4, seed: int = 2017,
                         threads: int = 0, folder: str | os.PathLike[str],
                         progress: Progress = None) -> xr.Dataset:
        """Calibrates, forecasts and scores again from each origin: ordinary times included.

        origins: first months forecast (default: every half-year from three years before the
        decision to half a year after it), `months` from each; folder: where each origin's
        calibration is kept, and taken again when it fits.

        Returns a Dataset of scores as `hindcast` gives them [origin, forecaster, knowledge,
        series]; means over origins are `.mean("origin")` (`cauce hindcast --rolling`).

        Raises CauceError S122 (no data before an origin), S123.
        """
        answer = self._core.rolling_hindcast(_names(theory), _names(origins), months, members,
                                             iterations, seed, threads, os.fspath(folder),
                                             teller(progress))
        return studies.rolling_hindcast(answer, self._attrs(seed=seed))

    def follow(self, fates: str | Iterable[str] = "left", policy: str = "as-enacted",
               theory: str = "open", *, kind: str = "", department: str = "", people: int = 3,
               member: int = 0, members: int = 20, seed: int = 2017,
               draws: Literal["prior", "auto"] = "auto", until: str = "",
               progress: Progress = None) -> pd.DataFrame:
        """Tells the lives of a few simulated people of one run; nobody in it is a real person.

        fates: what they lived through, in this order ("returned,left" or a list); kind: only adult,
        family or child; department: only from this one ("GT-HU"); people: how many; member: which
        member of an ensemble of `members`; draws: as in `claims`; until: last month (default: the last with data).

        Returns one row an event: person, kind, department, month, week, event, place, persons of
        the party, probability of this outcome, and the words in `en` and `es`;
        `attrs["matches"]` is how many people lived through all of it (`cauce follow`).

        Raises CauceError J013 (unknown fate), S113 (unknown kind or department), S114 (no such
        member), P310, P311, S101.
        """
        matches, rows = self._core.follow(",".join(_names(fates)), policy, theory, kind, department,
                                          people, member, members, seed, draws == "auto", until,
                                          teller(progress))
        return studies.lives(matches, rows, self._attrs(seed=seed, policy=policy, theory=theory))

    def _attrs(self, **more: Any) -> dict[str, Any]:
        return {"system": self.name, "scale": self.scale,
                **{k: v for k, v in more.items() if v not in ("", None)}}

    def __repr__(self) -> str:
        return f"<cauce.System {self.name!r}, scale 1:{self.scale:g}>"
