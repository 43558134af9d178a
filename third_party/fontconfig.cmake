# fontconfig: finds the system's font files.
find_package(Fontconfig 2.13 QUIET)
if(NOT Fontconfig_FOUND)
  message(FATAL_ERROR "fontconfig 2.13 or newer was not found. On Debian: apt-get install libfontconfig-dev")
endif()
