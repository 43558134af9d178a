// What every request of a client has to look like, and the device authorization endpoint.
#include "client_endpoints.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::ptrdiff_t kMostGrants = 256;  // Of one client.
constexpr std::string_view kDefaultScope = "profile";

// A wrongly encoded body can turn a code into a parameter's name, so only these are quoted.
constexpr std::array<std::string_view, 15> kParameters{
    "client_id",      "client_secret",         "client_assertion", "client_assertion_type",
    "code_challenge", "code_challenge_method", "code_verifier",    "device_code",
    "grant_type",     "refresh_token",         "resource",         "scope",
    "token",          "token_type_hint",       "user_code"};

std::string quote(std::string_view parameter) {
  const bool known =
      std::find(kParameters.begin(), kParameters.end(), parameter) != kParameters.end();
  return known ? "\"" + std::string(parameter) + "\"" : "a parameter";
}

std::string media_type(const Request& request) {
  std::string_view type = find_header(request.headers, "Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return std::string(type);
}

std::string user_code(std::string_view format, const std::string& random) {
  constexpr std::string_view kConsonants = "BCDFGHJKLMNPQRSTVWXZ";
  constexpr std::string_view kDigits = "0123456789";
  std::string code;
  for (std::size_t i = 0; i < format.size(); ++i) {
    // 24 bits a character keep the bias of the remainder below anything that counts.
    std::size_t value = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      value = value * 256 + static_cast<unsigned char>(random[3 * i + k]);
    }
    const char c = format[i];
    if (c == 'X') {
      code += kConsonants[value % kConsonants.size()];
    } else if (c == '9') {
      code += kDigits[value % kDigits.size()];
    } else {
      code += c;
    }
  }
  return code;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

bool is_scope(std::string_view scope) {
  return std::all_of(scope.begin(), scope.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'; });
}

bool has_scope(std::string_view scope, std::string_view wanted) {
  const std::string padded = " " + std::string(scope) + " ";
  return padded.find(" " + std::string(wanted) + " ") != std::string::npos;
}

const ScriptedAnswer* find_script(const std::vector<ScriptedAnswer>& scripts, int number) {
  const ScriptedAnswer* found = nullptr;
  for (const ScriptedAnswer& script : scripts) {
    if (script.covers(number)) found = &script;
  }
  return found;
}

Response scripted_response(const ScriptedAnswer& script) {
  Response response;
  response.status = script.status;
  response.headers = script.headers;
  response.body = script.body;
  response.delay = script.delay;
  response.hang_up = script.hang_up;
  return response;
}

std::optional<SteadyTime> retry_time(const Response& response, SteadyTime now) {
  const auto text = find_header(response.headers, "Retry-After");
  if (!text) return std::nullopt;
  int seconds = 0;
  const auto end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, seconds);
  if (problem != std::errc() || stop != end || seconds < 0) return std::nullopt;
  return now + response.delay + std::chrono::seconds(seconds);
}

JsonValue with_replacements(const JsonValue& ordinary, const JsonValue& replacements) {
  JsonValue out = JsonValue::object();
  for (const auto& member : ordinary.members()) {
    const JsonValue* other = replacements.find(member.key);
    if (other == nullptr) {
      out.set(member.key, member.value);
    } else if (!other->is(JsonValue::Kind::null)) {
      out.set(member.key, *other);
    }
  }
  for (const auto& member : replacements.members()) {
    if (ordinary.find(member.key) == nullptr && !member.value.is(JsonValue::Kind::null)) {
      out.set(member.key, member.value);
    }
  }
  return out;
}

std::optional<Form> AuthorizationServer::read_form(const Request& request,
                                                   const EndpointRules& rules, Response& refusal) {
  const auto accept = find_header(request.headers, "Accept").value_or("");
  if (accept.find("json") == std::string_view::npos &&
      accept.find("introspection+jwt") == std::string_view::npos) {
    violated("W-2",
             "a request to " + std::string(rules.path) + " without \"Accept: application/json\"");
  }
  if (request.method != "POST") {
    violated(std::string(rules.method_rule), std::string(rules.path) + " takes POST");
    refusal = oauth_error(405, "invalid_request", "This endpoint takes POST.");
    refusal.headers.emplace_back("Allow", "POST");
    return std::nullopt;
  }
  if (!request.query().empty()) {
    const auto query = Form::parse(request.query());
    const bool secret = query && query->has("client_secret");
    violated(secret ? "T-2.3.1-2" : std::string(rules.query_rule),
             "parameters in the query of " + std::string(rules.path));
    refusal = oauth_error(400, "invalid_request", "Parameters belong into the body.");
    return std::nullopt;
  }
  if (!equals_ignoring_case(media_type(request), "application/x-www-form-urlencoded")) {
    violated(std::string(rules.method_rule), "the body sent to " + std::string(rules.path) +
                                                 " is not application/x-www-form-urlencoded");
    refusal =
        oauth_error(400, "invalid_request", "The body must be application/x-www-form-urlencoded.");
    return std::nullopt;
  }
  return read_fields(request, refusal);
}

std::optional<Form> AuthorizationServer::read_fields(const Request& request, Response& refusal) {
  const auto sent = Form::parse(request.body);
  if (!sent) {
    violated("T-B-1", "a body with a broken escape");
    refusal = oauth_error(400, "invalid_request", "The body can't be decoded.");
    return std::nullopt;
  }
  Form form;
  std::set<std::string_view> seen;
  for (const Form::Field& field : sent->fields()) {
    if (!seen.insert(field.name).second && field.name != "resource") {
      violated("D-3.1-4", quote(field.name) + " occurs twice");
      refusal = oauth_error(400, "invalid_request", "A parameter occurs twice.");
      return std::nullopt;
    }
    // A parameter without a value counts as omitted (RFC 6749 section 3.1), which Form::add does.
    if (field.value.empty()) violated("D-3.1-3", quote(field.name) + " is sent without a value");
    form.add(field.name, field.value.reveal());
  }
  if (form.has("code_verifier") && request.path() != "/token") {
    violated("P-4.5-1", "a code_verifier in a request that is no poll");
  }
  return form;
}

const Client* AuthorizationServer::identify(const Request& request, const Form& form,
                                            std::string_view rule, Response& refusal) {
  ClientVerdict verdict = identify_client(request, form, rule);
  if (verdict.violation) violated(verdict.violation->rule, verdict.violation->detail);
  if (verdict.client == nullptr) refusal = std::move(verdict.refusal);
  return verdict.client;
}

Response AuthorizationServer::device_authorization(const Request& request, SteadyTime now) {
  constexpr EndpointRules kRules{"/device_authorization", "D-3.1-1", "D-3.1-1"};
  Response refusal;
  const auto form = read_form(request, kRules, refusal);
  if (!form) return refusal;
  const Client* client = identify(request, *form, "D-3.1-2", refusal);
  if (client == nullptr) return refusal;
  if (!is_scope(form->get("scope"))) {
    violated("T-3.3-1", "a scope with characters that a scope can't have");
    return oauth_error(400, "invalid_scope", "The scope has characters it can't have.");
  }
  if (!accept_challenge(*form, refusal)) return refusal;
  if (!make_room(*client, now)) return too_many_codes(*client, now);
  const ScriptedAnswer* script = find_script(scenario_.device_answers, ++device_requests_);
  if (script != nullptr && (script->replaces || script->hang_up)) {
    return scripted_device_answer(*script, *form, *client, now);
  }
  const auto delay = script == nullptr ? std::chrono::milliseconds(0) : script->delay;
  const Grant& grant = issue(*client, *form, now + delay);
  Response response = json_response(200, device_answer(grant));
  response.delay = delay;
  return response;
}

JsonValue AuthorizationServer::device_answer(const Grant& grant) const {
  JsonValue body = JsonValue::object();
  body.set("device_code", grant.device_code);
  body.set("user_code", grant.user_code);
  body.set("verification_uri", verification_uri());
  body.set("verification_uri_complete",
           verification_uri() + "?user_code=" + percent_encode(grant.user_code));
  if (scenario_.expires_in) body.set("expires_in", *scenario_.expires_in);
  if (scenario_.interval) body.set("interval", *scenario_.interval);
  return with_replacements(body, scenario_.device_response);
}

Response AuthorizationServer::scripted_device_answer(const ScriptedAnswer& script, const Form& form,
                                                     const Client& client, SteadyTime now) {
  Response response = scripted_response(script);
  if (response.body.find("{device_code}") != std::string::npos) {
    const Grant& grant = issue(client, form, now + script.delay);
    replace_all(response.body, "{device_code}", grant.device_code);
    replace_all(response.body, "{user_code}", grant.user_code);
    replace_all(response.body, "{verification_uri}", verification_uri());
  }
  return response;
}

// False if the client has as many codes as it may, and can still use all of them.
bool AuthorizationServer::make_room(const Client& client, SteadyTime now) {
  const auto own = [&](const Grant& grant) { return grant.client_id == client.id; };
  if (std::count_if(grants_.begin(), grants_.end(), own) < kMostGrants) return true;
  auto old = std::find_if(grants_.begin(), grants_.end(),
                          [&](const Grant& grant) { return own(grant) && now >= grant.expires; });
  if (old == grants_.end()) {
    old = std::find_if(grants_.begin(), grants_.end(),
                       [&](const Grant& grant) { return own(grant) && grant.finished; });
  }
  if (old == grants_.end()) return false;
  grants_.erase(old);
  return true;
}

Response AuthorizationServer::too_many_codes(const Client& client, SteadyTime now) const {
  std::optional<SteadyTime> first;
  for (const Grant& grant : grants_) {
    if (grant.client_id == client.id && (!first || grant.expires < *first)) first = grant.expires;
  }
  Response response = oauth_error(503, "temporarily_unavailable",
                                  "This client has too many codes that nobody has used yet.");
  if (first) {
    response.headers.emplace_back(
        "Retry-After",
        std::to_string(std::chrono::ceil<std::chrono::seconds>(*first - now).count()));
  }
  return response;
}

Grant& AuthorizationServer::issue(const Client& client, const Form& form, SteadyTime at) {
  Grant grant;
  grant.ticket = next_ticket_++;
  grant.device_code = random_token();
  const std::string& format = scenario_.user_code_format;
  grant.user_code = user_code(format, settings_.random_bytes(3 * format.size()));
  grant.client_id = std::string(client.id);
  grant.scope = std::string(form.has("scope") ? form.get("scope") : kDefaultScope);
  grant.code_challenge = std::string(form.get("code_challenge"));
  grant.issued = at;
  grant.expires = at + scenario_.lifetime();
  grant.first_interval = scenario_.polling_interval();
  grant.interval = grant.first_interval;
  // The first poll waits one interval too.
  grant.answered = at;
  grants_.push_back(std::move(grant));
  return grants_.back();
}

}  // namespace deviceflow::sandbox
