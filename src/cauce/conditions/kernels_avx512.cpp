// The kernels for one instruction set; CMakeLists.txt has its compiler flags.
#define CAUCE_KERNELS_FUNCTION kernels_avx512
#define CAUCE_KERNELS_NAME "avx512"
#include "cauce/conditions/kernels_body.hpp"
