// Everything foreign that the tool puts on a terminal. The lines of the input are the texts.
#include <cstring>
#include <vector>

#include "foundation/json.hpp"
#include "fuzz.hpp"
#include "terminal/countdown.hpp"
#include "terminal/outcome_text.hpp"
#include "terminal/prompt_text.hpp"
#include "terminal/stored_text.hpp"

namespace deviceflow::fuzz {
namespace {

using namespace demo;

// Printable ASCII and our line breaks.
std::string plain_characters() {
  std::string out = "\n";
  for (char c = 0x20; c < 0x7F; ++c) out += c;
  return out;
}

// Line breaks are ours; without styles there is no other control byte, and no escape sequence.
void require_harmless(const std::string& text, const Tty& screen) {
  // A call of the C library, since every step of our own costs a fuzzer far more. Most texts end
  // here.
  static const std::string plain = plain_characters();
  if (std::strspn(text.c_str(), plain.c_str()) == text.size()) return;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto [line, more] = split_line(rest);
    rest = more;
    require(clean_text(line, line.size() + 1) == line, "nothing on a terminal controls it");
    const bool ascii = std::strspn(std::string(line).c_str(), plain.c_str()) == line.size();
    require(screen.utf8 || ascii, "without UTF-8 everything is ASCII");
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (out.size() < 4) {
    const auto [line, rest] = split_line(text);
    out.emplace_back(line);
    text = rest;
  }
  out.emplace_back(text);
  return out;
}

void show(const std::vector<std::string>& texts, const Tty& screen) {
  require_harmless(shown(texts[0], screen), screen);
  require_harmless(wrapped(shown(texts[0], screen), screen, "  ", "    "), screen);

  DeviceAuthorization codes;
  codes.user_code = texts[0];
  codes.verification_uri = "https://id.example.com/" + shown(texts[1], screen);
  LoginFacts facts;
  facts.host = texts[2];
  require_harmless(prompt_text(facts, codes, screen, QrChoice::none), screen);

  Failure failure;
  failure.error = make_error(Blame::server, ErrorCode::oauth_error, Stage::token, texts[0]);
  failure.error.description = texts[1];
  failure.last_failure = texts[2];
  require_harmless(failure_text(failure, screen), screen);

  Countdown countdown;
  countdown.last = PollReport::Result::retry;
  countdown.reason = texts[3];
  require_harmless(countdown_line(countdown, screen), screen);

  TokenSet tokens;
  tokens.token_type = texts[0];
  tokens.scope = texts[1];
  require_harmless(tokens_text({tokens}, texts[2], false, screen), screen);

  Introspection answer;
  JsonValue members = JsonValue::object();
  members.set(texts[0], texts[1]);
  members.set("exp", texts[2]);
  answer.members = parse_json(texts[4]).ok() ? Secret(texts[4]) : to_secret_json(members);
  require_harmless(introspection_text(answer, screen), screen);
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const std::string_view text = fuzz::text_of(data, size);
  const std::string clean = clean_text(text);
  fuzz::require(clean_text(clean) == clean, "clean text stays as it is");
  const auto texts = fuzz::lines_of(text);
  for (const bool utf8 : {true, false}) {
    demo::Tty screen;
    screen.utf8 = utf8;
    fuzz::show(texts, screen);
    screen.terminal = true;
    screen.symbols = utf8;
    screen.columns = 40;
    fuzz::show(texts, screen);
  }
  return 0;
}
