// One HTTP exchange as it happened, for a developer's eyes: a trace file, a Developer tab.
#ifndef DEVICEFLOW_EXCHANGE_RECORD_HPP
#define DEVICEFLOW_EXCHANGE_RECORD_HPP

#include <cstddef>
#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <deviceflow/transport.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What went out and what came back, unredacted: keep it in memory only.
struct ExchangeRecord {
  Stage stage = Stage::token;
  SteadyTime sent_at{};
  std::optional<WallTime> sent_at_wall;
  SteadyTime::duration duration{0};
  HttpRequest request;
  std::optional<HttpResponse> response;     ///< Or
  std::optional<TransportFailure> failure;  ///< this.
  /// `response` as it was normalized, if that changed something.
  std::optional<HttpResponse> normalized;

  /// The response as it was parsed, or null. Owned by this record.
  const HttpResponse* effective_response() const noexcept {
    return normalized ? &*normalized : response ? &*response : nullptr;
  }
};

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

enum class TraceSecrets { redact, keep };

/// The record as a JSON object for a trace.
///
/// With TraceSecrets::redact only headers and members on an allow list keep their values; what is
/// not on it becomes "[redacted]", and so does every live secret known to `redactor` wherever it
/// stands, and everything in secrets_of() this exchange. Metadata are public and stay whole.
/// sdk/docs/trace.md describes the format.
JsonValue to_trace(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets);

}  // namespace deviceflow

#endif
