// What the readers of codes and tokens promise, whatever the answer.
#ifndef DEVICEFLOW_TESTS_FUZZ_READERS_HPP
#define DEVICEFLOW_TESTS_FUZZ_READERS_HPP

#include <deviceflow/messages.hpp>

#include "fuzz.hpp"

namespace deviceflow::fuzz {

inline void read_codes(const HttpResponse& response) {
  const auto codes = read_device_authorization_response(response);
  if (!codes.ok()) return require_clean(codes.error());
  require(!codes->device_code.empty() && !codes->user_code.empty(), "codes are never empty");
  require(codes->interval.count() > 0 && codes->expires_in.count() > 0, "times are above zero");
  require(check_verification_uri(codes->verification_uri, false).ok(), "the URI may be shown");
}

inline void read_token(const HttpResponse& response, DpopMode dpop) {
  const TokenAnswer answer = read_token_response(response, {}, dpop);
  if (answer.error) require_clean(*answer.error);
  const bool good = answer.kind == TokenAnswer::Kind::tokens;
  require(good == answer.tokens.has_value(), "tokens come with their verdict, and only then");
  require(!good || !answer.tokens->access_token.empty(), "an access token is never empty");
  require(!answer.interval || answer.interval->count() >= 0, "no interval is negative");
  require(!answer.retry_after || answer.retry_after->count() >= 0, "no wait is negative");
}

}  // namespace deviceflow::fuzz

#endif
