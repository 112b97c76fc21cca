"""The Python module: the same numbers, names and errors as the command line."""

import csv
import math
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import numpy as np

import cauce

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "release" / "bin" / "cauce"
TEACUP = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
  <header><vendor>t</vendor><product version="1">t</product></header>
  <sim_specs method="RK4"><start>0</start><stop>30</stop><dt>0.125</dt></sim_specs>
  <model><variables>
    <stock name="Temperature"><eqn>180</eqn><outflow>loss</outflow></stock>
    <flow name="loss"><eqn>(Temperature - room) / time_to_cool</eqn></flow>
    <aux name="room"><eqn>70</eqn></aux>
    <aux name="time to cool"><eqn>10</eqn></aux>
  </variables></model>
</xmile>
"""


class Xmile(unittest.TestCase):
    def load(self, text=TEACUP):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.xmile"
            path.write_text(text)
            return cauce.xmile.load(path)

    def test_a_cooling_cup_follows_the_exponential(self):
        data = self.load().run()
        time = data["Time"].values
        exact = 70 + 110 * np.exp(-time / 10)
        np.testing.assert_allclose(data["Temperature"].values, exact, rtol=1e-7)

    def test_members_stand_side_by_side(self):
        data = self.load().run(members=3, set_by_member={"room": [60, 70, 80]}, only=["temperature"])
        self.assertEqual(data["Temperature"].dims, ("Time", "member"))
        last = data["Temperature"].isel(Time=-1).values
        for value, room in zip(last, (60, 70, 80)):
            self.assertAlmostEqual(value, room + (180 - room) * math.exp(-3), places=4)

    def test_what_a_variable_is(self):
        about = self.load().describe("LOSS")
        self.assertEqual(about["kind"], "flow")
        self.assertEqual(set(about["uses"]), {"Temperature", "room", "time to cool"})

    def test_errors_have_code_line_and_hint(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.load(TEACUP.replace("- room)", "- rooom)"))
        self.assertIn("rooom", str(caught.exception))
        self.assertTrue(caught.exception.code.startswith("X"))
        self.assertEqual(caught.exception.findings[0]["line"], 7)


class Systems(unittest.TestCase):
    def setUp(self):
        self.system = cauce.System("two-towns")

    def test_a_dataset_has_coordinates_and_units(self):
        data = self.system.run(members=4, until="2001-12")
        north = data["in_the_north"]
        self.assertEqual(north.dims, ("policy", "theory", "member", "month", "department"))
        self.assertEqual(north.attrs["units"], "persons")
        self.assertEqual(list(north.department.values), ["Uptown", "Midtown"])
        self.assertEqual(north.sizes["month"], 24)
        self.assertEqual(str(north.month.values[0])[:7], "2000-01")
        self.assertTrue(np.isfinite(north.values).all())

    def test_values_are_seen_in_place(self):
        data = self.system.run(members=2, until="2000-03")
        self.assertFalse(data["departures"].values.flags.owndata)

    def test_the_same_numbers_as_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAM, "run", ROOT / "systems" / "two-towns", "--members", "5",
                            "--until", "2004-12", "--out", folder], check=True,
                           capture_output=True)
            with open(Path(folder) / "summary.csv", newline="") as file:
                rows = [r for r in csv.DictReader(file)
                        if r["variable"] == "in_the_north" and r["month"] == "2004-12"]
        data = self.system.run(members=5, until="2004-12")["in_the_north"]
        for row in rows:
            mean = float(data.sel(department=row["place"]).isel(month=-1).mean("member").item())
            self.assertAlmostEqual(mean, float(row["mean"]), delta=0.5)
        self.assertEqual(len(rows), 2)

    def test_two_threads_of_python_are_as_one_after_the_other(self):
        alone = [self.system.run(members=3, seed=s, until="2002-12")["departures"].values
                 for s in (1, 2)]
        together = [None, None]

        def work(i):
            together[i] = self.system.run(members=3, seed=i + 1,
                                          until="2002-12")["departures"].values

        threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one, other in zip(alone, together):
            np.testing.assert_array_equal(one, other)

    def test_theories_disagree_about_jobs(self):
        table = self.system.compare(["as-enacted", "jobs"], ["jobs-hold", "jobs-pay"], members=20,
                                    outcomes=["departures"])
        jobs = table[table.policy == "jobs"].set_index("theory")
        self.assertLess(jobs.difference_q50["jobs-hold"], 0)
        self.assertGreater(jobs.difference_q50["jobs-pay"], 0)
        self.assertGreater(jobs.share_higher["jobs-pay"], 0.95)

    def test_unknown_names_come_with_a_near_miss(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.run(policy="jobz")
        self.assertEqual(caught.exception.code, "P310")
        self.assertIn("did you mean", str(caught.exception))
        with self.assertRaises(cauce.CauceError) as caught:
            cauce.System("no-such-place")
        self.assertEqual(caught.exception.code, "P325")

    def test_a_policy_and_a_theory_written_here(self):
        policy = cauce.Policy("wall", 'A "wall"').act("guards", "2005-01", value=0.9)
        theory = cauce.Theory("sceptic").believe("jobs on leaving", 0.0, -0.01, 0.01)
        system = self.system.with_policy(policy).with_theory(theory)
        table = system.compare(["as-enacted", "wall", "jobs"], "sceptic", members=10,
                               outcomes=["in_the_north"]).set_index("policy")
        self.assertLess(table.difference_q95["wall"], -2000)
        self.assertAlmostEqual(table.difference_q50["jobs"] / table.level_q50["jobs"], 0, delta=0.02)

    def test_a_faulty_policy_is_told_with_its_line(self):
        with self.assertRaises(cauce.CauceError) as caught:
            self.system.with_policy(cauce.Policy("x").act("gards", "2005-01", value=1))
        self.assertEqual(caught.exception.code, "Y103")
        self.assertIn("guards", str(caught.exception))

    def test_the_equations_run_alone(self):
        data = self.system.model.run(only=["in the north expected"])
        rate = 0.02 * 0.8 + 0.01
        exact = 20000 * 0.016 / rate * (1 - math.exp(-rate * 240))
        self.assertAlmostEqual(float(data["in the north expected"].isel(Time=-1).sum()), exact,
                               delta=exact * 0.005)

    def test_a_picture_in_one_line(self):
        import matplotlib
        matplotlib.use("Agg")
        axes = self.system.run(["as-enacted", "jobs"], members=3, until="2002-12").plot()
        self.assertEqual(len(axes.get_lines()), 2)
        self.assertEqual(axes.get_ylabel(), "persons")


if __name__ == "__main__":
    unittest.main()
