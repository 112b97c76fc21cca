// Functions compiled for several instruction sets, chosen when the program starts. The arithmetic
// is plain and -ffp-contract=off, so that all clones give the same bits. Sanitizers instrument the
// chooser itself, which runs before they are ready; Clang 14 does not know the attribute.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__)
#define CAUCE_PEOPLE_CLONES                                                                        \
  __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define CAUCE_PEOPLE_CLONES
#endif
