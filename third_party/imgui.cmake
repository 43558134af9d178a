# Dear ImGui with its OpenGL 3 backend: drawing and text of the window.
find_package(PkgConfig REQUIRED)
pkg_check_modules(imgui IMPORTED_TARGET QUIET imgui>=1.86)
if(NOT imgui_FOUND)
  message(FATAL_ERROR "Dear ImGui 1.86 or newer was not found. On Debian: apt-get install libimgui-dev")
endif()
if(NOT TARGET deviceflow_imgui)
  add_library(deviceflow_imgui INTERFACE)
  # Its headers are not ours to mend: as SYSTEM they give no warnings.
  target_include_directories(deviceflow_imgui SYSTEM INTERFACE ${imgui_INCLUDE_DIRS})
  target_link_libraries(deviceflow_imgui INTERFACE PkgConfig::imgui)
endif()
