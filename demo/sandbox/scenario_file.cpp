#include "scenario_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace deviceflow::sandbox {

namespace {

namespace fs = std::filesystem;

Error not_found(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

Result<Scenario> read_file(const fs::path& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, ignored)) {
    return not_found("Scenario " + path.string() + " can't be read.");
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_scenario(text, path.string());
}

}  // namespace

std::vector<std::string> scenario_folders() {
  std::vector<std::string> folders;
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    folders.push_back(
        (program.parent_path().parent_path() / "share" / "deviceflow" / "scenarios").string());
  }
  folders.emplace_back(DEVICEFLOW_SANDBOX_SOURCE_SCENARIOS);
  folders.emplace_back(DEVICEFLOW_SANDBOX_INSTALLED_SCENARIOS);
  return folders;
}

Result<Scenario> load_scenario(std::string_view name_or_path) {
  const bool is_path =
      name_or_path.find('/') != std::string_view::npos || name_or_path.ends_with(".json");
  if (is_path) return read_file(fs::path(name_or_path));
  if (name_or_path == "default") return parse_scenario(built_in_default_scenario(), "default");
  std::string looked_in;
  for (const std::string& folder : scenario_folders()) {
    const fs::path path = fs::path(folder) / (std::string(name_or_path) + ".json");
    std::error_code ignored;
    if (fs::exists(path, ignored)) return read_file(path);
    looked_in += (looked_in.empty() ? "" : ", ") + folder;
  }
  return not_found("There is no scenario called \"" + std::string(name_or_path) +
                   "\". Looked for it in " + looked_in + ".");
}

}  // namespace deviceflow::sandbox
