// The redactor: three lines of secrets, and any text. It ends, what it writes is bounded, and no
// secret is left in it.

#include "foundation/json.hpp"
#include "fuzz.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr std::string_view kMark = "[redacted]";

// A mark may hold a part of a secret that looks like one.
bool can_be_seen(std::string_view secret) {
  return secret.size() >= 4 && secret.find_first_not_of(" +") != std::string_view::npos &&
         secret.find_first_of("[]") == std::string_view::npos &&
         kMark.find(secret) == std::string_view::npos;
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  using namespace deviceflow::fuzz;
  std::string_view text = text_of(data, size);
  std::string_view secrets[3];
  Redactor redactor;
  for (std::string_view& secret : secrets) {
    const auto [line, rest] = split_line(text);
    secret = line;
    text = rest;
    redactor.add(Secret(secret));
  }
  const std::string around = std::string(text) + std::string(secrets[0]) + std::string(text);
  const std::string scrubbed = redactor.scrub(around);
  require(scrubbed.size() <= around.size() * 5 / 2, "marks are the only growth");
  const std::string cleaned = redactor.clean(around, 500);
  require(cleaned.size() <= 503, "a cut text keeps to its limit");
  require(clean_text(cleaned) == cleaned, "what is cleaned is clean");
  for (const std::string_view secret : secrets) {
    if (!can_be_seen(secret)) continue;
    require(scrubbed.find(secret) == std::string::npos, "no secret is left");
    require(redactor.scrub(json_escape(secret)).find(secret) == std::string::npos,
            "nor one that is escaped");
  }
  return 0;
}
