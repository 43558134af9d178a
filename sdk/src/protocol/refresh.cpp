#include <deviceflow/refresh.hpp>

#include "protocol/grant_answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::refresh;
using Kind = RefreshAnswer::Kind;

Error argument_error(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, kStage, std::move(message));
}

// The tokens that came, completed by what stays as it was.
TokenSet complete(TokenSet tokens, const RefreshParameters& before, Quirks& quirks) {
  if (tokens.refresh_token.empty()) tokens.refresh_token = before.refresh_token.copy();
  const std::string& expected = before.scope.empty() ? before.granted_scope : before.scope;
  if (!tokens.scope) {
    if (!expected.empty()) tokens.scope = expected;
  } else if (!before.granted_scope.empty() &&
             !missing_scopes(*tokens.scope, before.granted_scope).empty()) {
    quirks.add(Quirk::scope_grew);
  }
  return tokens;
}

Error session_over(const Answer& answer, const Redactor& redactor) {
  Error error = oauth_error(answer, kStage, redactor);
  error.blame = Blame::user;
  error.code = ErrorCode::sign_in_needed;
  error.message =
      "The server no longer accepts this login's refresh token: it has expired, was revoked, or "
      "was used already. Sign in again.";
  error.retryable = false;
  return error;
}

// Why there are no tokens, where the session lives on.
Error failure(const Answer& answer, TokenAnswer judged, const Redactor& redactor) {
  if (!answer.error_code().empty() && !answer.has("access_token")) {
    Error error = oauth_error(answer, kStage, redactor);
    if (error.oauth_code == "unsupported_grant_type") {
      error.message = "The server does not let this client refresh its tokens.";
    }
    return error;
  }
  if (judged.error) return std::move(*judged.error);
  Error error = unusable_answer(answer, kStage, answer.problem);
  error.reason = judged.reason;
  error.retryable = true;
  return error;
}

}  // namespace

RefreshParameters RefreshParameters::copy() const {
  return {token_endpoint, refresh_token.copy(), scope, granted_scope, resources, dpop};
}

Result<OAuthRequest> make_refresh_request(const RefreshParameters& parameters) {
  if (parameters.refresh_token.empty()) return argument_error("There is no refresh token.");
  auto scope = check_scope(parameters.scope);
  if (!scope.ok()) {
    Error error = scope.error();
    error.stage = kStage;
    return error;
  }
  if (!missing_scopes(parameters.scope, parameters.granted_scope).empty()) {
    return argument_error(
        "A refresh can't ask for a scope that was not granted (RFC 6749 section 6). Sign in again "
        "with the wider scope.");
  }
  OAuthRequest request;
  request.stage = kStage;
  request.url = parameters.token_endpoint;
  request.form.add("grant_type", "refresh_token");
  request.form.add("refresh_token", parameters.refresh_token.reveal());
  request.form.add("scope", parameters.scope);
  for (const std::string& resource : parameters.resources) request.form.add("resource", resource);
  return request;
}

RefreshAnswer read_refresh_response(const HttpResponse& response,
                                    const RefreshParameters& parameters, const Redactor& redactor) {
  const Answer answer = read_grant_answer(response);
  RefreshAnswer out;
  out.retry_after = retry_after(response);
  TokenAnswer judged = read_token_response(response, redactor, parameters.dpop);
  out.quirks = std::move(judged.quirks);
  const bool token_and_error = answer.has("access_token") && answer.has_error();
  if (judged.tokens) {
    out.kind = Kind::tokens;
    out.tokens = complete(std::move(*judged.tokens), parameters, out.quirks);
    return out;
  }
  if (answer.error_code() == "invalid_grant" && !token_and_error) {
    out.kind = Kind::session_over;
    out.error = session_over(answer, redactor);
    return out;
  }
  if (judged.kind == TokenAnswer::Kind::nonce_demanded) out.kind = Kind::nonce_demanded;
  // An error code says that the server looked at the request and took nothing; without one, and
  // with a 5xx, it may have taken the token and lost the answer.
  out.maybe_spent = answer.status >= 500 ||
                    (answer.success() && (answer.error_code().empty() || token_and_error));
  out.error = failure(answer, std::move(judged), redactor);
  out.error->stage = kStage;
  return out;
}

}  // namespace deviceflow
