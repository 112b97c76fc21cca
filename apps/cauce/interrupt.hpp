// Ctrl-C and the end of a batch job: what is under way ends, what is stored stays.
#pragma once

#include <atomic>

namespace cauce::app {

/// Becomes true at the first SIGINT or SIGTERM after this call; a second one ends the process.
const std::atomic<bool>* interrupted();

} // namespace cauce::app
