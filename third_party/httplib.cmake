# cpp-httplib: the sandbox's listener, and nothing else.
find_package(PkgConfig REQUIRED)
pkg_check_modules(httplib IMPORTED_TARGET QUIET cpp-httplib>=0.11)
if(NOT httplib_FOUND)
  message(FATAL_ERROR "cpp-httplib 0.11 or newer was not found. On Debian: apt-get install libcpp-httplib-dev")
endif()
