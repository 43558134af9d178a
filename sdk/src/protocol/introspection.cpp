#include <algorithm>
#include <deviceflow/messages.hpp>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "protocol/claims.hpp"
#include "protocol/grant_answer.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::introspection;
constexpr std::string_view kMediaType = "application/token-introspection+jwt";
constexpr std::string_view kType = kMediaType.substr(std::string_view("application/").size());
// A response is made for one request. Older ones are repetitions; it takes more than a fast clock.
constexpr std::chrono::minutes kOldest{10};

Error disbelieved(std::string_view reason, std::string_view why) {
  Error error = make_error(Blame::protocol, ErrorCode::introspection_invalid, kStage,
                           "The introspection response was rejected: " + std::string(why) + ".");
  error.reason = std::string(reason);
  return error;
}

std::optional<Introspection> introspection_of(const JsonValue* object) {
  const JsonValue* active = object == nullptr ? nullptr : object->find("active");
  if (active == nullptr || !active->as_bool()) return std::nullopt;
  Introspection out;
  out.active = *active->as_bool();
  out.members = to_secret_json(*object);
  return out;
}

}  // namespace

OAuthRequest make_introspection_request(std::string_view endpoint, const Secret& token,
                                        IntrospectionForm form) {
  OAuthRequest request;
  request.stage = kStage;
  request.url = std::string(endpoint);
  request.form.add("token", token.reveal());
  if (form == IntrospectionForm::signed_jwt) set_header(request.headers, "Accept", kMediaType);
  return request;
}

Result<Introspection> read_introspection_response(const HttpResponse& response,
                                                  const Redactor& redactor) {
  Answer answer = read_answer(response);
  if (answer.redirect()) return redirect_refused(answer, kStage);
  if (!answer.success()) find_nested_error(answer, false);
  if (answer.status == 401 || answer.status == 403) {
    Error error = answer.error_code().empty() ? unusable_answer(answer, kStage, "", redactor)
                                              : oauth_error(answer, kStage, redactor);
    error.message =
        "The introspection endpoint did not accept the credentials that were shown to it. It says "
        "nothing about the token. Most servers want credentials of their own there.";
    return error;
  }
  if (!answer.error_code().empty() && !answer.has("active"))
    return oauth_error(answer, kStage, redactor);
  if (!answer.object || answer.html) {
    return unusable_answer(answer, kStage,
                           answer.html ? "The answer is a web page." : answer.problem, redactor);
  }
  auto out = introspection_of(&*answer.object);
  if (answer.status != 200 || !out) {
    return unusable_answer(
        answer, kStage,
        "The introspection answer has no boolean member \"active\" (RFC 7662 section 2.2).",
        redactor);
  }
  if (answer.quirks.has(Quirk::unreadable_text)) out->quirks.add(Quirk::unreadable_text);
  return std::move(*out);
}

Result<Jwt> read_signed_introspection_response(const HttpResponse& response,
                                               const Redactor& redactor) {
  if (response.status != 200 || media_type(response) != kMediaType) {
    const auto plain = read_introspection_response(response, redactor);
    if (!plain.ok()) return plain.error();
    return disbelieved("not_signed", "a signed one was asked for, and it is not signed");
  }
  auto jwt = parse_jwt(response.body.reveal());
  if (jwt.ok()) return jwt;
  Error error = jwt.error();
  error.stage = kStage;
  if (error.code != ErrorCode::algorithm_not_allowed) error.code = ErrorCode::introspection_invalid;
  return error;
}

Result<Introspection> check_signed_introspection(const Jwt& jwt, SignatureCheck signature,
                                                 const SignedIntrospectionExpectations& expected,
                                                 std::optional<WallTime> now,
                                                 std::optional<WallTime> server_date) {
  if (signature == SignatureCheck::unknown_key) {
    return disbelieved("unknown_key", "none of the issuer's keys signed it");
  }
  if (signature == SignatureCheck::invalid) {
    return disbelieved("signature", "its signature is wrong");
  }
  if (!ascii::same(jwt.typ, kType) && !ascii::same(jwt.typ, kMediaType)) {
    return disbelieved("typ", "it is another kind of token");
  }
  if (text_claim(jwt.claims, "iss") != std::string_view(expected.issuer)) {
    return disbelieved("iss", "another issuer made it");
  }
  if (!is_among(expected.audience, jwt.claims.find("aud"))) {
    return disbelieved("aud", "it is meant for somebody else");
  }
  const auto issued = time_claim(jwt.claims, "iat");
  if (!issued) return disbelieved("iat", "its time of issue is not a time");
  const bool clock_good = is_clock_good(now, server_date);
  if (clock_good && is_from_the_future(*issued, *now)) {
    return disbelieved("iat", "it was issued in the future, or this device's clock is wrong");
  }
  const auto fault = time_fault(jwt.claims, clock_good ? now : std::nullopt);
  if (fault) return disbelieved(fault->reason, fault->why);
  if (clock_good && *issued < *now - kOldest) {
    return disbelieved("iat",
                       "it was made for an earlier request, or this device's clock is wrong");
  }
  const JsonValue* members = jwt.claims.find("token_introspection");
  auto out = introspection_of(members);
  if (!out)
    return disbelieved("token_introspection", "it does not say whether the token is active");
  const auto token = text_claim(*members, "jti");
  if (token && !expected.token_id.empty() && *token != expected.token_id) {
    return disbelieved("jti", "it is about another token");
  }
  const auto ends = time_claim(*members, "exp");
  if (out->active && clock_good && ends && *now - kLeeway >= *ends) {
    return disbelieved("expired",
                       "the token that it calls active has expired, or this device's "
                       "clock is wrong");
  }
  return std::move(*out);
}

}  // namespace deviceflow
