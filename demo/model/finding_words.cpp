#include "finding_words.hpp"

#include <charconv>
#include <chrono>
#include <vector>

#include "error_words.hpp"

namespace deviceflow::demo {

namespace {

// Seconds in words are {time}, and the key of a setting is what its row is called.
std::string filled(const std::string& key, const Finding::Values& values, const Language& say) {
  Finding::Values words = values;
  for (auto& [name, value] : words) {
    if (name == "setting") value = setting_words(value, say);
    if (name != "seconds") continue;
    std::int64_t count = 0;
    std::from_chars(value.data(), value.data() + value.size(), count);
    name = "time";
    value = say.duration(std::chrono::seconds(count));
  }
  const std::vector<Language::Value> places(words.begin(), words.end());
  return say(key, places);
}

std::string_view advice_key(const Error& error) {
  switch (error.blame) {
    case Blame::caller:
    case Blame::storage: return "finding.error.caller.advice";
    case Blame::network: return "finding.error.network.advice";
    default: return "finding.error.server.advice";
  }
}

}  // namespace

std::string finding_words(const Finding& finding, const Language& say) {
  if (!finding.error) return filled("finding." + finding.code, finding.values, say);
  std::string text = error_words(*finding.error, say);
  if (!finding.error->description.empty()) {
    text += " " + std::string(say("detail.server")) + ": " + finding.error->description;
  }
  return text;
}

std::string finding_advice(const Finding& finding, const Language& say) {
  if (finding.grade == Grade::good) return {};
  if (finding.error) return std::string(say(advice_key(*finding.error)));
  return filled("finding." + finding.code + ".advice", finding.values, say);
}

std::string step_words(const DoctorStep& step, const Language& say) {
  return step.code.empty() ? step.text : filled("test.step." + step.code, step.values, say);
}

std::string verdict_words(const Verdict& verdict, const Language& say) {
  const std::string key = "test.verdict." + verdict.code;
  return say(key, {{"count", std::to_string(verdict.points)}});
}

}  // namespace deviceflow::demo
