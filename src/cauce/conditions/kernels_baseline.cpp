// The kernels for one instruction set; CMakeLists.txt has its compiler flags.
#define CAUCE_KERNELS_FUNCTION kernels_baseline
#define CAUCE_KERNELS_NAME "baseline"
#include "cauce/conditions/kernels_body.hpp"
