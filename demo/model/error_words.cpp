#include "error_words.hpp"

#include <deviceflow/secret.hpp>

namespace deviceflow::demo {

namespace {

constexpr std::size_t kMostDetail = 200;

}  // namespace

std::string setting_words(const std::string& setting, const Language& say) {
  const std::string key = "settings." + setting;
  const std::string_view words = say(key);
  return words == key ? setting : std::string(words);
}

// From the most exact sentence to the plainest, which has no places. One that names a detail that
// the error does not have would have a hole.
std::string error_words(const Error& error, const Language& say) {
  const ErrorDetails& about = error.details;
  const std::string host = clean_text(about.host, kMostDetail);
  const std::string proxy = clean_text(about.proxy, kMostDetail);
  const std::string file = clean_text(about.file, kMostDetail);
  const std::string code = clean_text(error.label(), kMostDetail);
  const std::string reason = clean_text(error.reason, kMostDetail);
  const std::string setting = setting_words(about.setting, say);
  const std::string status = error.http_status ? std::to_string(*error.http_status) : "";
  const std::initializer_list<Language::Value> values{
      {"host", host}, {"port", about.port}, {"proxy", proxy},   {"setting", setting},
      {"file", file}, {"code", code},       {"reason", reason}, {"status", status}};
  const std::string key = "error." + std::string(name(error.code));
  for (const std::string& candidate : {key + "." + reason, key + "." + code, key + ".file", key}) {
    if (auto sentence = say.complete(candidate, values)) return std::move(*sentence);
  }
  return std::string(say(key + ".short"));
}

std::string error_report(const Error& error, const Language& say) {
  const std::string words = error_words(error, say);
  return error.description.empty() ? words : words + " \"" + error.description + "\"";
}

}  // namespace deviceflow::demo
