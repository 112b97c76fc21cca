#include "cauce/study/freezing.hpp"

#include <algorithm>

namespace cauce::study {

using system::StepMoment;

std::vector<SeenVariable> seen_variables(const system::System& system,
                                         const std::vector<std::size_t>& mechanism_of) {
  const conditions::Model& model = *system.model();
  const auto among = [](conditions::VariableId id, const auto& feeds) {
    return std::any_of(feeds.begin(), feeds.end(),
                       [&](const auto& feed) { return feed.variable == id; });
  };
  std::vector<SeenVariable> seen;
  for (std::uint32_t v = 0; v < model.variables().size(); ++v) {
    const conditions::VariableId id{v};
    const std::size_t mine = mechanism_of[v];
    if (mine == std::string::npos)
      continue;
    const auto users = model.used_by(id);
    const bool read = std::any_of(users.begin(), users.end(), [&](conditions::VariableId user) {
      return mechanism_of[user.index] != mine;
    });
    const bool recorded =
        std::any_of(system.outcomes().begin(), system.outcomes().end(),
                    [&](const auto& outcome) { return !outcome.count && outcome.variable == id; });
    if (read || recorded || among(id, system.rate_feeds())) {
      seen.push_back({id, mine, among(id, system.count_feeds()),
                      model.info(id).kind == conditions::Kind::stock});
    }
  }
  return seen;
}

void PathRecorder::at(StepMoment moment, conditions::Run& equations, std::uint32_t) {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const SeenVariable& variable = seen_[i];
    const auto values = equations.values(variable.id);
    if (moment == StepMoment::after_equations)
      paths_[i].equations.insert(paths_[i].equations.end(), values.begin(), values.end());
    if ((moment == StepMoment::after_counts && variable.count) ||
        (moment == StepMoment::after_stocks && variable.stock))
      paths_[i].later.insert(paths_[i].later.end(), values.begin(), values.end());
  }
}

void Freezer::at(StepMoment moment, conditions::Run& equations, std::uint32_t step) {
  if (moment == StepMoment::after_equations)
    return;
  for (std::size_t i = 0; i < record_.seen().size(); ++i) {
    const SeenVariable& variable = record_.seen()[i];
    if ((live_ >> variable.mechanism & 1U) != 0)
      continue;
    const bool now = moment == StepMoment::before_equations ? !variable.stock
                     : moment == StepMoment::after_counts   ? variable.count
                                                            : variable.stock;
    if (!now)
      continue;
    const PathRecorder::Path& path = record_.paths()[i];
    const std::vector<double>& values =
        moment == StepMoment::before_equations ? path.equations : path.later;
    const std::size_t size = equations.model().info(variable.id).size;
    equations.set(variable.id, 0,
                  std::span(values).subspan((step - record_.first_step()) * size, size));
  }
}

} // namespace cauce::study
