// Which build of the program this is: results of another build are not taken for its own.
#pragma once

#include <string>

namespace cauce::study {

/// The linker's build id of the program, or of the module of Python, that holds this code: a hash
/// of all that was linked. Where the linker gave none, the hash of that file's bytes.
std::string program_build();

} // namespace cauce::study
