#include "scope_words.hpp"

#include <algorithm>
#include <array>

namespace deviceflow::demo {

namespace {

// OpenID Connect Core sections 3.1.2.1, 5.4 and 11.
constexpr std::array<std::string_view, 6> kKnown{"openid",  "profile", "email",
                                                 "address", "phone",   "offline_access"};

}  // namespace

std::string scope_words(std::string_view scope, const Language& say) {
  std::string out;
  while (!scope.empty()) {
    const std::string_view one = scope.substr(0, scope.find(' '));
    scope.remove_prefix(std::min(scope.size(), one.size() + 1));
    if (one.empty()) continue;
    if (!out.empty()) out += " · ";
    const bool known = std::ranges::find(kKnown, one) != kKnown.end();
    const std::string key = "scope." + std::string(one);
    out += known ? say(key) : one;
  }
  return out;
}

}  // namespace deviceflow::demo
