// Finds scenario files. Apart from the server itself, which touches no file.
#ifndef DEVICEFLOW_SANDBOX_SCENARIO_FILE_HPP
#define DEVICEFLOW_SANDBOX_SCENARIO_FILE_HPP

#include <string>
#include <string_view>
#include <vector>

#include "scenario.hpp"

namespace deviceflow::sandbox {

/// Where scenarios may live, nearest first: beside the running program as installed
/// (../share/deviceflow/scenarios), then the folders known when this was built.
std::vector<std::string> scenario_folders();

/// Reads the scenario called `name_or_path`: a path where it has a '/' or ends in ".json", else
/// NAME.json in one of scenario_folders(). "default" needs no file. Fails with
/// ErrorCode::invalid_argument and a sentence that names the file.
Result<Scenario> load_scenario(std::string_view name_or_path);

}  // namespace deviceflow::sandbox

#endif
