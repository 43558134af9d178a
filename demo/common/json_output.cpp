#include "json_output.hpp"

#include <algorithm>

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

JsonValue event(std::string_view name) {
  JsonValue out = JsonValue::object();
  out.set("event", JsonValue::string(name));
  return out;
}

JsonValue text_or_null(std::string_view text) {
  return text.empty() ? JsonValue() : JsonValue::string(text);
}

JsonValue whole(seconds value) {
  return JsonValue::integer(value.count());
}

JsonValue seconds_or_null(std::optional<milliseconds> value) {
  if (!value) return {};
  const std::int64_t ms = std::max<std::int64_t>(0, value->count());
  if (ms % 1000 == 0) return JsonValue::integer(ms / 1000);
  std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  while (fraction.back() == '0') fraction.pop_back();
  const std::string text = std::to_string(ms / 1000) + "." + fraction;
  return JsonValue::real(static_cast<double>(ms) / 1000, text);
}

JsonValue names(const Quirks& quirks) {
  JsonValue out = JsonValue::array();
  for (const Quirk quirk : quirks.list()) out.push(JsonValue::string(name(quirk)));
  return out;
}

}  // namespace

void JsonOutput::write(const JsonValue& event) {
  out_(to_json(event) + "\n");
}

void JsonOutput::prompt(const DeviceAuthorization& codes, SteadyTime) {
  JsonValue out = event("prompt");
  out.set("user_code", codes.user_code);
  out.set("verification_uri", codes.verification_uri);
  out.set("verification_uri_complete", text_or_null(codes.verification_uri_complete.value_or("")));
  out.set("expires_in", whole(codes.expires_in));
  out.set("interval", whole(codes.interval));
  write(out);
}

void JsonOutput::poll(const PollReport& report, std::optional<milliseconds> next_in) {
  JsonValue out = event("poll");
  out.set("attempt", JsonValue::integer(report.attempt));
  out.set("result", name(report.result));
  if (report.result == PollReport::Result::retry) out.set("reason", report.reason);
  out.set("next_in", seconds_or_null(next_in));
  write(out);
}

void JsonOutput::tokens(const TokenSet& tokens, const Quirks& quirks) {
  JsonValue out = event("tokens");
  out.set("token_type", tokens.token_type);
  out.set("expires_in", tokens.expires_in ? whole(*tokens.expires_in) : JsonValue());
  out.set("scope", text_or_null(tokens.scope.value_or("")));
  out.set("has_refresh_token", JsonValue::boolean(!tokens.refresh_token.empty()));
  out.set("has_id_token", JsonValue::boolean(!tokens.id_token.empty()));
  out.set("id_token_claims", JsonValue());
  out.set("quirks", names(quirks));
  if (show_tokens_) {
    out.set("access_token", tokens.access_token.reveal());
    if (!tokens.refresh_token.empty()) out.set("refresh_token", tokens.refresh_token.reveal());
    if (!tokens.id_token.empty()) out.set("id_token", tokens.id_token.reveal());
  }
  write(out);
}

void JsonOutput::introspection(const Introspection& answer) {
  JsonValue out = event("introspection");
  out.set("active", JsonValue::boolean(answer.active));
  for (const JsonValue::Member& member : answer.members.members()) {
    // A member of the name that tells events apart can't stand beside ours.
    if (member.key == "active" || member.key == "event") continue;
    out.set(member.key, member.value.copy());
  }
  write(out);
}

void JsonOutput::endpoints(const KnownEndpoints& known) {
  JsonValue out = event("endpoints");
  out.set("issuer", text_or_null(known.issuer));
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    JsonValue endpoint = JsonValue::object();
    endpoint.set("url", text_or_null(known.endpoints[i].url));
    endpoint.set("from", text_or_null(known.endpoints[i].from));
    out.set(kEndpointNames[i].key, std::move(endpoint));
  }
  out.set("quirks", names(known.quirks));
  write(out);
}

void JsonOutput::failure(const Failure& failure) {
  const Error& error = failure.error;
  JsonValue out = event("error");
  out.set("stage", name(error.stage));
  out.set("code", error.label());
  out.set("description", text_or_null(error.description));
  out.set("http_status", error.http_status ? JsonValue::integer(*error.http_status) : JsonValue());
  out.set("last_failure", text_or_null(failure.last_failure));
  out.set("message", error.message);
  out.set("quirks", names(failure.quirks));
  write(out);
}

void JsonOutput::remark(std::string_view text) {
  err_("deviceflow: " + clean_text(text) + "\n");
}

}  // namespace deviceflow::demo
