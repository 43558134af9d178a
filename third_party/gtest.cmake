find_package(GTest 1.12 QUIET)
if(NOT GTest_FOUND)
  message(FATAL_ERROR "GoogleTest 1.12 or newer was not found. On Debian: apt-get install libgtest-dev")
endif()
