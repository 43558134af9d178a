#include <deviceflow/limits.h>

#include <deviceflow/messages.hpp>

#include "foundation/json.hpp"
#include "protocol/challenge.hpp"
#include "protocol/claims.hpp"
#include "protocol/grant_answer.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::userinfo;
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::string_view kJwtType = "application/jwt";

// A resource server sends in its challenge what an authorization server sends in the body. The body
// is then for people.
void take_error_of_challenge(const HttpResponse& response, Answer& answer) {
  const std::string code = challenge_parameter(response, "Bearer", "error");
  if (code.empty()) return;
  answer.object = JsonValue::object();
  answer.object->set("error", code);
  answer.object->set("error_description",
                     challenge_parameter(response, "Bearer", "error_description"));
}

Error subject_mismatch() {
  return make_error(Blame::protocol, ErrorCode::subject_mismatch, kStage,
                    "The UserInfo response is about another person than the one who signed in "
                    "(OpenID Connect Core section 5.3.2). It was not used.");
}

Error rejected(std::string_view reason, std::string_view why) {
  Error error = make_error(Blame::protocol, ErrorCode::userinfo_invalid, kStage,
                           "The UserInfo response was rejected: " + std::string(why) + ".");
  error.reason = std::string(reason);
  return error;
}

}  // namespace

OAuthRequest make_userinfo_request(std::string_view endpoint, const Secret& access_token) {
  OAuthRequest request;
  request.stage = kStage;
  request.method = Method::get;
  request.url = std::string(endpoint);
  Secret credentials("Bearer ");
  credentials.append(access_token.reveal());
  request.headers.push_back({"Authorization", std::move(credentials)});
  return request;
}

Result<UserInfo> read_userinfo_response(const HttpResponse& response,
                                        std::optional<std::string_view> expected_subject,
                                        const Redactor& redactor) {
  Answer answer = read_answer(response);
  if (answer.redirect()) return redirect_refused(answer, kStage);
  if (!answer.success()) take_error_of_challenge(response, answer);
  if (!answer.success()) find_nested_error(answer, false);
  if (!answer.error_code().empty() && !answer.has("sub")) {
    return oauth_error(answer, kStage, redactor);
  }
  if (answer.status == 401 || answer.status == 403) {
    return unusable_answer(answer, kStage,
                           "The UserInfo endpoint did not accept the access token, and does not "
                           "say why.",
                           redactor);
  }
  if (is_userinfo_jwt(response) || media_type(response) == kJwtType) {
    return unusable_answer(answer, kStage,
                           "The UserInfo response is signed or encrypted (application/jwt), which "
                           "is not supported here. Have the server send this client plain JSON.",
                           redactor);
  }
  if (!answer.object || answer.html || answer.quirks.has(Quirk::form_encoded_answer)) {
    return unusable_answer(answer, kStage,
                           answer.html ? "The answer is a web page." : answer.problem, redactor);
  }
  const std::string_view subject = answer.text("sub");
  if (answer.status != 200 || subject.empty()) {
    return unusable_answer(answer, kStage,
                           "The UserInfo response has no member \"sub\" that is a non-empty string "
                           "(OpenID Connect Core section 5.3.2).",
                           redactor);
  }
  if (expected_subject && subject != *expected_subject) {
    Error error = subject_mismatch();
    error.http_status = answer.status;
    return error;
  }
  UserInfo out;
  out.subject = std::string(subject);
  out.members = to_secret_json(*answer.object);
  out.quirks = answer.quirks;
  return out;
}

bool is_userinfo_jwt(const HttpResponse& response) {
  const std::string_view body = response.body.reveal();
  if (response.status != 200 || body.substr(0, 1) == "{") return false;
  // A JWT begins with a JSON object in base64url, which no JSON document does.
  return media_type(response) == kJwtType ||
         (body.substr(0, 3) == "eyJ" && body.find('.') != std::string_view::npos);
}

Result<Jwt> read_userinfo_jwt(const HttpResponse& response) {
  std::string_view body = response.body.reveal();
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
  auto jwt = parse_jwt(body, DEVICEFLOW_MAX_ANSWER_BYTES);
  if (jwt.ok()) return jwt;
  Error error = jwt.error();
  error.stage = kStage;
  if (error.reason == "encrypted") {
    error.message =
        "The UserInfo response is encrypted, which is not supported. Have the server send this "
        "client a signed response or plain JSON.";
  } else if (error.code != ErrorCode::algorithm_not_allowed) {
    error.code = ErrorCode::userinfo_invalid;
  }
  return error;
}

Result<UserInfo> check_userinfo_jwt(const Jwt& jwt, SignatureCheck signature,
                                    const UserInfoExpectations& expected,
                                    std::optional<WallTime> now,
                                    std::optional<WallTime> server_date) {
  if (signature == SignatureCheck::unknown_key) {
    return rejected("unknown_key", "none of the issuer's keys signed it");
  }
  if (signature == SignatureCheck::invalid) return rejected("signature", "its signature is wrong");
  const JsonValue& claims = jwt.claims;
  if (!is_plain_type(jwt.typ)) return rejected("typ", "it is another kind of token");
  if (claims.find("iss") != nullptr &&
      text_claim(claims, "iss") != std::string_view(expected.issuer)) {
    return rejected("iss", "another issuer made it");
  }
  const JsonValue* audience = claims.find("aud");
  if (audience != nullptr && !is_among(expected.client_id, audience)) {
    return rejected("aud", "it is meant for another client");
  }
  const bool clock_good = is_clock_good(now, server_date);
  const auto fault = time_fault(claims, clock_good ? now : std::nullopt);
  if (fault) return rejected(fault->reason, fault->why);
  const std::string_view subject = text_claim(claims, "sub").value_or("");
  if (subject.empty()) return rejected("sub", "it names no subject");
  if (expected.subject && subject != *expected.subject) return subject_mismatch();
  UserInfo out;
  out.subject = std::string(subject);
  out.members = to_secret_json(claims);
  return out;
}

std::string display_name(const UserInfo& info) {
  const JsonValue members = json_or_null(info.members.reveal());
  for (const char* claim : {"name", "preferred_username", "nickname", "email"}) {
    const JsonValue* value = members.find(claim);
    if (value == nullptr) continue;
    std::string cleaned = clean_text(value->display_text(), kMaxNameBytes);
    if (cleaned.find_first_not_of(' ') != std::string::npos) return cleaned;
  }
  return clean_text(info.subject, kMaxNameBytes);
}

}  // namespace deviceflow
