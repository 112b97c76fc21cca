#include "cauce/evidence/population.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace cauce::evidence {

namespace {
constexpr double most_persons = 1e10; // more than there are people

// Index of the element of the place with this code; -1 and a finding when there is none.
int element_index(const std::string& code, const Places& places,
                  std::span<const std::string> elements, const SourcePos& where,
                  Diagnostics& findings) {
  if (const Place* place = places.find(code)) {
    const auto found = std::find(elements.begin(), elements.end(), place->element);
    if (found != elements.end())
      return static_cast<int>(found - elements.begin());
    findings.error("E105", where,
                   fmt::format("'{}' is a {}, which does not belong here", code, place->kind));
    return -1;
  }
  findings.error("E105", where, fmt::format("unknown place '{}'", code),
                 did_you_mean(code, places.codes()));
  return -1;
}

int name_index(const std::string& name, std::span<const std::string> known, std::string_view what,
               const SourcePos& where, Diagnostics& findings) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found != known.end())
    return static_cast<int>(found - known.begin());
  findings.error("E111", where, fmt::format("unknown {} '{}'", what, name),
                 did_you_mean(name, known));
  return -1;
}

std::optional<double> share(const Table& table, std::size_t row, Diagnostics& findings) {
  const auto value = table.number(row, "share", findings);
  if (value && (*value < 0.0 || *value > 1.0)) {
    findings.error("E103", table.where(row),
                   fmt::format("a share must lie between 0 and 1, found {}", *value));
    return std::nullopt;
  }
  return value;
}
} // namespace

std::vector<std::int64_t> read_residents(const std::filesystem::path& strata, const Places& places,
                                         std::span<const std::string> departments,
                                         std::span<const std::string> strata_names,
                                         const Sources& sources, Diagnostics& findings) {
  const std::vector<std::string> required = {"department", "stratum", "share", "source_id",
                                             "status"};
  const Table table = Table::read(strata, required, findings);
  const std::size_t kinds = strata_names.size();
  std::vector<double> shares(departments.size() * kinds, 0.0);
  if (table.column("share") < 0)
    return {};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const SourcePos where = table.where(row);
    sources.check(table.cell(row, "source_id"), table.cell(row, "status"), where, findings);
    const int d =
        element_index(table.cell(row, "department"), places, departments, where, findings);
    const int s = name_index(table.cell(row, "stratum"), strata_names, "stratum", where, findings);
    const auto value = share(table, row, findings);
    if (d < 0 || s < 0 || !value)
      continue;
    shares[static_cast<std::size_t>(d) * kinds + static_cast<std::size_t>(s)] += *value;
  }
  std::vector<std::int64_t> residents(shares.size(), 0);
  for (std::size_t d = 0; d < departments.size(); ++d) {
    const auto cells = std::span(shares).subspan(d * kinds, kinds);
    const double sum = std::accumulate(cells.begin(), cells.end(), 0.0);
    const Place* place = places.find_element(departments[d]);
    if (std::abs(sum - 1.0) > 1e-6) {
      findings.error("E112", {table.name(), 0, 0},
                     fmt::format("the shares of {} sum to {}, not 1", departments[d], sum));
      continue;
    }
    if (place == nullptr || place->population_2010 <= 0.0) {
      findings.error("E103", place == nullptr ? SourcePos{table.name(), 0, 0} : place->where,
                     fmt::format("{} needs a positive population_2010", departments[d]));
      continue;
    }
    const auto population = static_cast<std::int64_t>(std::llround(place->population_2010));
    std::int64_t left = population;
    std::vector<std::pair<double, std::size_t>> remainders;
    for (std::size_t s = 0; s < kinds; ++s) {
      const double exact = static_cast<double>(population) * cells[s] / sum;
      const double whole = std::floor(exact);
      residents[d * kinds + s] = static_cast<std::int64_t>(whole);
      left -= residents[d * kinds + s];
      remainders.emplace_back(whole - exact, s); // most negative first: the largest remainder
    }
    std::sort(remainders.begin(), remainders.end());
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) {
      ++residents[d * kinds + remainders[i].second];
    }
  }
  return residents;
}

std::vector<std::int64_t> read_abroad(const std::filesystem::path& path, const Places& places,
                                      std::span<const std::string> countries,
                                      std::span<const std::string> kinds,
                                      std::span<const std::string> statuses, const Sources& sources,
                                      Diagnostics& findings) {
  const std::vector<std::string> required = {"country", "kind",      "status",
                                             "persons", "source_id", "evidence"};
  const Table table = Table::read(path, required, findings);
  std::vector<std::int64_t> abroad(countries.size() * kinds.size() * statuses.size(), 0);
  if (table.column("persons") < 0)
    return abroad;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const SourcePos where = table.where(row);
    sources.check(table.cell(row, "source_id"), table.cell(row, "evidence"), where, findings);
    const int c = element_index(table.cell(row, "country"), places, countries, where, findings);
    const int k = name_index(table.cell(row, "kind"), kinds, "kind", where, findings);
    const int s = name_index(table.cell(row, "status"), statuses, "status", where, findings);
    const auto persons = table.number(row, "persons", findings);
    if (persons && (*persons < 0.0 || *persons > most_persons)) {
      findings.error(
          "E103", where,
          fmt::format("persons must lie between 0 and {}, found {}", most_persons, *persons));
      continue;
    }
    if (c < 0 || k < 0 || s < 0 || !persons)
      continue;
    abroad[(static_cast<std::size_t>(c) * kinds.size() + static_cast<std::size_t>(k)) *
               statuses.size() +
           static_cast<std::size_t>(s)] += static_cast<std::int64_t>(std::llround(*persons));
  }
  return abroad;
}

std::vector<double> read_diaspora(const std::filesystem::path& path, const Places& places,
                                  std::span<const std::string> departments,
                                  std::span<const int> country_of_department,
                                  const Sources& sources, Diagnostics& findings) {
  const std::vector<std::string> required = {"department", "share", "source_id", "status"};
  const Table table = Table::read(path, required, findings);
  std::vector<double> shares(departments.size(), 0.0);
  if (table.column("share") < 0)
    return shares;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const SourcePos where = table.where(row);
    sources.check(table.cell(row, "source_id"), table.cell(row, "status"), where, findings);
    const int d =
        element_index(table.cell(row, "department"), places, departments, where, findings);
    const auto value = share(table, row, findings);
    if (d >= 0 && value)
      shares[static_cast<std::size_t>(d)] += *value;
  }
  std::map<int, double> sums;
  std::map<int, std::string> names;
  for (std::size_t d = 0; d < departments.size(); ++d) {
    const int country = country_of_department[d];
    sums[country] += shares[d];
    const Place* place = places.find_element(departments[d]);
    names[country] = place == nullptr ? departments[d] : place->parent;
  }
  for (const auto& [country, sum] : sums) {
    if (std::abs(sum - 1.0) > 1e-6) {
      findings.error(
          "E112", {table.name(), 0, 0},
          fmt::format("the shares of {}'s departments sum to {}, not 1", names[country], sum));
    }
  }
  return shares;
}

} // namespace cauce::evidence
