// Where the secrets of an exchange stand: in fields and members whose names say so, and in headers.
#include "protocol/exchange_secrets.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <string>

#include "foundation/ascii.hpp"
#include "foundation/encoding.hpp"

namespace deviceflow {

namespace {

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

// Of credentials: standard base64, with or without padding.
std::optional<Secret> base64_decode(std::string_view text) {
  Secret in_url_alphabet;
  for (const char c : text.substr(0, text.find('='))) {
    const char other = c == '+' ? '-' : c == '/' ? '_' : c;
    in_url_alphabet.append({&other, 1});
  }
  return base64url_decode(in_url_alphabet.reveal());
}

class Collector {
 public:
  void headers(const std::vector<Header>& headers) {
    for (const Header& header : headers) {
      const std::string_view value = header.value.reveal();
      if (const auto found = credentials_in(header.name, value)) {
        credentials(*found);
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
      Secret quoted("\"");
      quoted.append(value);
      quoted.append("\"");
      const auto json = parse_json(quoted.reveal());
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

  void credentials(const HeaderCredentials& credentials) {
    add(credentials.value);
    if (!ascii::same(credentials.scheme, "basic")) return;
    const auto pair = base64_decode(credentials.value);
    const std::size_t colon = pair ? pair->reveal().find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) return;
    const std::string_view password = pair->reveal().substr(colon + 1);
    add(password);
    if (const auto decoded = form_decode(password)) add(*decoded);
  }

  std::vector<Secret> found_;
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

bool names_a_secret(std::string_view name) {
  const std::string plain = ascii::plain_name(name);
  for (const std::string_view end : {"token", "secret", "password", "assertion"}) {
    if (ends_with(plain, end)) return true;
  }
  return plain == "devicecode" || plain == "codeverifier" || plain == "idtokenhint";
}

std::optional<HeaderCredentials> credentials_in(std::string_view name, std::string_view value) {
  if (!ascii::same(name, "Authorization") && !ascii::same(name, "Proxy-Authorization")) {
    return std::nullopt;
  }
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return HeaderCredentials{{}, value};
  return HeaderCredentials{value.substr(0, space), value.substr(space + 1)};
}

bool header_is_secret(std::string_view name) {
  return credentials_in(name, {}) || ascii::same(name, "Cookie") ||
         ascii::same(name, "Set-Cookie") || names_a_secret(name);
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

}  // namespace deviceflow
