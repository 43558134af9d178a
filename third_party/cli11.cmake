# CLI11: the command lines of the terminal tool and of the sandbox server.
find_package(CLI11 2.1 QUIET)
if(NOT CLI11_FOUND)
  message(FATAL_ERROR "CLI11 2.1 or newer was not found. On Debian: apt-get install libcli11-dev")
endif()
