#include "save_exchanges.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "common/files.hpp"
#include "common/own_file.hpp"
#include "common/settings.hpp"
#include "common/trace_file.hpp"

namespace deviceflow::demo {

namespace fs = std::filesystem;

namespace {

constexpr int kMostFiles = 9999;
constexpr std::size_t kMostMib = 16;

}  // namespace

Result<std::string> save_exchanges(const ExchangeLog& log, std::string_view ending) {
  std::error_code problem;
  const fs::path folder = fs::current_path(problem);
  std::string path;
  int descriptor = -1;
  for (int number = 1; number <= kMostFiles && descriptor < 0; ++number) {
    path = (folder / ("deviceflow-" + std::to_string(number) + std::string(ending))).string();
    descriptor = open_own_file(path, OwnFile::create);
    if (descriptor < 0 && errno != EEXIST) break;
  }
  if (descriptor < 0) {
    return usage_error("The exchanges can't be saved in " + folder.string() +
                       ". Start the program in a folder that can be written to.");
  }
  TraceFile file(descriptor, path, TraceSecrets::redact);
  for (std::size_t i = 0; i < log.size(); ++i) file.append(log.at(i), log.secrets());
  if (file.failed()) {
    return usage_error("The file " + path +
                       " is not complete: it can't be written. Is the disk full?");
  }
  return path;
}

std::vector<std::string> saved_traces() {
  std::error_code problem;
  std::vector<std::pair<fs::file_time_type, std::string>> found;
  for (fs::directory_iterator at(fs::current_path(problem), problem), end; at != end && !problem;
       at.increment(problem)) {
    const std::string file = at->path().filename().string();
    if (!file.starts_with("deviceflow-") || !file.ends_with(".jsonl")) continue;
    std::error_code gone;
    const auto time = at->last_write_time(gone);
    if (!gone && at->is_regular_file(gone)) found.emplace_back(time, at->path().string());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::string> paths;
  for (auto& [time, path] : found) paths.push_back(std::move(path));
  return paths;
}

Result<Trace> read_saved_trace(const std::string& path) {
  const auto text = read_file("trace", path, kMostMib);
  if (!text.ok()) return text.error();
  return read_trace(text->reveal());
}

}  // namespace deviceflow::demo
