# libqrencode (LGPL-2.1 or later): linked shared, see README.md beside this file.
find_package(PkgConfig REQUIRED)
pkg_check_modules(qrencode IMPORTED_TARGET QUIET libqrencode>=4)
if(NOT qrencode_FOUND)
  message(FATAL_ERROR "libqrencode 4 or newer was not found. On Debian: apt-get install libqrencode-dev")
endif()
