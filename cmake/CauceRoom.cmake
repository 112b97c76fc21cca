# One folder of src/cauce is one room and one static library.
# cauce_room(NAME [DEPENDS room...] [LIBRARIES target...])
add_library(cauce_flags INTERFACE)
set_target_properties(cauce_flags PROPERTIES EXPORT_NAME flags)
install(TARGETS cauce_flags EXPORT cauce-targets COMPONENT development)
target_compile_features(cauce_flags INTERFACE cxx_std_20)
target_compile_options(cauce_flags INTERFACE
  "$<BUILD_INTERFACE:-Wall;-Wextra;-Wconversion;-Wno-psabi>"
  # Results must not depend on the processor: no fused multiply-add contraction.
  -ffp-contract=off)
if(CAUCE_PYTHON)
  # The rooms also go into the Python module, a shared library; nothing replaces their functions.
  target_compile_options(cauce_flags INTERFACE -fPIC -fno-semantic-interposition)
endif()
target_include_directories(cauce_flags INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
if(CAUCE_SANITIZE)
  target_compile_options(cauce_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(cauce_flags INTERFACE -fsanitize=address,undefined)
endif()

function(cauce_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(SCOPE PUBLIC)
  if(SOURCES)
    add_library(cauce_${NAME} STATIC ${SOURCES})
  else()
    add_library(cauce_${NAME} INTERFACE)
    set(SCOPE INTERFACE)
  endif()
  list(TRANSFORM ROOM_DEPENDS PREPEND cauce_)
  target_link_libraries(cauce_${NAME} ${SCOPE} cauce_flags fmt::fmt Threads::Threads
    ${ROOM_DEPENDS} ${ROOM_LIBRARIES})
  set_target_properties(cauce_${NAME} PROPERTIES EXPORT_NAME ${NAME})
  install(TARGETS cauce_${NAME} EXPORT cauce-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    COMPONENT development)
endfunction()
