// The data of a report, gathered outcome by outcome and written as JSON. Each value is rounded to
// four significant digits: more would be noise, and a page should be small.
#include "cauce/base/files.hpp"
#include "cauce/report/fate.hpp"
#include "cauce/report/judged.hpp"
#include "cauce/report/members.hpp"
#include "cauce/report/record.hpp"
#include "cauce/report/report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace cauce::report {

using nlohmann::json;
using ordered = nlohmann::ordered_json;
using results::OutcomeInfo;
using results::Spread;

namespace {
constexpr double fate_base = 100000.0;
// By what people count, most important first: the outcomes of the summary.
constexpr std::string_view headline_counts[] = {"apprehensions",   "departures", "arrivals",
                                                "returns_from_us", "victimised", "road_deaths"};

json number(double value, int digits = 4) {
  if (!std::isfinite(value))
    return nullptr;
  if (value == 0.0)
    return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - digits + 1);
  const double rounded = std::round(value / unit) * unit;
  if (std::abs(rounded) < 9e15 && rounded == std::round(rounded))
    return static_cast<std::int64_t>(rounded);
  return std::stod(fmt::format("{:.{}g}", value, digits)); // shortest text of the rounded value
}

json text(const std::string& en, const std::string& es) { return {{"en", en}, {"es", es}}; }
json text(const system::Bilingual& both) { return text(both.en, both.es); }

json five(const Spread& s) {
  return {number(s.q05), number(s.q25), number(s.q50), number(s.q75), number(s.q95)};
}

// The element of the place's parent ("Guatemala" of GT-GU).
std::string parent_element(const evidence::Place& place, const PackInfo& pack) {
  const evidence::Place* parent = pack.places.find(place.parent);
  return parent == nullptr ? std::string() : parent->element;
}

class Document {
 public:
  explicit Document(const ReportInput& input)
      : input_(input), pack_(*input.pack), results_(*input.results),
        theory_(results_.theory(input.theory)), base_(results_.policy(input.base)) {
    order_.push_back(base_);
    for (std::size_t p = 0; p < policies().size(); ++p) {
      if (p != base_)
        order_.push_back(p);
    }
    const int last = static_cast<int>(results_.months()) - 1;
    data_until_ = static_cast<std::size_t>(
        std::clamp(pack_.manifest.clock.data_until - results_.from(), 0, last));
    periods();
  }

  std::string text_of() {
    for (const char* list : {"series", "observations", "effects", "targets", "flows", "fates"})
      data_[list] = json::array();
    describe();
    for (const OutcomeInfo& found : results_.outcomes())
      add_outcome(found);
    add_fates();
    data_["judged"] = judged_theories(pack_.folder / "posterior");
    // Invalid bytes in the pack's texts are replaced rather than refused: a page is still useful.
    return data_.dump(-1, ' ', false, json::error_handler_t::replace);
  }

 private:
  struct Period {
    std::size_t from, until;
  };

  const std::vector<std::string>& policies() const { return results_.manifest().policies; }

  // From the decision to the end of the data, its first twelve months, and to the end of the run.
  void periods() {
    const std::size_t from = results_.decision(), last = results_.months() - 1;
    const std::size_t until = std::max(from, std::min(data_until_, last));
    periods_.push_back({from, until});
    if (until > from + 11)
      periods_.push_back({from, from + 11});
    if (last > until)
      periods_.push_back({from, last});
  }

  void describe();
  void add_policies();
  void add_theories();
  void add_places();
  void add_parameters();
  void add_sources();
  void add_outcome(OutcomeInfo outcome);
  void add_series(const OutcomeInfo& outcome, const Division& division,
                  const OutcomeValues& values);
  void add_effects(const OutcomeInfo& outcome, const Part& total, const OutcomeValues& values);
  void add_flows(const OutcomeInfo& outcome, const std::string& count, const OutcomeValues& values);
  void add_totals(const OutcomeInfo& outcome, const std::string& count,
                  const OutcomeValues& values);
  void add_fates();

  const ReportInput& input_;
  const PackInfo& pack_;
  const ResultsFile& results_;
  std::size_t theory_, base_;
  std::vector<std::size_t> order_; // policies, the base first
  std::size_t data_until_ = 0;
  std::vector<Period> periods_;
  std::set<std::string> headline_; // outcomes of the summary
  std::vector<FateTotals> totals_{policies().size()};
  ordered data_;
};

void Document::describe() {
  const results::Manifest& manifest = results_.manifest();
  data_["format"] = 1;
  data_["title"] = text(pack_.manifest.title);
  data_["clock"] = {{"from", results_.from().text()},
                    {"months", results_.months()},
                    {"decision", results_.decision()},
                    {"dataUntil", data_until_}};
  data_["run"] = {{"command", manifest.command},
                  {"version", manifest.version},
                  {"pack", manifest.pack},
                  {"packVersion", pack_.manifest.version},
                  {"theory", input_.theory},
                  {"members", manifest.members},
                  {"seed", std::to_string(manifest.seed)},
                  {"scale", manifest.scale},
                  {"calibrated", std::ranges::find(manifest.calibrated, input_.theory) !=
                                     manifest.calibrated.end()},
                  {"generated", input_.generated},
                  {"inputs", manifest.inputs},
                  {"resultHash", results_.hash()}};
  data_["base"] = input_.base;
  data_["headline"] = json::array();
  for (const std::string_view count : headline_counts) {
    for (const system::OutcomeSpec& spec : pack_.manifest.outcomes) {
      if (spec.count == count && spec.at.empty()) {
        data_["headline"].push_back(spec.name);
        headline_.insert(spec.name);
        break;
      }
    }
  }
  add_policies();
  add_theories();
  add_places();
  add_parameters();
  add_sources();
  data_["outcomes"] = json::array();
}

void Document::add_policies() {
  const Month decision = results_.from() + static_cast<int>(results_.decision());
  json list = json::array();
  for (const std::size_t p : order_) {
    const policy::Policy* policy = pack_.find_policy(policies()[p]);
    if (policy == nullptr) {
      list.push_back({{"name", policies()[p]},
                      {"title", text(policies()[p], policies()[p])},
                      {"summary", text("", "")},
                      {"extends", ""},
                      {"before", 0},
                      {"actions", json::array()}});
      continue;
    }
    json actions = json::array();
    std::size_t before = 0;
    for (const policy::Action& action : policy->actions) {
      if (action.from < decision) {
        ++before;
        continue;
      }
      const policy::Lever* lever = policy::find_lever(pack_.levers, action.lever);
      static constexpr const char* forms[] = {"value", "factor", "add"};
      actions.push_back({{"lever", lever == nullptr ? text(action.lever, action.lever)
                                                    : text(lever->name_en, lever->name_es)},
                         {"actor", lever == nullptr ? "" : lever->actor},
                         {"from", action.from.text()},
                         {"until", action.until ? action.until->text() : ""},
                         {"place", action.place},
                         {"change", forms[static_cast<std::size_t>(action.form)]},
                         {"amount", number(action.amount)},
                         {"unit", lever == nullptr ? "" : lever->unit},
                         {"rampMonths", action.ramp_months},
                         {"why", text(action.why)},
                         {"source", action.source_id},
                         {"status", action.status}});
    }
    list.push_back({{"name", policy->name},
                    {"title", text(policy->title)},
                    {"summary", text(policy->summary)},
                    {"extends", policy->extends},
                    {"before", before},
                    {"actions", std::move(actions)}});
  }
  data_["policies"] = std::move(list);
}

std::string prior_text(const evidence::Prior& prior) {
  if (prior.shape == evidence::Shape::fixed)
    return fmt::format("{:g}", prior.value);
  return fmt::format("{:g} ({:g} – {:g})", prior.value, prior.low, prior.high);
}

void Document::add_theories() {
  json list = json::array();
  for (const policy::Theory& theory : pack_.theories) {
    json changes = json::array();
    for (const policy::Belief& belief : theory.beliefs) {
      changes.push_back({{"parameter", belief.name},
                         {"element", belief.element},
                         {"text", prior_text(belief.prior)},
                         {"why", text(belief.why)}});
    }
    list.push_back({{"name", theory.name},
                    {"title", text(theory.title)},
                    {"summary", text(theory.summary)},
                    {"used", theory.name == input_.theory},
                    {"changes", std::move(changes)},
                    {"cuts", json::array()}});
  }
  data_["theories"] = std::move(list);
}

void Document::add_places() {
  json places = json::array(), nodes = json::array(), links = json::array();
  for (const evidence::Place& place : pack_.places.all()) {
    if (place.kind != "country" && place.kind != "department")
      continue;
    places.push_back({{"id", place.element},
                      {"code", place.code},
                      {"name", text(place.name_en, place.name_es)},
                      {"kind", place.kind},
                      {"parent", parent_element(place, pack_)},
                      {"population", number(place.population_2010, 6)}});
  }
  for (const RoadNode& node : pack_.nodes) {
    nodes.push_back({{"name", node.name},
                     {"kind", node.kind},
                     {"latitude", node.latitude},
                     {"longitude", node.longitude},
                     {"corridor", node.corridor},
                     {"sector", node.sector}});
  }
  for (const RoadLink& link : pack_.links) {
    links.push_back({{"from", link.from},
                     {"to", link.to},
                     {"corridor", link.corridor},
                     {"mode", link.mode},
                     {"assumed", link.assumed}});
  }
  data_["places"] = std::move(places);
  data_["nodes"] = std::move(nodes);
  data_["links"] = std::move(links);
}

void Document::add_parameters() {
  json list = json::array();
  std::vector<evidence::Parameter> parameters = pack_.parameters;
  if (const policy::Theory* theory = pack_.find_theory(input_.theory))
    parameters = policy::under_theory(parameters, *theory);
  for (const evidence::Parameter& p : parameters) {
    const bool fixed = p.prior.shape == evidence::Shape::fixed;
    list.push_back({{"name", p.name},
                    {"title", text(pack_.words.variable(p.name))},
                    {"element", p.element},
                    {"value", number(p.prior.value)},
                    {"low", fixed ? json(nullptr) : number(p.prior.low)},
                    {"high", fixed ? json(nullptr) : number(p.prior.high)},
                    {"unit", p.unit},
                    {"distribution", evidence::shape_name(p.prior.shape)},
                    {"status", p.status},
                    {"source", p.source_id},
                    {"note", text(pack_.words.phrase(p.note_en))},
                    {"sector", p.sector}});
  }
  data_["parameters"] = std::move(list);
}

void Document::add_sources() {
  json list = json::array();
  for (const evidence::Source& source : pack_.sources.all()) {
    const auto uses = pack_.source_uses.find(source.id);
    list.push_back({{"id", source.id},
                    {"title", source.title},
                    {"publisher", source.publisher},
                    {"date", source.date},
                    {"url", source.url},
                    {"note", text(pack_.words.phrase(source.note))},
                    {"uses", uses == pack_.source_uses.end() ? 0 : uses->second}});
  }
  data_["sources"] = std::move(list);
}

void Document::add_outcome(OutcomeInfo outcome) {
  const system::OutcomeSpec* spec = pack_.find_outcome(outcome.name);
  const std::string count = spec != nullptr && spec->at.empty() ? spec->count : std::string();
  const bool important = headline_.contains(outcome.name);

  const auto observed = observations_of(outcome, pack_, results_.from(), results_.months());
  data_["outcomes"].push_back(
      {{"name", outcome.name},
       {"title", spec == nullptr ? text(outcome.title_en, outcome.title_en) : text(spec->title)},
       {"doc", spec == nullptr ? text(outcome.doc_en, outcome.doc_en) : text(spec->doc)},
       {"unit", outcome.unit},
       {"section", spec == nullptr ? "" : spec->section},
       {"flow", outcome.kind == "flow"},
       {"persons", outcome.unit.starts_with("persons")},
       {"observed", !observed.empty()},
       {"groups", outcome.groups.size() > 1 ? json(outcome.groups) : json::array()}});
  for (const ObservedSeries& series : observed) {
    json points = json::array();
    for (const auto& [month, value] : series.points)
      points.push_back({month, number(value, 6)});
    data_["observations"].push_back({{"outcome", series.outcome},
                                     {"place", series.place},
                                     {"group", series.group},
                                     {"source", series.source},
                                     {"status", series.status},
                                     {"yearly", series.yearly},
                                     {"points", std::move(points)}});
  }

  const OutcomeValues values = results_.read(outcome, theory_);
  const bool crossed = count == "apprehensions";
  Division division = divide(outcome, pack_, crossed);
  const Part* total = division.find("", "");
  if (total != nullptr)
    add_effects(outcome, *total, values);
  if (total != nullptr && !important && observed.empty()) {
    // Divided series are many: only what is most asked for and what can be checked has them.
    const Part kept = *total;
    division.parts = {kept};
  }
  add_series(outcome, division, values);

  for (const JudgedTarget& target :
       judge(outcome, values, pack_, results_.from(), results_.decision(), base_)) {
    const bool named = !target.title.en.empty();
    data_["targets"].push_back(
        {{"name", named ? text(target.title)
                        : (spec == nullptr ? text(outcome.title_en, "") : text(spec->title))},
         {"outcome", target.outcome},
         {"place", target.place},
         {"group", target.group},
         {"calibrated", target.calibrate},
         {"from", target.from.text()},
         {"until", target.until.text()},
         {"after", target.from >= results_.from() + static_cast<int>(results_.decision())},
         {"months", target.months},
         {"observed", number(target.observed)},
         {"q05", number(target.model.q05)},
         {"median", number(target.model.q50)},
         {"q95", number(target.model.q95)},
         {"inside", number(target.inside, 3)},
         {"hit", target.hit},
         {"source", target.source},
         {"status", target.status}});
  }
  add_flows(outcome, count, values);
  add_totals(outcome, count, values);
}

void Document::add_series(const OutcomeInfo& outcome, const Division& division,
                          const OutcomeValues& values) {
  const std::size_t months = values.months();
  for (const Part& part : division.parts) {
    std::vector<Spread> base(months);
    for (const std::size_t policy : order_) {
      std::vector<Spread> own(months);
      std::vector<double> sample(values.members());
      for (std::size_t month = 0; month < months; ++month) {
        for (std::size_t member = 0; member < sample.size(); ++member)
          sample[member] = part_value(part, values, policy, member, month);
        own[month] = results::spread(sample);
      }
      std::size_t start = 0;
      if (policy == base_) {
        base = own;
      } else {
        // Shared history is not repeated: the series begins at the decision, or before it where
        // the policies already differ.
        while (start + 1 < months && start < results_.decision() &&
               own[start].q05 == base[start].q05 && own[start].q50 == base[start].q50 &&
               own[start].q95 == base[start].q95) {
          ++start;
        }
      }
      json rows =
          json::array({json::array(), json::array(), json::array(), json::array(), json::array()});
      for (std::size_t month = start; month < months; ++month) {
        const double quantiles[] = {own[month].q05, own[month].q25, own[month].q50, own[month].q75,
                                    own[month].q95};
        for (std::size_t i = 0; i < 5; ++i)
          rows[i].push_back(number(quantiles[i]));
      }
      data_["series"].push_back({{"policy", policies()[policy]},
                                 {"outcome", outcome.name},
                                 {"place", part.place},
                                 {"group", part.group},
                                 {"start", start},
                                 {"q", std::move(rows)}});
    }
  }
}

void Document::add_effects(const OutcomeInfo& outcome, const Part& total,
                           const OutcomeValues& values) {
  const bool flow = outcome.kind == "flow";
  for (const Period& period : periods_) {
    const auto base = over_months(total, values, base_, flow, period.from, period.until);
    for (const std::size_t policy : order_) {
      if (policy == base_)
        continue;
      const auto own = over_months(total, values, policy, flow, period.from, period.until);
      const Paired paired = compare(base, own);
      data_["effects"].push_back({{"policy", policies()[policy]},
                                  {"outcome", outcome.name},
                                  {"place", ""},
                                  {"group", ""},
                                  {"from", period.from},
                                  {"until", period.until},
                                  {"base", number(results::spread(base).q50)},
                                  {"value", number(results::spread(own).q50)},
                                  {"difference", five(paired.difference)},
                                  {"percent", five(paired.percent)},
                                  {"lower", paired.lower},
                                  {"higher", paired.higher},
                                  {"equal", paired.equal}});
    }
  }
}

// Means by month for the maps: who leaves each department, who reaches each sector, who takes each
// corridor.
void Document::add_flows(const OutcomeInfo& outcome, const std::string& count,
                         const OutcomeValues& values) {
  const bool leaving = count == "departures" && outcome.place_axis == "department";
  const bool arriving = count == "border_arrivals" && outcome.place_axis == "sector";
  const bool travelling = count == "corridor_entries" && outcome.place_axis == "corridor";
  if (!leaving && !arriving && !travelling)
    return;
  const std::size_t groups = values.groups();
  for (std::size_t place = 0; place < values.places(); ++place) {
    for (const std::size_t policy : order_) {
      const std::size_t start = policy == base_ ? 0 : results_.decision();
      json means = json::array();
      for (std::size_t month = start; month < values.months(); ++month) {
        double sum = 0.0;
        for (std::size_t member = 0; member < values.members(); ++member) {
          const auto cells = values.cells(policy, member, month);
          for (std::size_t group = 0; group < groups; ++group)
            sum += static_cast<double>(cells[place * groups + group]);
        }
        means.push_back(number(sum / static_cast<double>(values.members()), 3));
      }
      data_["flows"].push_back({{"policy", policies()[policy]},
                                {"kind", leaving    ? "place"
                                         : arriving ? "sector"
                                                    : "corridor"},
                                {"id", outcome.places[place]},
                                {"start", start},
                                {"values", std::move(means)}});
    }
  }
}

void Document::add_totals(const OutcomeInfo& outcome, const std::string& count,
                          const OutcomeValues& values) {
  if (count.empty() || outcome.kind != "flow")
    return;
  const std::size_t groups = values.groups();
  const bool split = count == "dispositions" && outcome.group_axis == "disposition";
  for (std::size_t policy = 0; policy < values.policies(); ++policy) {
    FateTotals& totals = totals_[policy];
    if (!split)
      totals[count] = 0.0;
    for (std::size_t member = 0; member < values.members(); ++member) {
      for (std::size_t month = periods_[0].from; month <= periods_[0].until; ++month) {
        const auto cells = values.cells(policy, member, month);
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
          const std::string name = split ? count + "." + outcome.groups[cell % groups] : count;
          totals[name] += static_cast<double>(cells[cell]) / static_cast<double>(values.members());
        }
      }
    }
  }
}

void Document::add_fates() {
  for (const std::size_t policy : order_) {
    json links = json::array();
    for (const FateLink& link : fate_links(totals_[policy], fate_base)) {
      if (number(link.value, 4) != json(0))
        links.push_back({{"from", link.from}, {"to", link.to}, {"value", number(link.value, 4)}});
    }
    if (links.empty())
      continue;
    data_["fates"].push_back({{"policy", policies()[policy]},
                              {"from", periods_[0].from},
                              {"until", periods_[0].until},
                              {"departures", number(totals_[policy]["departures"])},
                              {"base", fate_base},
                              {"links", std::move(links)}});
  }
}
} // namespace

std::string report_data(const ReportInput& input) { return Document(input).text_of(); }

} // namespace cauce::report
