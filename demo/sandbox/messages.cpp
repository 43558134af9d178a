#include "messages.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "foundation/json.hpp"

namespace deviceflow::sandbox {

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

namespace {

Response with_json(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"},
                      {"Cache-Control", "no-store"},
                      {"Pragma", "no-cache"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

std::string json_text(const nlohmann::ordered_json& document) {
  return document.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

Response json_response(int status, const nlohmann::ordered_json& body) {
  return with_json(status, json_text(body));
}

Response json_response(int status, const JsonValue& body) {
  return with_json(status, to_json(body));
}

Response oauth_error(int status, std::string_view error, std::string_view description) {
  nlohmann::ordered_json body{{"error", error}};
  if (!description.empty()) body["error_description"] = description;
  return json_response(status, body);
}

Response invalid_client(std::string_view description) {
  Response response = oauth_error(401, "invalid_client", description);
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"deviceflow sandbox\"");
  return response;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string in_seconds(std::chrono::milliseconds duration) {
  char text[40];
  const long long ms = duration.count();
  std::snprintf(text, sizeof text, "%lld.%03lld s", ms / 1000, ms % 1000);
  return text;
}

}  // namespace deviceflow::sandbox
