#include "cauce/report/pack_info.hpp"

#include "cauce/base/table.hpp"

#include <algorithm>

namespace cauce::report {

namespace fs = std::filesystem;

namespace {
template <typename Named>
const Named* find_named(const std::vector<Named>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

void read_roads(const fs::path& folder, PackInfo& pack, Diagnostics& findings) {
  const std::vector<std::string> node_columns = {"node", "kind", "latitude", "longitude"};
  const Table nodes = Table::read(folder / "nodes.csv", node_columns, findings);
  for (std::size_t row = 0; row < nodes.rows(); ++row) {
    pack.nodes.push_back({nodes.cell(row, "node"), nodes.cell(row, "kind"),
                          nodes.cell(row, "corridor"), nodes.cell(row, "sector"),
                          nodes.number(row, "latitude", findings).value_or(0.0),
                          nodes.number(row, "longitude", findings).value_or(0.0)});
  }
  const std::vector<std::string> link_columns = {"from", "to", "corridor"};
  const Table links = Table::read(folder / "links.csv", link_columns, findings);
  for (std::size_t row = 0; row < links.rows(); ++row) {
    pack.links.push_back({links.cell(row, "from"), links.cell(row, "to"),
                          links.cell(row, "corridor"), links.cell(row, "mode"),
                          links.cell(row, "status") == "assumed"});
  }
}

// Ids may be joined by ';'.
void count_uses(const std::string& ids, std::map<std::string, std::size_t>& uses) {
  std::size_t start = 0;
  while (start < ids.size()) {
    const std::size_t end = std::min(ids.find(';', start), ids.size());
    std::string id = ids.substr(start, end - start);
    id.erase(0, id.find_first_not_of(' '));
    id.erase(id.find_last_not_of(' ') + 1);
    if (!id.empty())
      ++uses[id];
    start = end + 1;
  }
}

void count_rows(const fs::path& file, PackInfo& pack) {
  if (!fs::exists(file))
    return;
  Diagnostics ignored; // the readers above say what is wrong; here only sources are counted
  const Table table = Table::read(file, {}, ignored);
  if (table.column("source_id") < 0)
    return;
  for (std::size_t row = 0; row < table.rows(); ++row)
    count_uses(table.cell(row, "source_id"), pack.source_uses);
}
} // namespace

const policy::Policy* PackInfo::find_policy(const std::string& name) const {
  return find_named(policies, name);
}
const policy::Theory* PackInfo::find_theory(const std::string& name) const {
  return find_named(theories, name);
}
const system::OutcomeSpec* PackInfo::find_outcome(const std::string& name) const {
  return find_named(manifest.outcomes, name);
}

PackInfo read_pack_info(const fs::path& folder) {
  Diagnostics findings;
  PackInfo pack;
  pack.folder = folder;
  pack.manifest = system::read_pack_manifest(folder / "system.toml", findings);
  pack.sources = evidence::Sources::read(folder / "data/sources.csv", findings);
  pack.places = evidence::Places::read(folder / "places.csv", findings);
  pack.parameters = evidence::read_parameters(folder / "parameters.csv", pack.sources, findings);
  pack.words = system::PackWords::of_pack(folder, findings);
  pack.targets =
      evidence::SeriesTable::read(folder / "data/targets.csv", pack.places, pack.sources, findings);
  pack.levers = policy::read_levers(folder / "levers.csv", pack.sources, findings);
  pack.policies = policy::read_policies(folder / "policies", pack.levers, pack.sources, findings);
  pack.theories = policy::read_theories(folder / "theories", pack.parameters, findings);
  read_roads(folder / "network", pack, findings);
  findings.throw_if_errors();

  for (const char* file : {"places.csv", "strata.csv", "abroad.csv", "diaspora.csv",
                           "network/nodes.csv", "network/links.csv", "parameters.csv", "levers.csv",
                           "events.csv", "data/drivers.csv", "data/targets.csv"}) {
    count_rows(folder / file, pack);
  }
  for (const policy::Policy& policy : pack.policies) {
    for (const policy::Action& action : policy.actions)
      count_uses(action.source_id, pack.source_uses);
  }
  return pack;
}

} // namespace cauce::report
