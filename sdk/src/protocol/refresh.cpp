#include <algorithm>
#include <deviceflow/messages.hpp>

#include "foundation/ascii.hpp"
#include "protocol/grant_answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::refresh;
using Kind = RefreshAnswer::Kind;

Error argument_error(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, kStage, std::move(message));
}

// The new tokens, completed by what stays as it was.
TokenSet complete(TokenSet tokens, const RefreshParameters& before, Quirks& quirks) {
  if (tokens.refresh_token.empty()) tokens.refresh_token = before.refresh_token;
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

// A stored sign-in that is removed does not come back. So nothing is tolerated here: the body says
// "invalid_grant" where RFC 6749 section 5.2 puts it, under a 4xx, unless the provider's
// description translates what it says instead.
bool ends_sign_in(const HttpResponse& response) {
  const Answer plain = read_answer(response);
  if (plain.error_code() != "invalid_grant" || plain.html) return false;
  if (plain.quirks.has(Quirk::form_encoded_answer) &&
      media_type(response) != "application/x-www-form-urlencoded") {
    return false;
  }
  const bool described = response.quirks.has(Quirk::error_code_alias) ||
                         response.quirks.has(Quirk::error_code_in_description) ||
                         response.quirks.has(Quirk::error_in_other_member);
  return (response.status >= 400 && response.status <= 499) || (described && plain.success());
}

// Only the user can help (OpenID Connect Core section 3.1.2.6).
bool asks_for_the_user(std::string_view code) {
  constexpr std::string_view kCodes[] = {"interaction_required", "login_required",
                                         "consent_required", "account_selection_required"};
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

// These are about the client, the request or the moment: signing in again would not help.
bool is_no_matter_of_the_user(std::string_view code) {
  constexpr std::string_view kCodes[] = {"invalid_client",
                                         "unauthorized_client",
                                         "unsupported_grant_type",
                                         "invalid_request",
                                         "invalid_scope",
                                         "invalid_target",
                                         "invalid_authorization_details",
                                         "invalid_dpop_proof",
                                         "use_dpop_nonce",
                                         "slow_down",
                                         "server_error",
                                         "temporarily_unavailable"};
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

bool user_needed(const Answer& answer) {
  const std::string_view code = answer.error_code();
  if (asks_for_the_user(code)) return true;
  if (answer.passing_status() || answer.redirect()) return false;
  if (!code.empty()) return !is_no_matter_of_the_user(code);
  return answer.status == 400 || answer.status == 401 || answer.status == 403;
}

// A code as programs use them, not a sentence.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Error user_error(const Answer& answer, const Redactor& redactor) {
  Error error = make_error(Blame::user, ErrorCode::sign_in_needed, kStage, "");
  error.http_status = answer.status;
  std::string_view words = answer.text("error_description");
  if (is_code(answer.error_code())) {
    error.reason = redactor.clean(answer.error_code(), 200);
    error.message =
        "The provider does not renew this sign-in without the user (" + error.reason + ").";
  } else {
    error.reason = status_reason(answer.status);
    error.message = "The provider refused to renew this sign-in (HTTP status " +
                    std::to_string(answer.status) + ").";
    if (words.empty()) words = answer.error_code();
    if (words.empty()) words = answer.text("message");
  }
  error.description = redactor.clean(words);
  error.message += " Sign in again.";
  return error;
}

// Why there are no tokens, if the session lives on.
Error failure(const Answer& answer, TokenAnswer read, const Redactor& redactor) {
  if (!answer.error_code().empty() && !answer.has("access_token")) {
    Error error = oauth_error(answer, kStage, redactor);
    if (error.oauth_code == "unsupported_grant_type") {
      error.message = "The server does not let this client refresh its tokens.";
    }
    return error;
  }
  Error error = std::move(*read.error);
  if (!read.reason.empty()) {
    error.reason = read.reason;
    error.retryable = true;
  }
  return error;
}

}  // namespace

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
  TokenAnswer read =
      read_token_response(response, redactor, parameters.dpop, parameters.token_type);
  out.quirks = std::move(read.quirks);
  const bool token_and_error = answer.has("access_token") && answer.has_error();
  if (read.tokens) {
    out.kind = Kind::tokens;
    out.tokens = complete(std::move(*read.tokens), parameters, out.quirks);
    return out;
  }
  if (ends_sign_in(response) && !token_and_error) {
    out.kind = Kind::session_over;
    out.error = session_over(answer, redactor);
    return out;
  }
  if (user_needed(answer) && !token_and_error) {
    out.kind = Kind::user_needed;
    out.error = user_error(answer, redactor);
    return out;
  }
  if (read.kind == TokenAnswer::Kind::nonce_demanded) out.kind = Kind::nonce_demanded;
  // An error code says that the server looked at the request and used nothing up; without one, and
  // with a 5xx, it may have used the token up and lost the response.
  out.maybe_spent = answer.status >= 500 ||
                    (answer.success() && (answer.error_code().empty() || token_and_error));
  const std::string_view next = answer.text("refresh_token");
  if (answer.success() && !answer.html && !answer.has_error() && ascii::is_visible(next)) {
    out.refresh_token = Secret(next);
  }
  out.error = failure(answer, std::move(read), redactor);
  out.error->stage = kStage;
  return out;
}

}  // namespace deviceflow
