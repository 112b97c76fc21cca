# What `cmake --install` puts where, what `find_package(cauce)` finds, and what `cpack` packs.
include(CMakePackageConfigHelpers)

install(TARGETS cauce RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY systems DESTINATION ${CMAKE_INSTALL_DATADIR}/cauce COMPONENT program)
install(DIRECTORY web/app/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/cauce/web COMPONENT program
  OPTIONAL PATTERN ".*" EXCLUDE)
install(FILES README.md LICENSE CITATION.cff CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

install(DIRECTORY src/cauce DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT cauce-targets NAMESPACE cauce:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cauce
  COMPONENT development)
configure_package_config_file(cmake/cauce-config.cmake.in ${CMAKE_BINARY_DIR}/cauce-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cauce)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cauce-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cauce-config.cmake ${CMAKE_BINARY_DIR}/cauce-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/cauce COMPONENT development)

set(CPACK_PACKAGE_NAME cauce)
set(CPACK_PACKAGE_VENDOR "Cauce")
set(CPACK_PACKAGE_CONTACT "The Cauce developers <cauce@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Simulator of migration systems and the policies brought to them")
set(CPACK_PACKAGE_FILE_NAME "cauce-${PROJECT_VERSION}")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# One package with the program; the development files come with `cmake --install`.
set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME "cauce-${PROJECT_VERSION}-source")
set(CPACK_SOURCE_IGNORE_FILES "/\\\\.git/" "/\\\\.git$" "/build/" "/out/" "/node_modules/" "/\\\\.cache/"
  "__pycache__")
include(CPack)
