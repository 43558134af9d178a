#include "masking.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <utility>

#include "common/trace.hpp"
#include "foundation/json.hpp"
#include "protocol/exchange_secrets.hpp"

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

// The fields of a request's form, as a trace has them.
Secret form_of(const JsonValue& line) {
  const JsonValue* request = line.find("request");
  const JsonValue* fields = request != nullptr ? request->find("form") : nullptr;
  Form form;
  if (fields == nullptr) return {};
  const auto add = [&form](const std::string& name, const JsonValue& value) {
    form.fields().push_back({name, Secret(value.as_string().value_or(""))});
  };
  for (const auto& [name, value] : fields->members()) {
    for (const JsonValue& one : value.items()) add(name, one);
    if (!value.is(JsonValue::Kind::array)) add(name, value);
  }
  return form.encode();
}

}  // namespace

std::string mask_text(std::string_view text, const Redactor& secrets) {
  // Whole secrets first: one may hold what looks like a name and its value.
  return mask_named(secrets.scrub(text));
}

std::string masked_value(std::string_view value) {
  if (value == kRedacted) return std::string(value);
  const auto chars = std::ranges::count_if(
      value, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return "•••••••• " + std::string(is_jwt(value) ? "JWT, " : "") + std::to_string(chars) +
         (chars == 1 ? " char" : " chars");
}

ExchangeRecord without_secrets(ExchangeRecord record, const Redactor& secrets) {
  const JsonValue line = trace_line(record, secrets, TraceSecrets::redact);
  auto trace = read_trace(to_json(line));
  const bool read = trace.ok() && trace->logins.size() == 1;
  ExchangeRecord shown =
      read ? std::move(trace->logins.front().exchanges.front()) : ExchangeRecord();
  record.normalized.reset();
  record.request.url = std::move(shown.request.url);
  record.request.headers = std::move(shown.request.headers);
  record.request.body = form_of(line);
  if (!record.response) return record;
  if (!shown.response) shown.response.emplace();
  record.response->headers = std::move(shown.response->headers);
  record.response->body = std::move(shown.response->body);
  return record;
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
