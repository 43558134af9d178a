// How one provider differs from the RFCs: rewrites requests to its form and responses to the RFCs'.
#ifndef DEVICEFLOW_SRC_DIALECT_HPP
#define DEVICEFLOW_SRC_DIALECT_HPP

#include <cstdint>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <string>
#include <utility>
#include <vector>

namespace deviceflow {

/// What differs in one request.
struct RequestDialect {
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

struct Dialect {
  RequestDialect device_authorization;
  RequestDialect token;
  std::vector<std::pair<std::string, std::string>> members;  ///< From their name to the RFC's.
  std::vector<ErrorWord> errors;
  std::vector<std::pair<int, std::string>> statuses;  ///< Of polls without an error code.
  std::int64_t expires_in = 0;                        ///< Seconds, if the response lacks it.
  std::string token_type;                             ///< If the response lacks it.
  char scope_separator = ' ';                         ///< In responses.
  std::vector<std::string> ends_sign_in;  ///< Codes of a refresh that mean invalid_grant.
};

OAuthRequest to_dialect(OAuthRequest request, const Dialect& dialect);
HttpResponse from_dialect(HttpResponse response, Stage stage, const Dialect& dialect);

}  // namespace deviceflow

#endif
