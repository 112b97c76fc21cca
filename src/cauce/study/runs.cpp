#include "cauce/study/runs.hpp"

#include "cauce/study/program_build.hpp"
#include "cauce/study/trunk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace cauce::study {

using system::LeverPaths;
using system::System;

std::string system_hash(const System& system) {
  results::KeyMaker key;
  for (const auto& [file, hash] : system.files()) {
    const bool beside = file.starts_with("policies/") || file.starts_with("theories/") ||
                        file == "parameters.csv" || file == "claims.csv" || file == "events.csv" ||
                        file == "arms.csv" || file == "claim_tests.csv" ||
                        file == "predictions.csv" || file == "data/sources.csv" ||
                        file == "data/targets.csv";
    if (!beside)
      key.add(file).add(hash);
  }
  for (const evidence::Parameter& parameter : system.parameters())
    key.add(parameter.key());
  return key.key();
}

std::vector<results::OutcomeInfo> outcome_infos(const System& system) {
  std::vector<results::OutcomeInfo> infos;
  for (const system::Outcome& outcome : system.outcomes()) {
    const system::OutcomeSpec& spec = *outcome.spec;
    infos.push_back({spec.name, spec.unit, spec.kind, spec.section, outcome.place.name,
                     outcome.place.elements, outcome.group.name, outcome.group.elements,
                     spec.title.en, spec.title.es, spec.doc.en, spec.doc.es, outcome.offset});
  }
  return infos;
}

Runs::Runs(std::shared_ptr<const System> system, RunsOptions options)
    : system_(std::move(system)), options_(std::move(options)) {
  const system::Clock& clock = system_->manifest().clock;
  if (options_.from < clock.from || options_.until > clock.until ||
      options_.until < options_.from) {
    throw Error("S101", {},
                fmt::format("months {} to {} are not within the pack's clock, {} to {}",
                            options_.from.text(), options_.until.text(), clock.from.text(),
                            clock.until.text()));
  }
  farm_ = std::make_unique<Farm>(
      [system = system_](std::span<const std::byte> request, Helpers& helpers) {
        return to_bytes(run_trunk(system, trunk_task(request), helpers));
      },
      options_.farm);
  if (farm_->served() || options_.store.empty())
    return;
  store_.emplace(results::Store::open(options_.store));
  fixed_key_ = results::KeyMaker()
                   .add("trunk")
                   .add(system_hash(*system_))
                   .add(program_build())
                   .add(std::span(&system_->people()->scale, 1))
                   .add(options_.from.text())
                   .add(options_.until.text())
                   .key();
}

std::string Runs::key_of(const RunSpec& spec) {
  // Levers that only this spec holds are not remembered: others may take their address.
  std::string own;
  std::string& levers = spec.levers.use_count() == 1 ? own : lever_keys_[spec.levers.get()];
  if (levers.empty()) {
    const int months = options_.until - system_->manifest().clock.from + 1;
    results::KeyMaker key;
    for (const LeverPaths::Path& path : spec.levers->paths) {
      key.add(system_->model()->info(path.variable).name);
      for (int m = 0; m < months; ++m)
        key.add(path.at(m));
    }
    for (const system::MovedVariable& move : spec.levers->moves) {
      const double numbers[] = {static_cast<double>(move.from), static_cast<double>(move.until),
                                move.factor, move.add};
      key.add(system_->model()->info(move.variable).name).add(std::span<const double>(numbers));
      key.add(std::as_bytes(std::span(move.chosen)));
    }
    levers = key.key();
  }
  results::KeyMaker key;
  key.add(fixed_key_)
      .add(levers)
      .add(std::span<const double>(*spec.parameters))
      .add(spec.seed)
      .add(std::uint64_t{spec.member});
  if (spec.shocks != nullptr) {
    key.add(std::as_bytes(std::span(spec.shocks->first_step)))
        .add(std::uint64_t{spec.shocks->width})
        .add(std::span<const double>(spec.shocks->scores));
  }
  return key.key();
}

namespace {
// With fewer tasks than workers, tasks are cut up: each piece simulates the shared months again,
// which nobody idle can be asked to pay for. The results are the same bits.
std::vector<std::vector<std::size_t>> enough_for(std::vector<std::vector<std::size_t>> tasks,
                                                 std::size_t workers) {
  if (tasks.empty() || tasks.size() >= workers)
    return tasks;
  const std::size_t pieces = (workers + tasks.size() - 1) / tasks.size();
  std::vector<std::vector<std::size_t>> cut;
  for (const std::vector<std::size_t>& task : tasks) {
    const std::size_t parts = std::min(pieces, task.size());
    for (std::size_t p = 0; p < parts; ++p) {
      const auto at = [&](std::size_t k) {
        return task.begin() + static_cast<std::ptrdiff_t>(k * task.size() / parts);
      };
      cut.emplace_back(at(p), at(p + 1));
    }
  }
  return cut;
}
} // namespace

void Runs::run(std::span<const RunSpec> specs, const Receive& receive, const Batch& batch) {
  run(
      specs.size(), [specs](std::size_t i) { return specs[i]; }, receive, batch);
}

void Runs::run(std::size_t count, const SpecOf& spec_of, const Receive& receive,
               const Batch& batch) {
  const std::size_t size = months() * cells();
  lever_keys_.clear(); // keyed by addresses, which others may have taken since the last call
  std::vector<std::string> keys(count);
  // Tasks in the order of their first spec: what is asked for first is done first.
  std::map<std::tuple<const std::vector<double>*, const system::ShockPath*, std::uint64_t,
                      std::uint32_t>,
           std::size_t>
      task_of;
  std::vector<std::vector<std::size_t>> tasks;
  for (std::size_t i = 0; i < count; ++i) {
    const RunSpec spec = spec_of(i);
    stop_if_cancelled(options_.farm, batch.what);
    if (store_) {
      keys[i] = key_of(spec);
      const auto bytes = store_->find(keys[i]);
      if (bytes && bytes->size() == size * sizeof(float)) {
        std::vector<float> block(size);
        std::memcpy(block.data(), bytes->data(), bytes->size());
        ++from_store_;
        receive(i, block);
        continue;
      }
    }
    const auto [place, fresh] = task_of.try_emplace(
        {spec.parameters.get(), spec.shocks.get(), spec.seed, spec.member}, tasks.size());
    if (fresh)
      tasks.emplace_back();
    tasks[place->second].push_back(i);
  }
  tasks = enough_for(std::move(tasks), farm_->threads() * static_cast<std::size_t>(farm_->ranks()));
  const auto request = [&](std::size_t number) {
    const std::vector<std::size_t>& task = tasks[number];
    const RunSpec first = spec_of(task[0]);
    TrunkTask trunk{options_.from, options_.until, first.seed, first.member, *first.parameters, {},
                    first.shocks};
    for (const std::size_t i : task)
      trunk.levers.push_back(spec_of(i).levers);
    return to_bytes(trunk);
  };
  Batch named = batch;
  if (!named.describe)
    named.describe = [&](std::size_t task) { return spec_of(tasks[task][0]).label; };
  const std::string program = fmt::format("build {}", program_build());
  farm_->run(
      tasks.size(), request,
      [&](std::size_t task, const Bytes& bytes) {
        const TrunkResult result = trunk_result(bytes);
        months_simulated_ += result.months_simulated;
        for (std::size_t i = 0; i < seconds_.size(); ++i)
          seconds_[i] += result.seconds[i];
        for (std::size_t r = 0; r < result.blocks.size(); ++r) {
          const std::size_t spec = tasks[task][r];
          const std::vector<float>& block = result.blocks[r];
          if (store_) {
            store_->put(keys[spec], std::as_bytes(std::span(block)),
                        {system_->manifest().name, spec_of(spec).label, program});
          }
          receive(spec, block);
        }
      },
      named);
}

} // namespace cauce::study
