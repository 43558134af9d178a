# GoogleTest. A cross build makes it from Debian's sources.
if(CMAKE_CROSSCOMPILING)
  add_subdirectory(${CMAKE_SYSROOT}/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  return()
endif()
find_package(GTest 1.12 QUIET)
if(NOT GTest_FOUND)
  message(FATAL_ERROR "GoogleTest 1.12 or newer was not found. On Debian: apt-get install libgtest-dev")
endif()
