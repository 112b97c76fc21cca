"""Studies from Python: their answers mean what they say, and are those of the command line."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import numpy as np
import xarray as xr

import cauce

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "release" / "bin" / "cauce"
TOWNS = ROOT / "systems" / "two-towns"
TRIANGLE = ROOT / "systems" / "northern-triangle"


def program(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class InFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.system = cauce.System(TOWNS)

    def copy_of(self, pack, scale=1.0):
        shutil.copytree(pack, self.folder / "pack")
        return cauce.System(self.folder / "pack", scale=scale)


class Attribution(InFolder):
    def test_parts_add_up_to_the_difference_member_by_member(self):
        parts = self.system.attribute(["as-enacted", "jobs"], ["departures", "in_the_north@Uptown"],
                                      "jobs-pay", members=5, until="2007-12")
        self.assertEqual(parts["part"].dims, ("outcome", "mechanism", "member"))
        np.testing.assert_allclose(parts["part"].sum("mechanism"), parts["difference"], atol=1e-6)
        self.assertTrue(parts.attrs["exact"])
        self.assertEqual(list(parts.unit.values), ["persons", "persons"])
        self.assertEqual(parts["part"].attrs["units"], "persons")

    def test_the_difference_is_that_of_the_runs(self):
        policies = ["as-enacted", "jobs"]
        parts = self.system.attribute(policies, "departures", members=4, until="2006-12")
        runs = self.system.run(policies, members=4, until="2006-12").total("departures")
        summed = runs.sel(month=slice("2005-01", None)).sum("month").isel(theory=0)
        difference = summed.sel(policy="jobs") - summed.sel(policy="as-enacted")
        np.testing.assert_allclose(parts["difference"].sel(outcome="departures"), difference,
                                   rtol=1e-6)

    def test_the_same_numbers_as_the_command_line(self):
        program("attribute", TOWNS, "--policy", "as-enacted", "--policy", "guarded-bridge",
                "--outcome", "in_the_north", "--members", 4, "--until", "2006-12", "--out",
                self.folder)
        parts = self.system.attribute(["as-enacted", "guarded-bridge"], "in_the_north", members=4,
                                      until="2006-12")
        table = rows(self.folder / "attribution.csv")
        self.assertEqual([r["mechanism"] for r in table], list(parts.mechanism.values))
        for row in table:
            part = parts["part"].sel(outcome="in_the_north", mechanism=row["mechanism"])
            self.assertAlmostEqual(float(part.mean()), float(row["mean"]),
                                   delta=1e-5 * abs(float(row["mean"])) + 1e-9)

    def test_sectors_taken_together_are_one_mechanism(self):
        sectors = sorted({self.system.model.describe(n)["group"] for n in self.system.model.names}
                         - {""})
        parts = self.system.attribute(["as-enacted", "jobs"], "departures", "jobs-hold", members=3,
                                      until="2006-12", mechanisms={"all": sectors})
        self.assertEqual(list(parts.mechanism.values), ["all"])
        np.testing.assert_allclose(parts["part"].sel(mechanism="all"), parts["difference"])
        self.assertLess(float(parts["difference"].mean()), 0)

    def test_faulty_questions(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.attribute(["as-enacted", "jobs"], "departures", mechanisms={"a": ["Roads"]})
        self.assertEqual(caught.exception.code, "S108")
        with self.assertRaises(ValueError):
            self.system.attribute(["as-enacted"], "departures")


class Sensitivity(InFolder):
    def test_what_people_in_the_north_depend_on(self):
        data = self.system.sensitivity("as-enacted", "in_the_north", points=64, luck=False,
                                       start="2000-01", until="2004-12")
        total = data["total"].sel(outcome="in_the_north")
        self.assertGreater(float(total.sel(input="base departure hazard")), 0.5)
        # There are no jobs before 2005.
        self.assertLess(abs(float(total.sel(input="jobs on leaving"))), 0.02)
        self.assertTrue((data["total_low"] <= data["total"]).all())
        self.assertTrue((data["total"] <= data["total_high"]).all())
        self.assertEqual(data["mean"].attrs["units"], "persons")
        self.assertEqual(data["total"].attrs["units"], "1")

    def test_the_same_numbers_as_the_command_line(self):
        for method, name in (("sobol", "total"), ("morris", "mu_star")):
            out = self.folder / method
            program("sensitivity", TOWNS, "--policy", "as-enacted", "--policy", "jobs", "--outcome",
                    "departures", "--method", method, "--points", 8, "--until", "2006-12", "--out",
                    out)
            data = self.system.sensitivity(["as-enacted", "jobs"], "departures", method=method,
                                           points=8, until="2006-12")
            table = rows(out / "sensitivity.csv")
            self.assertEqual([r["input"] for r in table], list(data.input.values))
            for row in table:
                value = float(data[name].sel(outcome="departures", input=row["input"]))
                self.assertAlmostEqual(value, float(row[name]), delta=1e-5 * abs(value) + 1e-9)

    def test_an_unknown_parameter_is_told_with_its_near_miss(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.sensitivity("as-enacted", "departures", parameters="jobs on leavin")
        self.assertEqual(caught.exception.code, "S109")
        self.assertIn("jobs on leaving", str(caught.exception))


class Claims(InFolder):
    def test_opposed_claims_hold_under_opposed_theories(self):
        table = self.system.claims(["jobs-keep-people", "jobs-pay-journeys"],
                                   ["jobs-hold", "jobs-pay"], members=20)
        holds = table.pivot(index="claim_id", columns="theory", values="probability")
        self.assertGreater(holds.loc["jobs-keep-people", "jobs-hold"], 0.9)
        self.assertLess(holds.loc["jobs-keep-people", "jobs-pay"], 0.1)
        self.assertGreater(holds.loc["jobs-pay-journeys", "jobs-pay"], 0.9)
        self.assertEqual(set(table.unit), {"percent"})
        self.assertEqual(set(table.opposes), {"jobs-keep-people", "jobs-pay-journeys"})

    def test_the_table_of_the_command_line(self):
        program("claims", TOWNS, "--members", 3, "--scale", 10, "--out", self.folder)
        program("claims", TOWNS, "--members", 3, "--scale", 10, "--out", self.folder,
                "--predictions")
        system = cauce.System(TOWNS, scale=10)
        for name, table in (("claims", system.claims(members=3)),
                            ("predictions", system.claims(members=3, predictions=True))):
            written = rows(self.folder / f"{name}.csv")
            self.assertEqual(list(table.columns), list(written[0]))
            self.assertEqual(len(table), len(written))
            for (_, line), row in zip(table.iterrows(), written):
                for column, cell in row.items():
                    if isinstance(line[column], str):
                        self.assertEqual(line[column], cell)
                    elif cell == "":
                        self.assertTrue(np.isnan(line[column]))
                    else:
                        self.assertEqual(line[column], float(cell))

    def test_an_unknown_claim(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.claims("jobs-keep-peple")
        self.assertEqual(caught.exception.code, "S110")
        self.assertIn("jobs-keep-people", str(caught.exception))


class Arrays(InFolder):
    """The NetCDF files beside the tables say what the tables say."""

    def test_of_a_study(self):
        text = (ROOT / "examples" / "studies" / "two-towns.toml").read_text(encoding="utf-8")
        text = text.replace("../../systems/two-towns", str(TOWNS)).replace("../../out", ".")
        (self.folder / "study.toml").write_text(text, encoding="utf-8")
        program("study", self.folder / "study.toml")
        out = self.folder / "two-towns"

        def read(name):
            return xr.load_dataset(out / f"{name}.nc"), rows(out / f"{name}.csv")

        data, table = read("attribution")
        np.testing.assert_allclose(data["part"].sum("mechanism"), data["difference"], atol=1e-6)
        self.assertEqual(str(data["unit"].sel(outcome="departures").item()), "persons")
        for row in table:
            part = data["part"].sel(outcome=row["outcome"], mechanism=row["mechanism"])
            self.assertAlmostEqual(float(part.mean()), float(row["mean"]), delta=1e-6)

        data, table = read("sensitivity")
        self.assertNotIn("mu_star", data)
        for row in table:
            at = data.sel(outcome=row["outcome"], input=row["input"])
            for name in ("first", "total_low", "total_high"):
                self.assertEqual(float(at[name]), float(row[name]))

        data, table = read("information")
        self.assertEqual(data["value"].attrs["units"], "persons")
        for row in table:
            self.assertEqual(float(data["noise"].sel(input=row["input"])), float(row["noise"]))
        self.assertAlmostEqual(float(data["best_share"].sum()), 1.0)

        data, table = read("robustness")
        self.assertEqual(data["value"].dims, ("outcome", "policy", "future"))
        np.testing.assert_allclose(data["value"].mean("future"), data["mean"])
        for row in table:
            cell = data.sel(outcome=row["outcome"], policy=row["policy"])
            self.assertEqual(float(cell["regret_90"]), float(row["regret_90"]))
            self.assertEqual(np.isnan(cell["good_enough"]), row["good_enough"] == "")
        self.assertEqual(data["input_value"].shape, (64, data.sizes["input"]))

        data, table = read("front")
        self.assertEqual(data.sizes["proposal"], len(table))
        for at, row in enumerate(table):
            cells = list(map(float, row.values()))
            here = data.isel(proposal=at)
            np.testing.assert_array_equal(
                [*here["stands_at"], *here["value"], here["cost"]], cells)

        data, table = read("effects")
        for row in table:
            cell = data.sel(outcome=row["outcome"], theory=row["theory"], policy=row["policy"],
                            month=row["month"])
            self.assertEqual(float(cell["q95"]), float(row["q95"]))

    def test_of_claims(self):
        program("claims", TOWNS, "--members", 25, "--scale", 100, "--finer", "50,10",
                "--finer-budget", 100, "--out", self.folder)
        manifest = json.loads((self.folder / "claims.manifest.json").read_text())
        self.assertEqual(manifest["settings"], {"repeats": 1, "finer_budget": 100, "finer_1": 50,
                                                "finer_2": 10})
        data = xr.load_dataset(self.folder / "claims.nc")
        table = rows(self.folder / "claims.csv")
        self.assertEqual(data.sizes["proposition"] * data.sizes["theory"], len(table))
        for row in table:
            name = row["claim_id"] + (":" + row["part"] if row["part"] else "")
            cell = data.sel(proposition=name, theory=row["theory"])
            self.assertAlmostEqual(float(cell["effect_q50"]), float(row["effect_q50"]),
                                   delta=1e-3 * abs(float(row["effect_q50"])))
            self.assertEqual(float(cell["scale"]), float(row["scale"]))
            self.assertEqual(str(cell["unit"].item()), row["unit"])
        self.assertTrue(set(np.unique(data["scale"])) <= {100.0, 50.0, 10.0})


class Calibration(InFolder):
    def test_data_narrow_what_they_tell_of_and_runs_use_it(self):
        system = self.copy_of(TOWNS, scale=10)
        with self.assertRaises(cauce.CauceError) as caught:
            system.run(draws="posterior", members=2, until="2000-03")
        self.assertEqual(caught.exception.code, "S124")
        found = system.calibrate(members=24, iterations=3)
        self.assertLess(float(found["misfit"][-1]), 0.5 * float(found["misfit"][0]))
        learned = found["learned"].sel(unknown="base departure hazard")
        self.assertGreater(float(learned), 0.3)
        wide = found["prior"].sel(unknown="base departure hazard")
        narrow = found["posterior"].sel(unknown="base departure hazard")
        self.assertLess(float(narrow.sel(quantile=0.95) - narrow.sel(quantile=0.05)),
                        float(wide.sel(quantile=0.95) - wide.sel(quantile=0.05)))
        self.assertEqual(found["draws"].sizes["draw"], 24)
        unit = str(found.unknown_unit.sel(unknown="base departure hazard").item())
        self.assertEqual(unit, system.parameters.set_index("name").unit["base departure hazard"])
        options = {"members": 24, "until": "2004-12"}
        before = system.run(draws="prior", **options).total("in_the_north").isel(month=-1)
        after = system.run(draws="posterior", **options).total("in_the_north").isel(month=-1)
        self.assertLess(float(after.std()), float(before.std()))

    def test_the_files_of_the_command_line(self):
        options = ["--members", 8, "--iterations", 2, "--until", "2004-12", "--scale", 10]
        program("calibrate", TOWNS, "--theory", "open", *options, "--out", self.folder / "c")
        found = cauce.System(TOWNS, scale=10).calibrate(members=8, iterations=2,
                                                        folder=self.folder / "py")
        for name in ("open.draws.csv", "open.parameters.csv", "open.series.csv", "open.check.csv",
                     "open.json"):
            self.assertEqual((self.folder / "py" / name).read_bytes(),
                             (self.folder / "c" / name).read_bytes(), name)
        for row in rows(self.folder / "c" / "open.parameters.csv"):
            name = row["name"] + (f"[{row['element']}]" if row["element"] else "")
            here = found["posterior"].sel(unknown=name, quantile=0.5)
            self.assertAlmostEqual(float(here), float(row["q50"]), delta=1e-4 * abs(float(here)))
        checks = rows(self.folder / "c" / "open.check.csv")
        self.assertEqual([c["from"] for c in checks],
                         [str(m)[:7] for m in found.month.values])
        np.testing.assert_allclose(found["observed"], [float(c["observed"]) for c in checks],
                                   rtol=1e-5)

    def test_nothing_to_calibrate_on(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.calibrate(until="2000-01", folder=self.folder)
        self.assertEqual(caught.exception.code, "S122")


class Hindcast(InFolder):
    def test_forecasts_are_scored_as_the_command_line_does(self):
        theories = ["open", "deterrence"]
        system = cauce.System(TRIANGLE, scale=2000)
        with self.assertRaises(cauce.CauceError) as caught:
            system.hindcast("open", folder=self.folder)
        self.assertEqual(caught.exception.code, "S124")
        for theory in theories:
            system.calibrate(theory, members=4, iterations=1, folder=self.folder)
        data = system.hindcast(theories, until="2018-12", folder=self.folder)
        self.assertEqual(data["forecast"].dims,
                         ("theory", "knowledge", "series", "month", "member"))
        self.assertEqual(data["forecast"].sizes["month"], 19)
        self.assertAlmostEqual(float(data["weight"].sel(knowledge="ex ante").sum()), 1.0, places=6)
        # The three countries add up to all, and so do the kinds: in forecasts, whose countries have
        # errors of their own, the kinds do.
        self.assertEqual(list(data.series.values[:2]), ["all", "Guatemala"])
        kinds = data["forecast"].isel(series=slice(4, 7)).sum("series")
        np.testing.assert_allclose(kinds, data["forecast"].sel(series="all"), rtol=1e-6)
        for margin in (slice(1, 4), slice(4, 7)):
            counted = data["observed"].isel(series=margin).sum("series")
            np.testing.assert_allclose(counted, data["observed"].sel(series="all"), rtol=1e-6)
        # The score of an ensemble, by its definition.
        values = data["forecast"].sel(theory="open", knowledge="ex ante", series="all")
        observed = data["observed"].sel(series="all")
        crps = (abs(values - observed).mean("member")
                - 0.5 * abs(values - values.rename(member="other")).mean(["member", "other"]))
        self.assertAlmostEqual(float(crps.mean()) / float(data["crps"].sel(
            forecaster="open", knowledge="ex ante", series="all")), 1.0, places=6)
        program("hindcast", TRIANGLE, "--theory", "open", "--theory", "deterrence", "--until",
                "2018-12", "--judged-until", "2018-12", "--scale", 2000, "--posterior", self.folder,
                "--out", self.folder / "out")
        for row in rows(self.folder / "out" / "skill.csv"):
            known = row["knowledge"] or "ex ante"
            here = data.sel(forecaster=row["forecaster"], knowledge=known, series=row["series"])
            self.assertEqual(str(here.kind.item()), row["kind"])
            self.assertAlmostEqual(float(here["crps"]), float(row["crps"]),
                                   delta=1e-4 * float(row["crps"]))
        for row in rows(self.folder / "out" / "weights.csv"):
            weight = data["weight"].sel(theory=row["theory"], knowledge=row["knowledge"])
            self.assertAlmostEqual(float(weight), float(row["stacking"]), delta=1e-4)


    def test_rolling_origins_are_those_of_the_command_line(self):
        system = cauce.System(TRIANGLE, scale=2000)
        data = system.rolling_hindcast("open", ["2015-06", "2016-06"], months=12, members=4,
                                       iterations=1, folder=self.folder)
        self.assertEqual(data["crps"].dims, ("origin", "forecaster", "knowledge", "series"))
        self.assertEqual([str(m)[:7] for m in data.origin.values], ["2015-06", "2016-06"])
        self.assertTrue(bool(np.isfinite(data["crps"].sel(forecaster="open")).all()))
        # An origin by itself is a hindcast with the calibration kept for it.
        alone = system.hindcast("open", "2016-06", "2017-05", folder=self.folder / "2016-06")
        for name in ("crps", "inside_90"):
            here = data[name].isel(origin=1).sel(forecaster=alone.forecaster)
            np.testing.assert_allclose(here, alone[name], rtol=1e-12)


class Follow(InFolder):
    def test_lives_are_those_of_the_command_line(self):
        words = json.loads(program("follow", TRIANGLE, "--fates", "returned,left", "--people", 2,
                                   "--scale", 300, "--until", "2014-12", "--json"))
        told = cauce.System(TRIANGLE, scale=300).follow(["returned", "left"], people=2,
                                                        until="2014-12")
        self.assertEqual(told.attrs["matches"], words["matches"])
        self.assertEqual(told.person.nunique(), len(words["lives"]))
        events = [e for life in words["lives"] for e in life["events"]]
        self.assertEqual(list(told.en), [e["en"] for e in events])
        self.assertEqual(list(told.probability), [e["probability"] for e in events])
        self.assertTrue(told.month.groupby(told.person).apply(lambda m: m.is_monotonic_increasing)
                        .all())

    def test_unknown_names(self):
        for options, code in (({"fates": "retuned"}, "J013"), ({"kind": "adlt"}, "S113"),
                              ({"member": 20}, "S114"), ({"until": "2050-01"}, "S101"),
                              ({"until": "soon"}, "U102")):
            with self.assertRaises(cauce.CauceError) as caught:
                self.system.follow(**options)
            self.assertEqual(caught.exception.code, code)


class Long(InFolder):
    """Calls that take long: told of, stopped, side by side."""

    def test_progress_rises_to_the_end(self):
        told = []
        self.system.run(["as-enacted", "jobs"], members=12, until="2002-12", threads=1,
                        progress=lambda *step: told.append(step))
        whats, done, totals = zip(*told)
        self.assertEqual(set(whats), {"runs"})
        self.assertEqual(list(done), sorted(set(done)))
        self.assertEqual((done[-1], set(totals)), (12, {12}))

    def test_what_the_progress_function_raises_ends_the_call(self):
        class Enough(Exception):
            pass

        def stop(what, done, total):
            if done >= 3:
                raise Enough

        with self.assertRaises(Enough):
            self.system.run(members=500, until="2019-12", progress=stop)
        self.assertEqual(self.system.run(members=1, until="2000-02").sizes["month"], 2)

    def test_ctrl_c_ends_a_long_call_soon(self):
        code = ("import cauce, sys\n"
                "system = cauce.System(sys.argv[1])\n"
                "told = []\n"
                "def tell(what, done, total):\n"
                "    if not told:\n"
                "        print('running', flush=True)\n"
                "    told.append(done)\n"
                "try:\n"
                "    system.run(members=3000, progress=tell)\n"
                "except KeyboardInterrupt:\n"
                "    print('stopped')\n"
                "print(system.run(members=1, until='2000-02').sizes['month'])\n")
        child = subprocess.Popen([sys.executable, "-c", code, TOWNS], stdout=subprocess.PIPE,
                                 text=True, env={**os.environ})
        self.addCleanup(child.stdout.close)
        self.assertEqual(child.stdout.readline(), "running\n")
        asked = time.monotonic()
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.stdout.read(), "stopped\n2\n")
        self.assertEqual(child.wait(), 0)
        self.assertLess(time.monotonic() - asked, 10)  # all of it takes minutes

    def test_other_threads_of_python_go_on_meanwhile(self):
        counted, ended = [0], threading.Event()

        def count():
            while not ended.is_set():
                counted[0] += 1
                time.sleep(0.001)

        thread = threading.Thread(target=count)
        thread.start()
        began = time.monotonic()
        self.system.run(members=200, threads=1)
        spent = time.monotonic() - began
        ended.set()
        thread.join()
        # With the GIL held the counter would have stood at a few steps.
        self.assertGreater(counted[0], 20 * spent)

    def test_two_systems_on_two_threads_are_as_one_after_the_other(self):
        triangle = cauce.System(TRIANGLE, scale=2000)
        work = [lambda: self.system.run(members=20)["departures"].values,
                lambda: triangle.run(members=2, until="2013-12")["apprehensions"].values]
        alone = [one() for one in work]
        together = [None, None]

        def put(i):
            together[i] = work[i]()

        threads = [threading.Thread(target=put, args=(i,)) for i in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one, other in zip(alone, together):
            np.testing.assert_array_equal(one, other)


class Types(unittest.TestCase):
    def test_stubs_say_what_the_compiled_part_has(self):
        from cauce import _core

        stub = (Path(cauce.__file__).parent / "_core.pyi").read_text(encoding="utf-8")
        for owner in (_core, _core.System, _core.Cube, _core.Model):
            for name in vars(owner):
                if not name.startswith("_"):
                    self.assertRegex(stub, rf"\b(def|class) {name}\b|\b{name}: ", f"{owner} {name}")
        for name, words in {"attribute": "order_pairs", "sensitivity": "by_sector",
                            "claims": "predictions", "hindcast": "judged_until",
                            "rolling_hindcast": "origins"}.items():
            signature = getattr(_core.System, name).__doc__
            given = stub.split(f"def {name}(self", 1)[1].split(")", 1)[0]
            for argument in (words, "tell"):
                self.assertIn(argument, signature)
                self.assertIn(argument, given)


if __name__ == "__main__":
    unittest.main()
