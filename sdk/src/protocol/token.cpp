#include <algorithm>
#include <deviceflow/device_login.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "protocol/exchange_secrets.hpp"
#include "protocol/grant_answer.hpp"
#include "protocol/seconds.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::token;
constexpr const char* kNoVerdict = "It holds neither a token nor an OAuth error.";
constexpr std::size_t kMostLostTokens = 2;
using Kind = TokenAnswer::Kind;
constexpr const char* kUnknownCode =
    ". It does not know this code, or no longer: it has expired, was used, or belongs to another "
    "client. Start the sign-in again.";
constexpr const char* kMayBePending =
    " WSO2 Identity Server 5.11 sends this until the user approves: for that server use the "
    "provider description wso2-5.11.";

Error user_error(Error error, ErrorCode code, std::string message) {
  error.blame = Blame::user;
  error.code = code;
  error.message = std::move(message);
  error.retryable = false;
  return error;
}

void refuse(TokenAnswer& out, Error error) {
  out.kind = Kind::refused;
  error.retryable = false;
  out.error = std::move(error);
}

// An answer with an OAuth error code: the code decides, whatever the status.
void read_code(const Answer& answer, const Redactor& redactor, TokenAnswer& out) {
  const std::string_view code = rfc_error_code(answer, out.quirks);
  if (is_polling_code(code) && answer.status != 400) out.quirks.add(Quirk::unexpected_status);
  const bool server_trouble = code == "server_error" || code == "temporarily_unavailable";
  if (code == "authorization_pending") {
    out.kind = Kind::pending;
  } else if (code == "slow_down") {
    out.kind = Kind::slow_down;
    const JsonValue* interval = answer.object->find("interval");
    if (interval != nullptr) out.interval = read_seconds(*interval, true, out.quirks);
  } else if (code == "access_denied") {
    out.kind = Kind::denied;
    out.error = user_error(oauth_error(answer, kStage, redactor), ErrorCode::access_denied,
                           "The request was denied.");
  } else if (code == "expired_token") {
    out.kind = Kind::expired;
    out.error = user_error(oauth_error(answer, kStage, redactor), ErrorCode::expired_token,
                           "The code is no longer valid. Ask for a new one.");
  } else if (code == "use_dpop_nonce") {
    out.kind = Kind::nonce_demanded;
    out.error = oauth_error(answer, kStage, redactor);
  } else if (server_trouble && answer.status >= 500 && answer.status <= 599) {
    out.kind = Kind::passing_fault;
    out.reason = status_reason(answer.status);
    out.error = oauth_error(answer, kStage, redactor);
  } else {
    Error error = oauth_error(answer, kStage, redactor);
    if (code == "invalid_grant") {
      error.message = "The server refused: " + error.oauth_code + kUnknownCode;
      const bool rewritten = answer.quirks.has(Quirk::error_code_in_description);
      if (!rewritten && answer.text("error_description") == "invalid_request") {
        error.message += kMayBePending;
      }
    }
    refuse(out, std::move(error));
  }
}

bool takes(std::string_view token_type, DpopMode dpop) {
  if (ascii::same(token_type, "DPoP")) return dpop != DpopMode::off;
  return ascii::same(token_type, "Bearer") && dpop != DpopMode::require;
}

std::optional<Error> read_tokens(const Answer& answer, const Redactor& redactor, DpopMode dpop,
                                 std::string_view known_type, TokenSet& tokens, Quirks& quirks) {
  tokens.access_token = Secret(answer.text("access_token"));
  tokens.token_type = answer.text("token_type");
  if (tokens.token_type.empty() && !known_type.empty()) {
    tokens.token_type = known_type;
    quirks.add(Quirk::token_type_missing);
  }
  if (tokens.access_token.empty() || tokens.token_type.empty() || answer.html) {
    return unusable_answer(
        answer, kStage,
        answer.html ? "The token answer is labelled as a web page, so it is not trusted."
                    : "The token answer lacks access_token or token_type (RFC 6749 section 5.1).",
        redactor);
  }
  if (!ascii::is_visible(tokens.access_token.reveal()) ||
      !ascii::is_visible(answer.text("refresh_token"))) {
    return unusable_answer(answer, kStage,
                           "A token in the response has characters that no token may have (RFC "
                           "6749 appendix A).",
                           redactor);
  }
  if (!takes(tokens.token_type, dpop)) {
    Error error = make_error(Blame::protocol, ErrorCode::unsupported_token_type, kStage,
                             dpop == DpopMode::require
                                 ? "The server issued a token that is not bound to this device's "
                                   "key, though DPoP is required. It was thrown away."
                                 : "The server issued a token of a type that this client can't "
                                   "use.");
    error.http_status = answer.status;
    return error;
  }
  if (dpop == DpopMode::prefer && !ascii::same(tokens.token_type, "DPoP")) {
    quirks.add(Quirk::token_not_bound);
  }
  if (answer.status != 200) quirks.add(Quirk::unexpected_status);
  if (answer.has("expires_in")) {
    tokens.expires_in = read_seconds(*answer.object->find("expires_in"), false, quirks);
  }
  const JsonValue* scope = answer.object->find("scope");
  if (scope != nullptr) tokens.scope = read_granted_scope(*scope, quirks);
  tokens.refresh_token = Secret(answer.text("refresh_token"));
  tokens.id_token = Secret(answer.text("id_token"));
  const JsonValue* details = answer.object->find("authorization_details");
  if (details != nullptr && !details->is(JsonValue::Kind::null)) {
    tokens.authorization_details = to_json(*details);
  }
  return std::nullopt;
}

// An answer without an OAuth error code.
void read_rest(const Answer& answer, const Redactor& redactor, DpopMode dpop,
               std::string_view known_type, TokenAnswer& out) {
  const auto unusable = [&](std::string_view problem) {
    return unusable_answer(answer, kStage, problem, redactor);
  };
  if (answer.success() && answer.has("access_token") && !answer.is_unreadable()) {
    TokenSet tokens;
    auto problem = read_tokens(answer, redactor, dpop, known_type, tokens, out.quirks);
    if (problem) return refuse(out, std::move(*problem));
    out.kind = Kind::tokens;
    out.tokens = std::move(tokens);
  } else if (answer.redirect()) {
    refuse(out, redirect_refused(answer, kStage));
  } else if (answer.refused_json && answer.success()) {
    // Whatever it grants can't be read, and it will look the same the next time.
    out.reason = "unreadable";
    refuse(out, unusable(answer.problem));
  } else if (answer.passing_status() || is_missing(answer.status) || !answer.object ||
             answer.is_unreadable()) {
    // A server that restarts, a page of a proxy, half a response, nothing at all: it says nothing
    // about the grant.
    out.kind = Kind::passing_fault;
    out.reason = answer.success() ? "unreadable" : status_reason(answer.status);
    out.error = unusable(answer.object ? std::string_view(kNoVerdict) : answer.problem);
  } else {
    refuse(out, unusable(kNoVerdict));
  }
}

// The length of the JSON string at the start of `json`, its quotes included; 0 if there is none.
std::size_t string_length(std::string_view json) {
  if (json.empty() || json.front() != '"') return 0;
  for (std::size_t i = 1; i < json.size(); ++i) {
    if (json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

std::string_view without_blanks(std::string_view json) {
  json.remove_prefix(std::min(json.find_first_not_of(" \t\r\n"), json.size()));
  return json;
}

std::string string_at(std::string_view json) {
  Quirks ignored;
  const auto value = parse_response_json(json, ignored);
  return value.ok() ? std::string(value->as_string().value_or("")) : std::string();
}

void add_secret(std::vector<Secret>& list, std::string_view value) {
  const bool known = std::any_of(list.begin(), list.end(),
                                 [&](const Secret& have) { return have.reveal() == value; });
  if (!value.empty() && !known && list.size() < kMostLostTokens) list.emplace_back(value);
}

// The tokens in a response that can't be used, wherever they stand in it: somebody approved them,
// and nobody will ever use them. Works on the text, since no value may have come of it.
std::vector<TokenSet> find_lost_tokens(std::string_view json) {
  std::vector<Secret> access;
  std::vector<Secret> refresh;
  while (!json.empty()) {
    const std::size_t length = string_length(json);
    if (length == 0) {
      json.remove_prefix(1);
      continue;
    }
    const std::string_view name = json.substr(0, length);
    json = without_blanks(json.substr(length));
    if (json.empty() || json.front() != ':') continue;
    json = without_blanks(json.substr(1));
    const std::string key = string_at(name);
    const std::size_t value = string_length(json);
    if (value == 0 || !names_a_secret(key)) continue;
    const std::string plain = ascii::plain_name(key);
    std::string token = string_at(json.substr(0, value));
    if (plain == "accesstoken") add_secret(access, token);
    if (plain == "refreshtoken") add_secret(refresh, token);
    wipe(token.data(), token.size());
    json.remove_prefix(value);
  }
  std::vector<TokenSet> out;
  // Revoking a refresh token ends the access tokens as well (RFC 7009 section 2.1).
  for (Secret& token : refresh) {
    out.emplace_back();
    out.back().refresh_token = std::move(token);
  }
  if (!out.empty()) return out;
  for (Secret& token : access) {
    out.emplace_back();
    out.back().access_token = std::move(token);
  }
  return out;
}

bool is_scope_char(char c) {
  return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E);
}

std::vector<std::string> split(std::string_view scope) {
  std::vector<std::string> out;
  while (!scope.empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    if (!word.empty()) out.emplace_back(word);
    scope.remove_prefix(std::min(scope.size(), word.size() + 1));
  }
  return out;
}

}  // namespace

OAuthRequest make_device_token_request(std::string_view token_endpoint, const Secret& device_code,
                                       const PollExtras& extras) {
  OAuthRequest request;
  request.stage = kStage;
  request.url = std::string(token_endpoint);
  request.form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
  request.form.add("device_code", device_code.reveal());
  request.form.add("code_verifier", extras.code_verifier.reveal());
  for (const std::string& resource : extras.resources) request.form.add("resource", resource);
  request.context.add("scope", extras.scope);
  request.context.add("user_code", extras.user_code);
  return request;
}

TokenAnswer read_token_response(const HttpResponse& response, const Redactor& redactor,
                                DpopMode dpop, std::string_view known_type) {
  const Answer answer = read_grant_answer(response);
  TokenAnswer out;
  out.quirks = answer.quirks;
  out.retry_after = retry_after(response);
  out.date = date_of(response);
  if (answer.has_error() && answer.has("access_token")) {
    refuse(out, unusable_answer(answer, kStage, "It holds both a token and an error.", redactor));
  } else if (answer.error_code().empty() || repeats_status(answer)) {
    read_rest(answer, redactor, dpop, known_type, out);
  } else {
    read_code(answer, redactor, out);
  }
  const std::string_view body = response.body.reveal();
  if (out.kind == Kind::refused && answer.success() && body.size() <= DEVICEFLOW_MAX_ANSWER_BYTES) {
    out.lost_tokens = find_lost_tokens(body);
  }
  return out;
}

Result<void> check_scope(std::string_view scope) {
  if (scope.empty()) return {};
  bool good = scope.front() != ' ' && scope.back() != ' ';
  char last = 'x';
  for (const char c : scope) {
    good = good && (is_scope_char(c) || (c == ' ' && last != ' '));
    last = c;
  }
  if (good) return {};
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "The scope has to be words of printable ASCII, separated by single spaces, "
                    "without quotes or backslashes (RFC 6749 section 3.3).");
}

std::vector<std::string> missing_scopes(std::string_view requested, std::string_view granted) {
  const std::vector<std::string> have = split(granted);
  std::vector<std::string> out;
  for (std::string& word : split(requested)) {
    if (std::find(have.begin(), have.end(), word) == have.end()) out.push_back(std::move(word));
  }
  return out;
}

}  // namespace deviceflow
