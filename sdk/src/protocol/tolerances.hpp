// How one provider differs from the RFCs: what its description says about requests and responses.
#ifndef DEVICEFLOW_SRC_TOLERANCES_HPP
#define DEVICEFLOW_SRC_TOLERANCES_HPP

#include <cstdint>
#include <deviceflow/http.hpp>
#include <string>
#include <utility>
#include <vector>

namespace deviceflow {

/// What differs in one request.
struct RequestTolerances {
  std::vector<std::pair<std::string, std::string>> add;     ///< Parameters that are always sent.
  std::vector<std::pair<std::string, std::string>> rename;  ///< From the RFC's name to theirs.
  std::vector<std::string> remove;                          ///< Parameters that are never sent.
  std::vector<std::string> resend;  ///< "scope" or "user_code", once more in the token request.
  std::string grant_type;           ///< In the place of the RFC's; empty keeps that.
  bool client_id = false;           ///< client_id stands in the body, also beside HTTP Basic.
};

/// An error of theirs in the RFCs' terms.
struct ErrorWord {
  std::string member;  ///< Where it stands.
  std::string value;   ///< Its whole text; empty if every text there is a code.
  std::string means;   ///< The RFCs' code; empty if the text is one.
  std::string error;   ///< The code that `error` must hold; empty: any code, or none.
};

/// The functions are virtual for the linker: a program that reads no description has neither them
/// nor what they need.
struct Tolerances {
  RequestTolerances device_authorization;
  RequestTolerances token;
  std::vector<std::pair<std::string, std::string>> members;  ///< From their name to the RFC's.
  std::vector<ErrorWord> errors;
  std::vector<std::pair<int, std::string>> statuses;  ///< Of polls without an error code.
  std::int64_t expires_in = 0;                        ///< Seconds, if the response lacks it.
  std::string token_type;                             ///< If the response lacks it.
  char scope_separator = ' ';                         ///< In responses.
  std::vector<std::string> ends_sign_in;  ///< Codes of a refresh that mean invalid_grant.

  virtual ~Tolerances() = default;
  /// Brings the request to their form, before authentication.
  virtual void rewrite(OAuthRequest& request) const;
  /// Brings the response to the RFCs' form, and adds what was normalized to its quirks.
  virtual void normalize(HttpResponse& response, Stage stage) const;
};

}  // namespace deviceflow

#endif
