#include "cauce/people/people_step.hpp"

namespace cauce::people {

Work::Work(const Plan& plan)
    : counts(count_fields(), plan.setup->axes), took(plan.ways.size()),
      arrivals_from(plan.departments * stratum_count) {}

PeopleStep::PeopleStep(const StepTables& tables, random::Key key, std::uint32_t step,
                       std::span<Shard> shards, std::span<Decisions> decisions, Work& work,
                       const StepOptions& options)
    : tables_(tables), plan_(tables.plan), key_(key), step_(step),
      month_(static_cast<std::uint32_t>(tables.month)), shards_(shards), decisions_(decisions),
      work_(work), sink_(options.sink), expect_(options.expect) {
  work_.pace_of = no_index;
}

void PeopleStep::run(std::size_t first, std::size_t end) {
  first_ = first;
  end_ = end;
  draw_at_home();
  move_those_due();
  live_at_home();
  try_again_at_border();
  wait_at_ports();
  travel();
  enter_classes();
  gain_kin();
}

} // namespace cauce::people
