// Where secrets stand in an exchange, and the exchange as a line of a trace.
#ifndef DEVICEFLOW_SRC_EXCHANGE_SECRETS_HPP
#define DEVICEFLOW_SRC_EXCHANGE_SECRETS_HPP

#include <cstddef>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "foundation/json.hpp"

namespace deviceflow {

/// True for names of fields, members and headers whose values are secrets: access_token,
/// client_secret, device_code, client_assertion, X-Auth-Token, refreshToken … False for token_type,
/// token_type_hint, token_endpoint, user_code …
bool names_a_secret(std::string_view name);
/// True for headers whose values must not be shown: credentials, cookies, and names_a_secret().
bool header_is_secret(std::string_view name);

/// The value of an Authorization or Proxy-Authorization header.
struct HeaderCredentials {
  std::string_view scheme;  ///< Empty if there is none.
  std::string_view value;
};
/// Empty for every other header.
std::optional<HeaderCredentials> credentials_in(std::string_view name, std::string_view value);

struct TextRange {
  std::size_t at = 0;
  std::size_t size = 0;
};
/// Values that follow a secret's name in any text: name=value, "name":"value", \"name\":\"value\".
/// The text may break off anywhere. In order, without overlaps.
std::vector<TextRange> find_secret_values(std::string_view text);

/// Every secret that the exchange carries, decoded, and as it is spelled if that can't be told from
/// the decoded value.
std::vector<Secret> secrets_of(const ExchangeRecord& record);

/// The record as a JSON object; see to_trace().
JsonValue trace_line(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets);

}  // namespace deviceflow

#endif
