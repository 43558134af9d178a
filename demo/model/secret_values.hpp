// Where the secrets of an exchange stand: in fields and members whose names say so, and in headers.
#ifndef DEVICEFLOW_DEMO_MODEL_SECRET_VALUES_HPP
#define DEVICEFLOW_DEMO_MODEL_SECRET_VALUES_HPP

#include <cstddef>
#include <deviceflow/exchange_record.hpp>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

/// True for headers whose value must not be shown: credentials, cookies, and names_a_secret().
bool header_is_secret(std::string_view name);
/// True for Authorization and Proxy-Authorization: "scheme credentials".
bool header_has_credentials(std::string_view name);

struct Credentials {
  std::string_view scheme;  ///< Empty where there is none.
  std::string_view value;
};
Credentials split_credentials(std::string_view header_value);

struct TextRange {
  std::size_t at = 0;
  std::size_t size = 0;
};
/// Values that follow a secret's name in any text: name=value, "name":"value", \"name\":\"value\".
/// Needs no valid JSON, since half an answer holds whole tokens. In order, without overlaps.
std::vector<TextRange> find_secret_values(std::string_view text);

/// Every secret that the exchange carries, decoded, and as it is spelt where that can't be told
/// from the decoded value.
std::vector<Secret> secrets_of(const ExchangeRecord& record);

}  // namespace deviceflow::demo

#endif
