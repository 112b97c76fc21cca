// A probe of the program: what its people make of a pack in one short history, as a hash.
//
// Posteriors and verdicts rest on the files of the pack, and these have hashes. They rest on the
// people too, whose rules and luck are code: a program that draws otherwise gives other draws and
// verdicts, and what is stored can no longer be made again with it. The probe, stored beside them,
// lets `cauce check` see that.
#pragma once

#include "cauce/system/system.hpp"

#include <string>

namespace cauce::study {

/// Hash of the persons counted month by month, from the clock's start for three years at most and
/// not beyond `until`, with levers as enacted, drivers as known at the end of `until` and each
/// parameter at its prior median; one simulated person for a thousand. Only whole persons: the last
/// bit of an equation, which compilers may round differently, does not show. Reads the pack anew;
/// throws Errors when it can no longer be read.
std::string people_probe(const system::System& system, Month until);

} // namespace cauce::study
