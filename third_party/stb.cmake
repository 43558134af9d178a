# stb_image_write: PNG files of what is on the screen.
find_package(PkgConfig REQUIRED)
pkg_check_modules(stb IMPORTED_TARGET QUIET stb)
if(NOT stb_FOUND)
  message(FATAL_ERROR "stb was not found. On Debian: apt-get install libstb-dev")
endif()
