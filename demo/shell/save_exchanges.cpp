#include "save_exchanges.hpp"

#include <filesystem>
#include <system_error>

#include "common/settings.hpp"
#include "common/trace_file.hpp"

namespace deviceflow::demo {

namespace fs = std::filesystem;

namespace {

constexpr int kMostFiles = 9999;

}  // namespace

Result<std::string> save_exchanges(const ExchangeLog& log, std::string_view ending) {
  std::error_code problem;
  const fs::path folder = fs::current_path(problem);
  fs::path path;
  for (int number = 1; number <= kMostFiles && path.empty(); ++number) {
    path = folder / ("deviceflow-" + std::to_string(number) + std::string(ending));
    // A link counts, wherever it leads.
    if (fs::symlink_status(path, problem).type() != fs::file_type::not_found) path.clear();
  }
  if (path.empty()) {
    return usage_error("The exchanges can't be saved in " + folder.string() +
                       ". Start the program in a folder that can be written to.");
  }
  const auto file = TraceFile::open(path.string(), TraceSecrets::redact);
  if (!file.ok()) return file.error();
  for (std::size_t i = 0; i < log.size(); ++i) (*file)->append(log.at(i), log.secrets());
  (*file)->finish();
  if ((*file)->failed()) {
    return usage_error("The file " + path.string() +
                       " is not complete: it can't be written. Is the disk full?");
  }
  return path.string();
}

}  // namespace deviceflow::demo
