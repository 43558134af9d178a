// What every reader of an OAuth answer does first: find the object in the body and the error in it.
#ifndef DEVICEFLOW_SRC_ANSWER_HPP
#define DEVICEFLOW_SRC_ANSWER_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>

#include "foundation/json.hpp"

namespace deviceflow {

/// An answer's body as far as it can be read.
struct Answer {
  int status = 0;
  /// The body's JSON object (or form); empty where there is none.
  std::optional<JsonValue> object;
  /// Labelled as HTML: a page for people, whatever it holds.
  bool html = false;
  /// Why there is no object, as a sentence.
  std::string problem;
  /// The body is complete, and no later one like it can be read either (kRefusedJson).
  bool refused_json = false;
  Quirks quirks;

  bool success() const noexcept { return status >= 200 && status <= 299; }
  bool redirect() const noexcept { return status >= 300 && status <= 399; }
  /// Statuses that say "not now": 408, 425, 429 and every 5xx.
  bool passing_status() const noexcept;
  /// A member of the object that is a non-empty string and arrived whole, or an empty view.
  std::string_view text(std::string_view member) const noexcept;
  /// The same for a person to read: with U+FFFD for what is lost.
  std::string_view display_text(std::string_view member) const noexcept;
  /// True where the member stands there with a value other than null.
  bool has(std::string_view member) const noexcept;
  /// True for a member that is a string of which characters are lost.
  bool is_unreadable(std::string_view member) const noexcept;
  /// The same for what decides in a token response: access_token, token_type or error.
  bool is_unreadable() const noexcept;
  /// True if there is an `error`, unless it says_nothing().
  bool has_error() const noexcept;
  /// The OAuth error code (RFC 6749 section 5.2), or an empty view.
  std::string_view error_code() const noexcept { return text("error"); }
};

Answer read_answer(const HttpResponse& response);

/// True for the ways in which servers write "none": null, false, 0, and whatever is empty.
bool says_nothing(const JsonValue& value) noexcept;

/// Why a body can't be used, given what parse_response_json() says: a content coding that the
/// transport did not decode explains more.
std::string why_unreadable(const HttpResponse& response, const Error& error);

/// Without the texts that can't be read, but for error_description, which people read.
JsonValue without_unreadable_texts(const JsonValue& value);

/// `object` with the member `name` set to `value`, whatever stood there.
JsonValue with_member(const JsonValue& object, std::string_view name, JsonValue value);

/// When the server sent it, by its own clock; or empty.
std::optional<WallTime> date_of(const HttpResponse& response);

/// The server's OAuth error as an Error: its code and description, cleaned and without the secrets
/// that `redactor` knows, and our own sentence.
Error oauth_error(const Answer& answer, Stage stage, const Redactor& redactor);

/// An error that quotes what metadata hold, without the secrets that `redactor` knows.
Error scrubbed(Error error, const Redactor& redactor);

/// What a transport failure means to a caller.
Error error_from(const TransportFailure& failure, Stage stage);

/// Takes back what a cancelled login brought, in a hurry.
OAuthRequest make_login_revocation_request(const std::string& endpoint, const TokenSet& tokens);

/// An Error for an answer that holds neither a result nor an OAuth error. Its description is the
/// message of an error that is not OAuth's, cleaned as in oauth_error().
Error unusable_answer(const Answer& answer, Stage stage, std::string_view problem,
                      const Redactor& redactor);

/// True for 404, 405 and 501: there may be no such endpoint.
bool is_missing(int status) noexcept;

/// redirect_refused: where the request carries a code or a credential, a redirect is never
/// followed.
Error redirect_refused(const Answer& answer, Stage stage);

/// "http_503": the reason of a fault that is only known by its status.
std::string status_reason(int status);

}  // namespace deviceflow

#endif
