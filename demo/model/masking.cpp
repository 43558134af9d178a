#include "masking.hpp"

#include <algorithm>
#include <deviceflow/json.hpp>

#include "secret_values.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::size_t kNoLimit = std::string_view::npos;

std::string mask_named(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (const TextRange& value : find_secret_values(text)) {
    out += text.substr(done, value.at - done);
    out += kRedacted;
    done = value.at + value.size;
  }
  return out.append(text.substr(done));
}

bool is_base64url_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Three parts signed, five encrypted; the first is JSON, and base64url of {" starts with "eyJ".
bool is_jwt(std::string_view text) {
  const auto dots = std::ranges::count(text, '.');
  return text.starts_with("eyJ") && (dots == 2 || dots == 4) &&
         std::ranges::all_of(text, [](char c) { return c == '.' || is_base64url_char(c); });
}

}  // namespace

std::string mask_text(std::string_view text, const Redactor& secrets) {
  // Whole secrets first: one may hold what looks like a name and its value.
  return mask_named(secrets.scrub(text));
}

std::string masked_value(std::string_view value) {
  const auto chars = std::ranges::count_if(
      value, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return "•••••••• " + std::string(is_jwt(value) ? "JWT, " : "") + std::to_string(chars) +
         (chars == 1 ? " char" : " chars");
}

std::string Presenter::text(std::string_view text) const {
  return masks() ? secrets_.clean(mask_text(text, secrets_), kNoLimit) : clean_text(text, kNoLimit);
}

std::string Presenter::json(std::string_view text) const {
  return masks() ? secrets_.scrub(json_escape(mask_text(text, secrets_))) : json_escape(text);
}

std::string Presenter::whole(std::string_view text) const {
  return masks() ? mask_text(text, secrets_) : std::string(text);
}

}  // namespace deviceflow::demo
