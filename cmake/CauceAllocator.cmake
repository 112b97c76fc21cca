# cauce_use_jemalloc(TARGET): the program's memory comes from jemalloc, as apps/cauce/allocator.cpp
# sets it up. Libraries and the Python module leave that to whoever uses them; sanitizers bring an
# allocator of their own.
find_library(JEMALLOC jemalloc)
if(NOT JEMALLOC AND NOT CAUCE_SANITIZE)
  message(STATUS "jemalloc (libjemalloc-dev) is not there: runs take about a tenth longer")
endif()
function(cauce_use_jemalloc TARGET)
  if(JEMALLOC AND NOT CAUCE_SANITIZE)
    target_sources(${TARGET} PRIVATE ${CMAKE_SOURCE_DIR}/apps/cauce/allocator.cpp)
    # The program calls nothing of it by name.
    target_link_libraries(${TARGET} PRIVATE
      -Wl,--push-state,--no-as-needed ${JEMALLOC} -Wl,--pop-state)
  endif()
endfunction()
