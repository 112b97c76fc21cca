#include "cauce/study/error_codes.hpp"

namespace cauce::study {

std::span<const ErrorCode> study_error_codes() {
  static constexpr ErrorCode codes[] = {
      {"S101", "A study that cannot be run",
       "The months asked for must lie within the pack's clock (system.toml), the last not before "
       "the "
       "first, and the ensemble needs at least one member."},
      {"S102", "Members that failed",
       "These members of the ensemble ended with an error; all others were finished. The message "
       "names the theory, the member and what went wrong."},
      {"S103", "Results that were not recorded",
       "The outcome or months asked for are not in the results; `cauce run` records what "
       "system.toml lists as [[outcome]], from --from to --until."},
      {"S104", "Work that was stopped",
       "Somebody asked the program to stop (Ctrl-C, a batch system at its time limit, mpirun when "
       "another rank died). Runs that had ended are in the run store, when there is one: the same "
       "command goes on from there and ends with the same bytes."},
      {"S105", "A rank that does not answer",
       "A rank has been silent for two minutes: its machine may be down. Its tasks were handed to "
       "others, and the results are the same."},
      {"S106", "Ranks without MPI",
       "Several processes were started by a launcher, but the program was built where no MPI was "
       "found, so each would do all the work. Install libopenmpi-dev, configure and build again."},
      {"S107", "Ranks that do not understand each other",
       "A message between ranks had another form than expected: all ranks must run the same build "
       "of the program."},
      {"S108", "An attribution that cannot be made",
       "The mechanisms are sectors (groups) of conditions.xmile, each in one mechanism at most, "
       "and "
       "the two policies must differ within the months asked for."},
      {"S109", "A future that cannot be",
       "A shock moves a lever or a variable that a series drives, within the pack's clock; a "
       "factor "
       "or an addition needs a value to act on in every month. Parameters are named as in "
       "parameters.csv."},
      {"S113", "Unknown kind of party or department",
       "Kinds are adult, family and child; departments are named by their codes, for instance "
       "GT-HU."},
      {"S114", "No such member",
       "Members of an ensemble count from 0 to one less than their number."},
      {"S112", "A question that cannot be answered",
       "A study needs outcomes and enough policies: a decision two at least, an optimisation two "
       "objectives at least, since one alone hides what it costs. A budget needs the cost of every "
       "lever that may move, stated in levers.csv or in the study."},
      {"S111", "A study file with a fault",
       "The message names file and line. docs/studies.md lists the keys of a study with their "
       "units."},
      {"S120", "A stale posterior",
       "The calibrated draws of a theory rest on equations, priors, structure and data that have "
       "changed since, or were made by a program whose people draw otherwise. They can still be "
       "used, but say what the older pack or program would have said; "
       "`cauce calibrate PACK --theory T` makes them again."},
      {"S121", "A damaged posterior",
       "The files of a calibration in the folder posterior/ do not fit together or cannot be read. "
       "Calibrate again, or run with --draws prior."},
      {"S122", "Nothing to calibrate on",
       "No [[target]] of system.toml with calibrate = true has an observation whose period ended "
       "by the month asked for."},
      {"S123", "Nothing to judge forecasts by",
       "A hindcast judges the outcome 'apprehensions' by country and kind, month by month; the "
       "pack needs the outcome and targets of it by group with monthly data."},
      {"S124", "No posterior to forecast from",
       "A hindcast starts from the calibrated draws of each theory, made with data before the "
       "first month forecast and none after."},
      {"S125", "Stale verdicts",
       "The verdicts in the pack's folder verdicts/ were made by cauce claims with other files "
       "than "
       "the pack now has (claims.manifest.json holds the hash of each), or by a program whose "
       "people draw otherwise. What the web application "
       "shows of claims is then out of date."},
      {"S110", "A claim that cannot be executed",
       "Only claims with rows in claim_tests.csv, and predictions of predictions.csv, can be run; "
       "claims.csv says where each other claim is housed."},
      {"S130", "A trial that cannot be run",
       "A trial changes levers from the decision date of the pack on: each action names a lever of "
       "levers.csv, a place of the lever's own, months of the pack's clock and one usable amount; "
       "changed parameters are uncertain ones of parameters.csv, within their range."},
  };
  return codes;
}

} // namespace cauce::study
