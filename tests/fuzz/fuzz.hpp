// What the fuzzers share: how an input becomes an answer, and how a broken promise is told.
#ifndef DEVICEFLOW_TESTS_FUZZ_HPP
#define DEVICEFLOW_TESTS_FUZZ_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace deviceflow::fuzz {

/// Ends the program where a promise is broken, so that the fuzzer keeps the input.
inline void require(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The text up to the first newline, and what stands behind it.
inline std::pair<std::string_view, std::string_view> split_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

/// An input as an answer: a line "400 application/json", lines "Name: value", an empty line, and
/// the body. What does not look like that is a body under 200.
inline HttpResponse response_of(std::string_view text) {
  HttpResponse response;
  response.status = 200;
  const auto [first, rest] = split_line(text);
  const bool head = first.size() >= 4 && first.find_first_not_of("0123456789") == 3;
  if (!head) {
    set_header(response.headers, "Content-Type", "application/json");
    response.body = Secret(text);
    return response;
  }
  response.status = (first[0] - '0') * 100 + (first[1] - '0') * 10 + (first[2] - '0');
  set_header(response.headers, "Content-Type", first.substr(4));
  text = rest;
  while (!text.empty() && response.headers.size() < 16) {
    const auto [line, more] = split_line(text);
    text = more;
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    set_header(response.headers, line.substr(0, colon), line.substr(colon + 2));
  }
  response.body = Secret(text);
  return response;
}

/// Every text of an Error is clean already.
inline void require_clean(const Error& error) {
  require(!error.message.empty(), "an Error says what is wrong");
  for (const std::string* text : {&error.oauth_code, &error.description}) {
    require(clean_text(*text) == *text, "what a server said is clean in an Error");
  }
}

}  // namespace deviceflow::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

#endif
