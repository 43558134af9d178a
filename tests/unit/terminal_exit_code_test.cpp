#include <gtest/gtest.h>

#include "terminal/exit_code.hpp"

namespace deviceflow::demo {
namespace {

Error error_of(ErrorCode code, Blame blame) {
  Error error;
  error.code = code;
  error.blame = blame;
  return error;
}

struct Row {
  ErrorCode code;
  Blame blame;
  int before_prompt;
  int after_prompt;
};

constexpr Row kTable[] = {
    {ErrorCode::invalid_argument, Blame::caller, 2, 2},
    {ErrorCode::insecure_endpoint, Blame::caller, 2, 2},
    {ErrorCode::not_possible, Blame::caller, 2, 2},
    {ErrorCode::invalid_argument, Blame::storage, 2, 2},
    {ErrorCode::access_denied, Blame::user, 3, 3},
    {ErrorCode::expired_token, Blame::user, 4, 4},
    {ErrorCode::device_flow_not_supported, Blame::server, 5, 5},
    {ErrorCode::oauth_error, Blame::server, 5, 5},
    {ErrorCode::invalid_response, Blame::protocol, 5, 5},
    {ErrorCode::response_too_large, Blame::protocol, 5, 5},
    {ErrorCode::redirect_refused, Blame::protocol, 5, 5},
    {ErrorCode::issuer_mismatch, Blame::protocol, 5, 5},
    {ErrorCode::verification_uri_refused, Blame::protocol, 5, 5},
    {ErrorCode::unsupported_token_type, Blame::protocol, 5, 5},
    {ErrorCode::network, Blame::network, 6, 5},
    {ErrorCode::timeout, Blame::network, 6, 5},
    {ErrorCode::tls, Blame::network, 6, 6},
    {ErrorCode::sign_in_needed, Blame::user, 5, 5},
    {ErrorCode::not_stored, Blame::user, 1, 1},
    {ErrorCode::store_damaged, Blame::storage, 2, 2},
    {ErrorCode::store_newer_version, Blame::storage, 2, 2},
    {ErrorCode::store_locked, Blame::storage, 2, 2},
    {ErrorCode::store_no_key, Blame::storage, 2, 2},
    {ErrorCode::store_unsafe, Blame::storage, 2, 2},
    {ErrorCode::store_io, Blame::storage, 2, 2},
    {ErrorCode::cancelled, Blame::user, 130, 130},
};

TEST(TerminalExitCode, EveryErrorHasTheExitCodeOfTheTable) {
  for (const Row& row : kTable) {
    const Error error = error_of(row.code, row.blame);
    EXPECT_EQ(exit_code_for(error, false), row.before_prompt) << name(row.code);
    EXPECT_EQ(exit_code_for(error, true), row.after_prompt) << name(row.code);
  }
}

TEST(TerminalExitCode, AServersOwnWordForDenialIsStillADenial) {
  Error error = error_of(ErrorCode::access_denied, Blame::user);
  error.oauth_code = "authorization_declined";
  EXPECT_EQ(exit_code_for(error, true), kDenied);
}

TEST(TerminalExitCode, TheTimeLimitIsANetworkProblemUntilTheCodeIsShown) {
  EXPECT_EQ(exit_code_for(Stop::timed_out, false), 6);
  EXPECT_EQ(exit_code_for(Stop::timed_out, true), 4);
}

TEST(TerminalExitCode, AnInterruptionIs130AndAClosedOutputIs2) {
  EXPECT_EQ(exit_code_for(Stop::interrupted, true), 130);
  EXPECT_EQ(exit_code_for(Stop::output_closed, true), 2);
}

}  // namespace
}  // namespace deviceflow::demo
