// The kernels for one instruction set; CMakeLists.txt has its compiler flags.
#define CAUCE_KERNELS_FUNCTION kernels_avx2
#define CAUCE_KERNELS_NAME "avx2"
#include "cauce/conditions/kernels_body.hpp"
