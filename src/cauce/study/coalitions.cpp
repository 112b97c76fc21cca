#include "cauce/study/coalitions.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace cauce::study {

using system::Simulation;
using system::System;

std::vector<Mechanism> read_mechanisms(const std::filesystem::path& path, Diagnostics& findings) {
  std::vector<Mechanism> mechanisms;
  if (!std::filesystem::exists(path))
    return mechanisms;
  const std::vector<std::string> required = {"mechanism", "sector", "title_en", "title_es"};
  const Table table = Table::read(path, required, findings);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& name = table.cell(row, "mechanism");
    auto found = std::find_if(mechanisms.begin(), mechanisms.end(),
                              [&](const Mechanism& m) { return m.name == name; });
    if (found == mechanisms.end()) {
      mechanisms.push_back({name, {}, table.cell(row, "title_en"), table.cell(row, "title_es")});
      found = mechanisms.end() - 1;
    }
    found->sectors.push_back(table.cell(row, "sector"));
  }
  return mechanisms;
}

std::vector<Mechanism> all_mechanisms(const System& system, std::vector<Mechanism> mechanisms) {
  std::vector<std::string> sectors;
  for (const conditions::VariableInfo& info : system.model()->variables()) {
    if (!info.hidden && std::find(sectors.begin(), sectors.end(), info.group) == sectors.end())
      sectors.push_back(info.group);
  }
  if (mechanisms.empty()) {
    for (const std::string& sector : sectors)
      mechanisms.push_back({sector.empty() ? "(no sector)" : sector, {sector}});
  }
  std::set<std::string> named;
  for (const Mechanism& mechanism : mechanisms) {
    for (const std::string& sector : mechanism.sectors) {
      if (std::find(sectors.begin(), sectors.end(), sector) == sectors.end()) {
        throw Error("S108", {}, fmt::format("the equations have no sector '{}'", sector),
                    did_you_mean(sector, sectors));
      }
      if (!named.insert(sector).second)
        throw Error("S108", {}, fmt::format("the sector '{}' is in two mechanisms", sector));
    }
  }
  // What nobody named is a mechanism too, or the parts would not add up.
  Mechanism rest{"all else", {}};
  for (const std::string& sector : sectors) {
    if (!named.contains(sector))
      rest.sectors.push_back(sector);
  }
  if (!rest.sectors.empty())
    mechanisms.push_back(std::move(rest));
  if (mechanisms.size() > 60)
    throw Error("S108", {}, "more than 60 mechanisms", "put sectors together under one name");
  return mechanisms;
}

std::vector<SeenVariable> seen_variables(const System& system,
                                         const std::vector<Mechanism>& mechanisms) {
  std::map<std::string, std::size_t> mechanism_of_sector;
  for (std::size_t m = 0; m < mechanisms.size(); ++m) {
    for (const std::string& sector : mechanisms[m].sectors)
      mechanism_of_sector[sector] = m;
  }
  std::vector<std::size_t> mechanism_of;
  for (const conditions::VariableInfo& info : system.model()->variables())
    mechanism_of.push_back(info.hidden ? std::string::npos : mechanism_of_sector.at(info.group));
  return seen_variables(system, mechanism_of);
}

Coalitions::Coalitions(Simulation trunk, std::uint32_t first_step,
                       std::shared_ptr<const system::LeverPaths> other,
                       std::vector<SeenVariable> seen, std::size_t mechanisms, Finish finish)
    : trunk_(std::move(trunk)), other_(std::move(other)), finish_(std::move(finish)),
      record_(std::move(seen), first_step) {
  PathRecorder others(record_.seen(), record_.first_step());
  Simulation one = trunk_;
  one.watch(&record_);
  base_ = finish_(one);
  Simulation two = trunk_;
  two.set_levers(other_);
  two.watch(&others);
  difference_ = finish_(two);
  for (std::size_t v = 0; v < base_.size(); ++v)
    difference_[v] -= base_[v];
  std::vector<bool> active(mechanisms);
  for (std::size_t i = 0; i < record_.seen().size(); ++i) {
    if (record_.paths()[i].equations != others.paths()[i].equations ||
        record_.paths()[i].later != others.paths()[i].later)
      active[record_.seen()[i].mechanism] = true;
  }
  for (std::size_t m = 0; m < mechanisms; ++m) {
    if (active[m])
      players_.push_back(m);
  }
  worths_[0] = std::vector<double>(base_.size(), 0.0);
  worths_[(std::size_t{1} << players_.size()) - 1] = difference_;
}

// Mechanisms that do not differ are never frozen: they follow what the frozen ones show them.
const std::vector<double>& Coalitions::worth(std::size_t coalition) {
  const auto known = worths_.find(coalition);
  if (known != worths_.end())
    return known->second;
  std::uint64_t live = ~std::uint64_t{0};
  for (std::size_t p = 0; p < players_.size(); ++p) {
    if ((coalition >> p & 1U) == 0)
      live &= ~(std::uint64_t{1} << players_[p]);
  }
  Freezer freezer(record_, live);
  Simulation run = trunk_;
  run.set_levers(other_);
  run.watch(&freezer);
  std::vector<double> values = finish_(run);
  for (std::size_t v = 0; v < values.size(); ++v)
    values[v] -= base_[v];
  return worths_[coalition] = std::move(values);
}

std::vector<std::vector<double>> gains_of(Coalitions& coalitions,
                                          const std::vector<std::vector<std::size_t>>& orders,
                                          std::size_t measure) {
  std::vector<std::vector<double>> gains;
  for (const auto& order : orders) {
    std::size_t coalition = 0;
    auto& row = gains.emplace_back();
    for (const std::size_t player : order) {
      const double before = coalitions.worth(coalition)[measure];
      coalition |= std::size_t{1} << player;
      row.push_back(coalitions.worth(coalition)[measure] - before);
    }
  }
  return gains;
}

} // namespace cauce::study
