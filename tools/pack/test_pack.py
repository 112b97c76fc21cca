"""Tests of the pack's scripts on small made-up figures: what must hold whatever the figures are."""

import tempfile
import unittest
from pathlib import Path

import apprehensions
import check
import drivers
import network
import people
from figures import fiscal_year, months, months_of_fiscal_year, write_table


class Periods(unittest.TestCase):
    def test_fiscal_year_begins_in_october(self):
        self.assertEqual(fiscal_year("2016-09"), "FY2016")
        self.assertEqual(fiscal_year("2016-10"), "FY2017")
        for fiscal in ("FY2010", "FY2020"):
            self.assertEqual({fiscal_year(m) for m in months_of_fiscal_year(fiscal)}, {fiscal})
            self.assertEqual(len(months_of_fiscal_year(fiscal)), 12)

    def test_months_pass_new_year(self):
        self.assertEqual(months("2019-11", "2020-02"),
                         ["2019-11", "2019-12", "2020-01", "2020-02"])


class ProportionalFit(unittest.TestCase):
    def setUp(self):
        self.truth = {(c, k, m): 10.0 + 7 * i + 3 * j * j + 5 * n + 2 * i * n
                      for i, c in enumerate(apprehensions.NATIONALITIES)
                      for j, k in enumerate(apprehensions.KINDS) for n, m in enumerate("abcd")}

    def margins(self):
        tables = ({}, {}, {})
        for (c, k, m), value in self.truth.items():
            for table, key in zip(tables, ((c, k), (c, m), (k, m))):
                table[key] = table.get(key, 0.0) + value
        return tables

    def test_margins_are_met(self):
        guess = {cell: 1.0 for cell in self.truth}
        cells, miss = apprehensions.fit(guess, *self.margins())
        self.assertLess(miss, 1e-9)
        self.assertTrue(all(value >= 0.0 for value in cells.values()))

    def test_a_table_that_meets_its_margins_is_left_alone(self):
        cells, _ = apprehensions.fit(self.truth, *self.margins())
        for cell, value in self.truth.items():
            self.assertAlmostEqual(cells[cell], value, places=9)

    def test_without_interaction_of_three_the_truth_comes_back(self):
        self.truth = {(c, k, m): (i + 1.0) * (j + 2.0) * (n + 1.0) * (1.0 + 0.3 * i * n)
                      for i, c in enumerate(apprehensions.NATIONALITIES)
                      for j, k in enumerate(apprehensions.KINDS) for n, m in enumerate("abcd")}
        cells, _ = apprehensions.fit({cell: 1.0 for cell in self.truth}, *self.margins())
        for cell, value in self.truth.items():
            self.assertAlmostEqual(cells[cell] / value, 1.0, places=6)


class Shares(unittest.TestCase):
    def test_a_common_shift_meets_the_mean_and_keeps_the_order(self):
        shares, persons = {"a": 0.1, "b": 0.4, "c": 0.8}, {"a": 5.0, "b": 1.0, "c": 2.0}
        for wanted in (0.05, 0.3, 0.9):
            moved = people.shifted_to(shares, persons, wanted)
            mean = sum(moved[d] * persons[d] for d in moved) / 8.0
            self.assertAlmostEqual(mean, wanted, places=9)
            self.assertLess(moved["a"], moved["b"])
            self.assertLess(moved["b"], moved["c"])

    def test_strata_sum_to_one(self):
        rows = people.strata_of("GT-GU", (0.123, 0.456, "test"), 0.217, 0.741, "GT")
        self.assertEqual(len(rows), 12)
        self.assertAlmostEqual(sum(row["share"] for row in rows), 1.0, places=9)

    def test_interpolation_holds_after_the_last_point(self):
        self.assertEqual(drivers.interpolated({2010: 1.0, 2014: 3.0}, 2012), 2.0)
        self.assertEqual(drivers.interpolated({2010: 1.0, 2014: 3.0}, 2020), 3.0)

    def test_what_is_carried_forward_says_so(self):
        rows = drivers.carried([{"period": "2019", "value": 4.0, "status": "seen", "note": ""}],
                               ["2020"], 0.5, 2.0)
        self.assertEqual((rows[1]["status"], rows[1]["value"]), ("assumed", 4.0))
        self.assertIn("2 to 8", rows[1]["note"])


class Road(unittest.TestCase):
    def test_a_quarter_of_a_meridian(self):
        self.assertAlmostEqual(network.great_circle_km((0.0, 0.0), (90.0, 0.0)), 10007.5, delta=0.5)

    def test_multipliers_have_mean_one(self):
        km = {"a": 300.0, "b": 50.0, "c": 1000.0}
        values = network.relative({"a": 0.5, "b": 0.3, "c": 0.2}, km, 0.7)
        self.assertAlmostEqual(sum(values[s] * km[s] for s in km) / 1350.0, 1.0)
        self.assertGreater(values["b"], values["a"])

    def test_every_town_of_a_chain_is_a_node(self):
        nodes = {town[0] for town in network.TOWNS}
        for _, _, chain in network.CHAINS:
            self.assertLessEqual(set(chain.split()), nodes)

    def test_a_cycle_and_a_lone_corridor_are_found(self):
        nodes = [{"node": n, "kind": k} for n, k in (("o", "origin"), ("t", "town"),
                                                     ("s", "sector"))]
        there = [{"from": "o", "to": "t", "corridor": ""},
                 {"from": "t", "to": "s", "corridor": "Gulf"}]
        self.assertIn("only", check.road(nodes, there)[0])
        two = there + [{"from": "t", "to": "s", "corridor": "Pacific"}]
        self.assertEqual(check.road(nodes, two), [])
        back = two + [{"from": "t", "to": "o", "corridor": ""}]
        self.assertIn("cycle", check.road(nodes, back)[0])


class Tables(unittest.TestCase):
    def test_numbers_keep_their_value(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "new/table.csv"
            write_table(path, ("a", "b"), [{"a": 0.1234567, "b": 4224680000.0}, {"a": "x, y"}])
            self.assertEqual(path.read_text(), 'a,b\n0.1234567,4224680000\n"x, y",\n')


if __name__ == "__main__":
    unittest.main()
