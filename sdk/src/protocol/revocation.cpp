#include <deviceflow/messages.hpp>

#include "protocol/grant_answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::revocation;
using Kind = RevocationAnswer::Kind;

}  // namespace

std::string_view name(TokenHint hint) noexcept {
  switch (hint) {
    case TokenHint::none: return "";
    case TokenHint::access_token: return "access_token";
    case TokenHint::refresh_token: return "refresh_token";
  }
  return "";
}

OAuthRequest make_revocation_request(std::string_view endpoint, const Secret& token,
                                     TokenHint hint) {
  OAuthRequest request;
  request.stage = kStage;
  request.url = std::string(endpoint);
  request.form.add("token", token.reveal());
  request.form.add("token_type_hint", name(hint));
  return request;
}

RevocationAnswer read_revocation_response(const HttpResponse& response, const Redactor& redactor) {
  Answer answer = read_answer(response);
  if (!answer.success()) find_nested_error(answer, false);
  RevocationAnswer out;
  out.retry_after = retry_after(response);
  if (answer.success()) {
    out.kind = Kind::revoked;
    return out;
  }
  if (answer.redirect()) {
    out.error = redirect_refused(answer, kStage);
    return out;
  }
  out.error = answer.error_code().empty()
                  ? unusable_answer(answer, kStage, "The token was not revoked.", redactor)
                  : oauth_error(answer, kStage, redactor);
  const bool dead =
      answer.error_code() == "invalid_token" || answer.error_code() == "invalid_grant";
  if (answer.status == 400 && dead) {
    out.kind = Kind::revoked;
    out.error->message = "The server does not know this token any more.";
  } else if (answer.passing_status()) {
    out.kind = Kind::not_confirmed;
  } else if (answer.error_code() == "unsupported_token_type") {
    out.kind = Kind::unsupported_token_type;
    out.error->message = "The server does not revoke tokens of this kind.";
  }
  return out;
}

}  // namespace deviceflow
