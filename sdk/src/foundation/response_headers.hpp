// The response headers that count. A transport keeps no others: some servers put tokens there.
#ifndef DEVICEFLOW_SRC_RESPONSE_HEADERS_HPP
#define DEVICEFLOW_SRC_RESPONSE_HEADERS_HPP

#include <string_view>

#include "foundation/ascii.hpp"

namespace deviceflow {

struct ResponseHeader {
  std::string_view name;
  bool in_traces;  ///< A redacted trace shows its value.
};

inline constexpr ResponseHeader kResponseHeaders[] = {
    {"Content-Type", true},  {"Date", true},           {"Retry-After", true},
    {"Location", true},      {"DPoP-Nonce", false},    {"WWW-Authenticate", true},
    {"Cache-Control", true}, {"Content-Length", true}, {"Content-Encoding", false}};

/// The header called `name`, without regard to case, or null if it does not count.
inline const ResponseHeader* find_response_header(std::string_view name) noexcept {
  for (const ResponseHeader& header : kResponseHeaders) {
    if (ascii::same(header.name, name)) return &header;
  }
  return nullptr;
}

}  // namespace deviceflow

#endif
