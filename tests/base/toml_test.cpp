// TOML read strictly: types, missing keys, and keys that nobody asked for.
#include "cauce/base/toml.hpp"

#include <gtest/gtest.h>

namespace cauce {
namespace {

TEST(TomlTable, GivesTypedValues) {
  Diagnostics findings;
  TomlTable table = TomlTable::parse(
      "name = 'x'\nshare = 2\nfrom = 2017-06-01\nto = '2018-02'\n[at]\nkind = 'child'\n", "f.toml",
      findings);
  EXPECT_EQ(table.text("name"), "x");
  EXPECT_EQ(table.number("share"), 2.0);
  EXPECT_EQ(table.month("from"), Month::of(2017, 6));
  EXPECT_EQ(table.month("to"), Month::of(2018, 2));
  EXPECT_EQ(table.table("at").text_pairs(),
            (std::vector<std::pair<std::string, std::string>>{{"kind", "child"}}));
  table.finish();
  EXPECT_TRUE(findings.items().empty()) << findings.text();
}

TEST(TomlTable, SaysEveryFaultOfAFileInOnePass) {
  Diagnostics findings;
  TomlTable table = TomlTable::parse("valeu = 3\nfrom = '2017-13'\n", "f.toml", findings);
  table.number("value");
  table.month("from");
  table.finish();
  EXPECT_EQ(findings.text(), "f.toml:1: error B111: missing key 'value'\n"
                             "f.toml:2: error B112: 'from' must be a month such as \"2017-06\"\n"
                             "f.toml:1: error B110: unknown key 'valeu' (did you mean 'value'?)");
}

TEST(TomlTable, BrokenSyntaxNamesTheLine) {
  Diagnostics findings;
  try {
    TomlTable::parse("a = 1\nb = [1, 2\n", "f.toml", findings);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.diagnostic().code, "B113");
    EXPECT_EQ(error.diagnostic().where.file, "f.toml");
    EXPECT_GE(error.diagnostic().where.line, 2);
  }
}

} // namespace
} // namespace cauce
