#include "json_output.hpp"

#include <algorithm>

#include "foundation/json.hpp"

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

JsonValue details(const ErrorDetails& about) {
  JsonValue out = JsonValue::object();
  const auto add = [&out](std::string_view name, const std::string& value) {
    if (!value.empty()) out.set(name, value);
  };
  add("host", about.host);
  add("port", about.port);
  add("proxy", about.proxy);
  add("setting", about.setting);
  add("file", about.file);
  return out;
}

// What a server sent, beside our own members.
void add_members(JsonValue& event, const JsonValue& members) {
  for (const JsonValue::Member& member : members.members()) {
    if (event.find(member.key) == nullptr) event.set(member.key, member.value);
  }
}

}  // namespace

void JsonOutput::write(JsonValue event) {
  if (time_) event.set("time", seconds_or_null(time_));
  out_(to_json(event) + "\n");
}

void JsonOutput::prompt(const DeviceAuthorization& codes, SteadyTime) {
  JsonValue out = event("prompt");
  out.set("user_code", codes.user_code);
  out.set("verification_uri", codes.verification_uri);
  out.set("verification_uri_complete", text_or_null(codes.verification_uri_complete.value_or("")));
  out.set("expires_in", whole(codes.expires_in));
  out.set("interval", whole(codes.interval));
  write(std::move(out));
}

void JsonOutput::poll(const PollReport& report, std::optional<milliseconds> next_in) {
  JsonValue out = event("poll");
  out.set("attempt", JsonValue::integer(report.attempt));
  out.set("result", name(report.result));
  if (report.result == PollReport::Result::retry) out.set("reason", report.reason);
  if (!report.server_text.empty()) out.set("server_text", report.server_text);
  if (report.check_endpoint) out.set("check_endpoint", JsonValue::boolean(true));
  out.set("next_in", seconds_or_null(next_in));
  write(std::move(out));
}

void JsonOutput::write_replaced(const ReplacedSignIn& replaced) {
  using Result = SignOutReport::Part::Result;
  JsonValue out = event("replaced");
  out.set("subject", text_or_null(replaced.subject));
  out.set("other_user", JsonValue::boolean(replaced.other_user));
  out.set("revoked", JsonValue::boolean(replaced.refresh_token.result == Result::revoked));
  if (replaced.refresh_token.error) out.set("code", replaced.refresh_token.error->label());
  write(std::move(out));
}

void JsonOutput::tokens(const TokenNews& news) {
  if (news.replaced != nullptr) write_replaced(*news.replaced);
  const TokenSet& tokens = news.tokens;
  JsonValue out = event("tokens");
  out.set("token_type", tokens.token_type);
  out.set("expires_in", tokens.expires_in ? whole(*tokens.expires_in) : JsonValue());
  out.set("scope", text_or_null(tokens.scope.value_or("")));
  out.set("has_refresh_token", JsonValue::boolean(!tokens.refresh_token.empty()));
  out.set("has_id_token", JsonValue::boolean(!tokens.id_token.empty()));
  out.set("id_token_claims",
          news.claims != nullptr ? json_or_null(news.claims->members.reveal()) : JsonValue());
  if (news.claims_missing != nullptr) out.set("id_token_problem", news.claims_missing->message);
  out.set("store", text_or_null(news.kept.folder));
  out.set("quirks", names(news.quirks));
  if (show_tokens_) {
    out.set("access_token", tokens.access_token.reveal());
    if (!tokens.refresh_token.empty()) out.set("refresh_token", tokens.refresh_token.reveal());
    if (!tokens.id_token.empty()) out.set("id_token", tokens.id_token.reveal());
  }
  write(std::move(out));
}

void JsonOutput::introspection(const Introspection& answer) {
  JsonValue out = event("introspection");
  out.set("active", JsonValue::boolean(answer.active));
  add_members(out, json_or_null(answer.members.reveal()));
  write(std::move(out));
}

void JsonOutput::userinfo(const UserInfo& info) {
  JsonValue out = event("userinfo");
  add_members(out, json_or_null(info.members.reveal()));
  write(std::move(out));
}

void JsonOutput::status(const LoginStatus& status) {
  JsonValue out = event("status");
  out.set("logged_in", JsonValue::boolean(status.logged_in));
  out.set("issuer", text_or_null(status.issuer));
  out.set("client_id", text_or_null(status.client_id));
  out.set("account", status.account);
  out.set("subject", text_or_null(status.subject));
  out.set("scope", text_or_null(status.scope));
  out.set("expires_in", status.expires_in ? whole(*status.expires_in) : JsonValue());
  out.set("has_refresh_token", JsonValue::boolean(status.has_refresh_token));
  out.set("store", text_or_null(status.kept.folder));
  out.set("sign_in_needed", JsonValue::boolean(status.needs_sign_in()));
  if (status.refused) out.set("reason", status.refused->reason);
  if (status.revoked) out.set("reason", "revoked");
  write(std::move(out));
}

void JsonOutput::stored(const std::vector<LoginStatus>& all, const KeptAt& kept) {
  for (LoginStatus one : all) {
    one.kept = kept;
    status(one);
  }
  if (!all.empty()) return;
  LoginStatus nothing;
  nothing.kept = kept;
  status(nothing);
}

void JsonOutput::token(const UsableToken& token) {
  const AccessToken& access = token.access;
  JsonValue out = event("token");
  out.set("access_token", access.token.reveal());
  out.set("token_type", access.token_type);
  out.set("expires_in", token.expires_in ? whole(*token.expires_in) : JsonValue());
  out.set("scope", text_or_null(access.scope.value_or("")));
  if (access.refresh_failure) out.set("refresh_problem", access.refresh_failure->message);
  out.set("quirks", names(access.quirks));
  write(std::move(out));
}

void JsonOutput::write_revoked(std::string_view what, const SignOutReport::Part& part,
                               bool logout) {
  using Result = SignOutReport::Part::Result;
  if (part.result == Result::absent) return;
  // Where revoking was all that was asked for, an error event follows and says it.
  if (part.result == Result::not_confirmed && !logout) return;
  JsonValue out = event("revoked");
  out.set("what", what);
  out.set("done", JsonValue::boolean(part.result == Result::revoked));
  if (part.error) out.set("code", part.error->label());
  write(std::move(out));
}

void JsonOutput::signed_out(const SignOutNews& news) {
  write_revoked("refresh_token", news.report.refresh_token, news.logout);
  write_revoked("access_token", news.report.access_token, news.logout);
  if (news.logout && news.report.removed) write(event("logged_out"));
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
  write(std::move(out));
}

void JsonOutput::finding(const Finding& finding) {
  JsonValue out = event("finding");
  out.set("check", finding.check);
  out.set("code", finding.error ? name(finding.error->code) : std::string_view(finding.code));
  out.set("ok", JsonValue::boolean(finding.grade == Grade::good));
  out.set("detail", finding.detail);
  out.set("rfc", text_or_null(finding.rfc));
  out.set("blocks", JsonValue::boolean(finding.grade == Grade::bad));
  out.set("advice", text_or_null(finding.advice));
  write(std::move(out));
}

void JsonOutput::verdict(const Verdict& verdict) {
  JsonValue out = event("verdict");
  out.set("usable", JsonValue::boolean(verdict.usable));
  out.set("detail", verdict.sentence);
  write(std::move(out));
}

void JsonOutput::providers(const std::vector<Provider>& providers) {
  for (const Provider& provider : providers) {
    JsonValue out = event("provider");
    out.set("name", provider.name);
    out.set("title", provider.title);
    JsonValue fields = JsonValue::object();
    for (const ProviderField& field : provider.fields) {
      JsonValue one = JsonValue::object();
      one.set("title", field.title);
      one.set("example", field.example);
      one.set("optional", JsonValue::boolean(field.optional));
      fields.set(field.name, std::move(one));
    }
    out.set("fields", std::move(fields));
    out.set("facts_from", provider.facts_from);
    out.set("facts_date", provider.facts_date);
    out.set("confidence", provider.confidence);
    write(std::move(out));
  }
}

void JsonOutput::failure(const Failure& failure) {
  const Error& error = failure.error;
  JsonValue out = event("error");
  out.set("stage", name(error.stage));
  out.set("code", error.label());
  out.set("description", text_or_null(error.description));
  out.set("http_status", error.http_status ? JsonValue::integer(*error.http_status) : JsonValue());
  out.set("reason", text_or_null(error.reason));
  out.set("details", details(error.details));
  out.set("last_failure", text_or_null(failure.last_failure));
  out.set("message", error.message);
  out.set("quirks", names(failure.quirks));
  write(std::move(out));
}

void JsonOutput::remark(std::string_view text) {
  err_("deviceflow: " + clean_text(text) + "\n");
}

}  // namespace deviceflow::demo
