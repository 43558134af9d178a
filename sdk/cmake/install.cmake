# What `cmake --install` puts where: libraries and headers, a CMake package and pkg-config files.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS deviceflow_core deviceflow_c deviceflow_c_curl deviceflow EXPORT deviceflow-targets
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/deviceflow TYPE INCLUDE COMPONENT development)
install(FILES include/deviceflow.hpp TYPE INCLUDE COMPONENT development)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/deviceflow)
install(EXPORT deviceflow-targets NAMESPACE deviceflow:: DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(cmake/deviceflow-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/deviceflow-config.cmake INSTALL_DESTINATION ${package_folder})
# Before 1.0 every minor version may break its callers.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/deviceflow-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/deviceflow-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/deviceflow-config-version.cmake
  DESTINATION ${package_folder} COMPONENT development)

# A shared library brings what it needs by itself; a static one names it.
if(BUILD_SHARED_LIBS)
  set(pc_libs "-ldeviceflow")
  set(pc_requires "")
else()
  set(pc_libs "-ldeviceflow -ldeviceflow-core")
  foreach(library IN LISTS CMAKE_DL_LIBS)
    string(APPEND pc_libs " -l${library}")
  endforeach()
  set(pc_requires "libcurl, openssl, libqrencode")
endif()
file(RELATIVE_PATH pc_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(name deviceflow deviceflow-c deviceflow-c-curl deviceflow-core)
  configure_file(cmake/${name}.pc.in ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
