#include "secret_values.hpp"

#include <algorithm>
#include <deviceflow/form.hpp>
#include <deviceflow/json.hpp>
#include <optional>
#include <string>

namespace deviceflow::demo {

namespace {

// "Access-Token", "access_token" and "accessToken" are one name.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '_' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Reads what stands between a name and its value, and then the value.
class ValueReader {
 public:
  ValueReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::optional<TextRange> read() {
    const Quote name_end = skip_quote();
    skip_spaces();
    const char separator = peek();
    if (separator != '=' && (separator != ':' || name_end.mark == '\0')) return std::nullopt;
    ++at_;
    if (peek() == '>') ++at_;  // PHP writes =>
    skip_spaces();
    const Quote opening = skip_quote();
    const std::size_t size = opening.mark == '\0' ? bare_size(separator) : quoted_size(opening);
    const std::string_view value = text_.substr(at_, size);
    const bool nothing =
        value.empty() ||
        (opening.mark == '\0' && (value == "null" || value == "true" || value == "false"));
    if (nothing) return std::nullopt;
    return TextRange{at_, size};
  }

 private:
  struct Quote {
    char mark = '\0';
    bool escaped = false;
  };

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  Quote skip_quote() {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] == '\\') ++end;
    if (end == text_.size() || (text_[end] != '"' && text_[end] != '\'')) return {};
    const Quote quote{text_[end], end > at_};
    at_ = end + 1;
    return quote;
  }
  std::size_t quoted_size(const Quote& opening) const {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != opening.mark) {
      if (text_[end] == '\\') {
        if (opening.escaped) break;
        ++end;
      }
      ++end;
    }
    return std::min(end, text_.size()) - at_;
  }
  std::size_t bare_size(char separator) const {
    const std::string_view ends = separator == '=' ? "&\"'<> \t\r\n" : "&\"'<> \t\r\n,{}[]";
    return std::min(text_.find_first_of(ends, at_), text_.size()) - at_;
  }

  std::string_view text_;
  std::size_t at_;
};

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text.substr(0, text.find('='))) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = ((held << 6) | static_cast<unsigned>(digit)) & 0xFFFFu;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>((held >> bits) & 0xFFu);
  }
  return out;
}

class Collector {
 public:
  void headers(const std::vector<Header>& headers) {
    for (const Header& header : headers) {
      const std::string_view value = header.value.reveal();
      if (header_has_credentials(header.name)) {
        credentials(split_credentials(value));
      } else if (header_is_secret(header.name)) {
        add(value);
      } else {
        any_text(value);  // a Location with a token in it
      }
    }
  }

  void any_text(std::string_view text) {
    for (const TextRange& range : find_secret_values(text)) {
      const std::string_view value = text.substr(range.at, range.size);
      add(value);
      if (const auto decoded = form_decode(value)) add(*decoded);
      const auto json = parse_json("\"" + std::string(value) + "\"");
      if (json.ok()) add(*json->as_string());
    }
  }

  bool form(std::string_view body) {
    const auto form = Form::parse(body);
    if (!form) return false;
    for (const Form::Field& field : form->fields()) {
      if (names_a_secret(field.name)) add(field.value.reveal());
    }
    return true;
  }

  void json(const JsonValue& value, bool secret) {
    if (secret) {
      add(value.display_text());
      if (value.as_number()) add(to_json(value));
    }
    for (const JsonValue& item : value.items()) json(item, secret);
    for (const auto& [key, member] : value.members()) json(member, secret || names_a_secret(key));
  }

  std::vector<Secret> take() { return std::move(found_); }

 private:
  void add(std::string_view value) {
    if (value.empty()) return;
    found_.emplace_back(value);
  }

  void credentials(const Credentials& credentials) {
    add(credentials.value);
    if (plain_name(credentials.scheme) != "basic") return;
    const auto pair = base64_decode(credentials.value);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return;
    const std::string_view password = std::string_view(*pair).substr(colon + 1);
    add(password);
    if (const auto decoded = form_decode(password)) add(*decoded);
  }

  std::vector<Secret> found_;
};

}  // namespace

bool header_has_credentials(std::string_view name) {
  const std::string plain = plain_name(name);
  return plain == "authorization" || plain == "proxyauthorization";
}

bool header_is_secret(std::string_view name) {
  const std::string plain = plain_name(name);
  return header_has_credentials(name) || plain == "cookie" || plain == "setcookie" ||
         names_a_secret(name);
}

Credentials split_credentials(std::string_view header_value) {
  const std::size_t space = header_value.find(' ');
  if (space == std::string_view::npos) return {{}, header_value};
  return {header_value.substr(0, space), header_value.substr(space + 1)};
}

std::vector<TextRange> find_secret_values(std::string_view text) {
  std::vector<TextRange> found;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_name_char(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_char(text[end])) ++end;
    const std::string_view name = text.substr(at, end - at);
    at = end;
    if (!names_a_secret(name)) continue;
    const auto value = ValueReader(text, end).read();
    if (!value) continue;
    found.push_back(*value);
    at = value->at + value->size;
  }
  return found;
}

std::vector<Secret> secrets_of(const ExchangeRecord& record) {
  Collector collector;
  collector.any_text(record.request.url);
  collector.headers(record.request.headers);
  const std::string_view sent = record.request.body.reveal();
  if (!collector.form(sent)) collector.any_text(sent);
  if (record.response) {
    collector.headers(record.response->headers);
    const std::string_view body = record.response->body.reveal();
    Quirks quirks;
    const auto parsed = parse_response_json(body, quirks);
    if (quirks.has(Quirk::unreadable_text)) collector.any_text(body);  // as it is shown raw
    if (parsed.ok()) {
      collector.json(*parsed, false);
    } else if (media_type(*record.response) != "application/x-www-form-urlencoded" ||
               !collector.form(body)) {
      collector.any_text(body);
    }
  }
  if (record.normalized) {  // there they have the standard names
    const auto parsed = parse_json(record.normalized->body.reveal());
    if (parsed.ok()) collector.json(*parsed, false);
  }
  return collector.take();
}

}  // namespace deviceflow::demo
