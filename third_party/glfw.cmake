# GLFW: the window, its context and its input.
find_package(glfw3 3.3 QUIET)
if(NOT glfw3_FOUND)
  message(FATAL_ERROR "GLFW 3.3 or newer was not found. On Debian: apt-get install libglfw3-dev")
endif()
