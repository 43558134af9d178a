# nlohmann/json, headers only. One file of the SDK includes it (sdk/src/foundation/json.cpp), and the
# sandbox for documents without tokens.
find_package(nlohmann_json 3.11 QUIET)
if(NOT nlohmann_json_FOUND)
  message(FATAL_ERROR "nlohmann/json 3.11 or newer was not found. On Debian: apt-get install nlohmann-json3-dev")
endif()
