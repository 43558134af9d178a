#include "protocol/url_template.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>

#include "foundation/encoding.hpp"
#include "foundation/url.hpp"

namespace deviceflow {

namespace {

constexpr std::size_t npos = std::string_view::npos;
using Values = std::map<std::string, std::string>;

Error bad(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

bool only(std::string_view text, std::string_view allowed) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           allowed.find(c) != npos;
  });
}

// A whole authority: a name or an address, with at most a port.
bool is_host(const std::string& value) {
  const auto url = parse_url("https://" + value);
  return only(value, "-._:[]") && url.ok() && url->path.empty();
}

// A part of a name, such as a tenant in front of its provider's domain.
bool is_label(std::string_view value) {
  return only(value, "-.") && value.front() != '.' && value.back() != '.' &&
         value.find("..") == npos;
}

// Percent-encoded, these can't leave their segment; a slash or an escape could on some servers.
bool is_segment(std::string_view value) {
  const bool plain = std::none_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
           std::string_view("/\\?#%").find(c) != npos;
  });
  return plain && value != "." && value != "..";
}

// What a field may be at one place of a URL, and how it is written there.
Result<std::string> fit(const std::string& name, const std::string& value, std::string_view before,
                        std::string_view after) {
  const auto refused = [&](const char* allowed) {
    return bad("The value \"" + clean_text(value, 100) + "\" of the field \"" + name +
               "\" can't be used: " + allowed + ".");
  };
  const std::size_t authority = before.find("://");
  const bool in_authority = authority != npos && before.find('/', authority + 3) == npos;
  if (value.empty()) return refused("it is empty");
  if (!in_authority) {
    if (!is_segment(value)) {
      return refused("it has to be one part of a path, without any of / \\ ? # %");
    }
    return percent_encode(value);
  }
  const bool whole = before.size() == authority + 3 &&
                     (after.empty() || after.front() == '/' || after.front() == '[');
  if (whole && !is_host(value)) {
    return refused("it has to be a host, with a port where it needs one, such as idp.example.com");
  }
  if (!whole && !is_label(value)) {
    return refused("it has to be a part of a host's name: letters, digits, \"-\" and \".\"");
  }
  return value;
}

bool has_all(std::string_view part, const Values& values) {
  for (std::size_t open = part.find('{'); open != npos; open = part.find('{', open + 1)) {
    const std::size_t close = part.find('}', open);
    if (values.count(std::string(part.substr(open + 1, close - open - 1))) == 0) return false;
  }
  return true;
}

// The template without its brackets, and without the parts that fall away.
std::string settle_parts(std::string_view text, const Values& values) {
  std::string out;
  for (;;) {
    const std::size_t open = text.find('[');
    out += text.substr(0, open);
    if (open == npos) return out;
    const std::size_t close = text.find(']', open);
    const std::string_view part = text.substr(open + 1, close - open - 1);
    if (has_all(part, values)) out += part;
    text.remove_prefix(close + 1);
  }
}

}  // namespace

Result<std::vector<std::string>> template_fields(std::string_view text) {
  const Error unmatched = bad("has braces or brackets that don't match");
  std::vector<std::string> names;
  bool in_part = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '}' || text[i] == (in_part ? '[' : ']')) return unmatched;
    if (text[i] == '[' || text[i] == ']') in_part = !in_part;
    if (text[i] != '{') continue;
    const std::size_t close = text.find_first_of("{}[]", i + 1);
    if (close == npos || text[close] != '}') return unmatched;
    if (close == i + 1) return bad("has a field without a name: {}");
    names.emplace_back(text.substr(i + 1, close - i - 1));
    i = close;
  }
  if (in_part) return unmatched;
  return names;
}

Result<std::string> fill_template(std::string_view text, const Values& values, bool allow_http) {
  const std::string whole = settle_parts(text, values);
  std::string_view rest = whole;
  std::string out;
  for (;;) {
    const std::size_t open = rest.find('{');
    out += rest.substr(0, open);
    if (open == npos) break;
    const std::size_t close = rest.find('}', open);
    const std::string name(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
    const auto value = values.find(name);
    if (value == values.end()) return bad("It needs a value for {" + name + "}.");
    const auto fitted = fit(name, value->second, out, rest);
    if (!fitted.ok()) return fitted.error();
    out += *fitted;
  }
  const auto url = parse_url(out);
  if (!url.ok()) return url.error();
  const bool good_scheme = url->scheme == "https" || (allow_http && url->scheme == "http");
  if (!good_scheme || !url->userinfo.empty() || url->fragment) {
    return bad("It has to be an https URL without a user name or a fragment.");
  }
  return out;
}

}  // namespace deviceflow
