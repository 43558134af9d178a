# glad: the loader of OpenGL's functions, generated here and now by Debian's python3-glad.
if(TARGET deviceflow_glad)
  return()
endif()
find_program(DEVICEFLOW_GLAD glad)
if(NOT DEVICEFLOW_GLAD)
  message(FATAL_ERROR "glad was not found. On Debian: apt-get install python3-glad")
endif()
set(glad_dir ${PROJECT_BINARY_DIR}/glad)
add_custom_command(
  OUTPUT ${glad_dir}/src/gl.c ${glad_dir}/include/glad/gl.h ${glad_dir}/include/KHR/khrplatform.h
  COMMAND ${DEVICEFLOW_GLAD} --reproducible --api gl:core=3.3 --extensions "" --out-path ${glad_dir} c
  COMMENT "Generating the OpenGL loader" VERBATIM)
# The project has no C of its own; this file is C++ as well.
set_source_files_properties(${glad_dir}/src/gl.c PROPERTIES LANGUAGE CXX)
add_library(deviceflow_glad STATIC ${glad_dir}/src/gl.c)
target_include_directories(deviceflow_glad SYSTEM PUBLIC ${glad_dir}/include)
