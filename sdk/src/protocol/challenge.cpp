#include "protocol/challenge.hpp"

#include <algorithm>

#include "foundation/ascii.hpp"

namespace deviceflow {

namespace {

constexpr std::string_view kBlank = " \t";

// Takes one piece of a header after the other. Nonsense ends up as words nobody asked for.
struct ChallengeReader {
  std::string_view rest;

  void skip(std::string_view characters) {
    rest.remove_prefix(std::min(rest.find_first_not_of(characters), rest.size()));
  }
  std::string_view word() {
    const std::string_view out = rest.substr(0, rest.find_first_of(" \t,=\""));
    rest.remove_prefix(out.size());
    return out;
  }
  std::string value() {
    if (rest.empty() || rest.front() != '"') return std::string(word());
    rest.remove_prefix(1);
    std::string out;
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
      out += rest.front();
      rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
    return out;
  }
};

std::string parameter_in(std::string_view header, std::string_view scheme,
                         std::string_view parameter) {
  ChallengeReader in{header};
  bool ours = false;
  for (;;) {
    in.skip(" \t,=\"");  // what separates, and the padding of a token68
    const std::string_view word = in.word();
    if (word.empty()) return {};
    in.skip(kBlank);
    if (in.rest.empty() || in.rest.front() != '=') {
      ours = ascii::same(word, scheme);
      continue;
    }
    in.rest.remove_prefix(1);
    in.skip(kBlank);
    std::string value = in.value();
    if (ours && ascii::same(word, parameter)) return value;
  }
}

}  // namespace

std::string challenge_parameter(const HttpResponse& response, std::string_view scheme,
                                std::string_view parameter) {
  for (const Header& header : response.headers) {
    if (!ascii::same(header.name, "WWW-Authenticate")) continue;
    std::string value = parameter_in(header.value.reveal(), scheme, parameter);
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace deviceflow
