#include "cauce/report/fate.hpp"

#include <algorithm>

namespace cauce::report {

namespace {
double total(const FateTotals& totals, std::string_view name) {
  const auto found = totals.find(name);
  return found == totals.end() ? 0.0 : std::max(found->second, 0.0);
}
} // namespace

std::vector<FateLink> fate_links(const FateTotals& totals, double base) {
  const double departures = total(totals, "departures");
  if (departures <= 0.0 || !totals.contains("border_arrivals") ||
      !totals.contains("apprehensions")) {
    return {};
  }
  const double scale = base / departures;
  const auto of = [&](std::string_view name) { return total(totals, name) * scale; };
  std::vector<FateLink> links;
  const auto add = [&](const char* from, const std::string& to, double value) {
    if (value > 0.0)
      links.push_back({from, to, value});
  };

  // The road: what is left over is elsewhere, or (when more ended the journey than began it in the
  // period) everything is scaled to what left.
  const double road[] = {of("mexico_apprehensions"), of("road_deaths"), of("road_gave_up"),
                         of("border_arrivals")};
  double ended = 0.0;
  for (const double value : road)
    ended += value;
  const double shrink = ended > base ? base / ended : 1.0;
  add("left", "mexico_apprehended", road[0] * shrink);
  add("left", "road_death", road[1] * shrink);
  add("left", "gave_up", road[2] * shrink);
  add("left", "border", road[3] * shrink);
  add("left", "elsewhere", base - ended * shrink);

  if (totals.contains("mexico_returns")) {
    const double returned = std::min(of("mexico_returns") * shrink, road[0] * shrink);
    add("mexico_apprehended", "mexico_returned", returned);
    add("mexico_apprehended", "mexico_stays", road[0] * shrink - returned);
  }

  // The border: those expelled or repatriated who cross again at once are met once more.
  const double arrived = road[3] * shrink;
  const double port = of("port_encounters") * shrink, apprehended = of("apprehensions") * shrink,
               undetected = of("entries_undetected") * shrink,
               died = of("crossing_deaths") * shrink;
  const double met = port + apprehended + undetected + died;
  add("again", "border", met - arrived);
  add("border", "port", port);
  add("border", "apprehended", apprehended);
  add("border", "undetected", undetected);
  add("border", "crossing_death", died);
  add("border", "waiting", arrived - met);

  // Dispositions are counted over both kinds of encounter together; their split by kind is unknown.
  static constexpr const char* dispositions[] = {"repatriated", "detained", "released", "hhs",
                                                 "mpp",         "expelled", "agreement"};
  double decided = 0.0;
  for (const char* name : dispositions)
    decided += of(std::string("dispositions.") + name);
  const double encounters = port + apprehended;
  if (decided > 0.0 && encounters > 0.0) {
    add("apprehended", "encountered", apprehended);
    add("port", "encountered", port);
    const double share = std::min(1.0, encounters / (decided * shrink)) * shrink;
    for (const char* name : dispositions)
      add("encountered", name, of(std::string("dispositions.") + name) * share);
    const double open = encounters - decided * share;
    if (open > 1e-9 * encounters)
      add("encountered", "unresolved", open);
  }
  return links;
}

} // namespace cauce::report
