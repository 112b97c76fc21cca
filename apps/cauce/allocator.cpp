// How jemalloc serves this program's memory: people are tens of millions of bytes, made and dropped
// with every run, and where a page fault is dear, pages of 2 MB save a tenth of a run's time
// (docs/performance.md). See jemalloc(3), TUNING.

extern "C" {
// Read by jemalloc before main().
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:always";
}
