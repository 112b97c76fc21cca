// CSV by RFC 4180, its findings, and numbers that survive being written and read.
#include "cauce/base/table.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>

namespace cauce {
namespace {

Table parse(std::string_view text, Diagnostics& findings, std::vector<std::string> required = {}) {
  return Table::parse(text, "t.csv", required, findings);
}

TEST(Table, ReadsQuotesLineEndsCommentsAndRemembersLines) {
  Diagnostics findings;
  const Table table = parse("\xEF\xBB\xBF"
                            "a,b\r\n# a comment\n1,\"x, \"\"y\"\"\nz\"\n\n 2 , w \r3,\n",
                            findings);
  EXPECT_EQ(findings.text(), "");
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.columns(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.cell(0, "b"), "x, \"y\"\nz");
  EXPECT_EQ(table.cell(1, "a"), "2");
  EXPECT_EQ(table.cell(1, "b"), "w");
  EXPECT_EQ(table.cell(2, "b"), "");
  EXPECT_EQ(table.cell(2, "none"), "");
  EXPECT_EQ(table.where(0).line, 3);
  EXPECT_EQ(table.where(1).line, 6) << "the quoted line break and the blank line count";
  EXPECT_EQ(table.where(2).line, 7);
}

TEST(Table, SaysEveryFaultAndGoesOn) {
  Diagnostics findings;
  const Table table = parse("name,valeu\nx,1\ny\nz,1,2\nw,many\nv,\"open\n", findings,
                            {"name", "value", "source_id"});
  EXPECT_EQ(
      findings.text(),
      "t.csv:6: error B104: a quoted cell is never closed (add the missing '\"')\n"
      "t.csv:1: error B102: missing column 'value' (did you mean 'valeu'?)\n"
      "t.csv:1: error B102: missing column 'source_id' (add the column to the header)\n"
      "t.csv:3: error B103: the row has 1 cells, the header 2 (quote cells that hold commas)\n"
      "t.csv:4: error B103: the row has 3 cells, the header 2 (quote cells that hold commas)");
  EXPECT_EQ(table.number(1, "valeu", findings), std::nullopt);
  EXPECT_NE(findings.text().find("t.csv:5: error B105: 'many' is not a number (column 'valeu')"),
            std::string::npos);
}

TEST(Table, NumbersAreFiniteDecimals) {
  for (const char* text : {"nan", "inf", "-inf", "1e999", "1,5", "0x10", "1 2", "", "--1", "1.2.3"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  EXPECT_EQ(parse_number(" +2.5e3 "), 2500.0);
  Diagnostics findings;
  const Table table = parse("a,b\n,x\n7,x\n", findings);
  EXPECT_EQ(table.number(0, "a", findings, 3.0), 3.0);
  EXPECT_EQ(table.number(1, "a", findings, 3.0), 7.0);
  EXPECT_EQ(table.number(0, "a", findings), std::nullopt) << "an empty cell that may not be";
}

TEST(Table, AnyCellsComeBackAsTheyWere) {
  EXPECT_TRUE(rc::check([] {
    const auto character = rc::gen::element('a', '"', ',', '\n', ' ', '#', 'z');
    const auto cells = *rc::gen::container<std::vector<std::string>>(
        4, rc::gen::container<std::string>(character));
    std::string text = "k,a,b,c,d\nk";
    for (const std::string& cell : cells)
      text += "," + csv_cell("<" + cell + ">"); // no blanks at the ends: unquoted cells are trimmed
    Diagnostics findings;
    const Table table = parse(text, findings);
    RC_ASSERT(findings.text() == "");
    RC_ASSERT(table.rows() == 1U);
    for (int c = 0; c < 4; ++c)
      RC_ASSERT(table.cell(0, c + 1) == "<" + cells[static_cast<std::size_t>(c)] + ">");
  }));
}

TEST(Table, NoBytesCrashIt) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    Diagnostics findings;
    const Table table = parse(bytes, findings, {"a"});
    for (std::size_t row = 0; row < table.rows(); ++row)
      for (int c = 0; c < static_cast<int>(table.columns().size()); ++c)
        (void)table.cell(row, c);
    if (table.column("a") < 0)
      RC_ASSERT(findings.errors() > 0);
  }));
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_TRUE(rc::check([](double value) {
    if (std::isfinite(value))
      RC_ASSERT(parse_number(number_text(value)) == value);
  }));
}

} // namespace
} // namespace cauce
