#include "exit_code.hpp"

namespace deviceflow::demo {

ExitCode exit_code_for(const Error& error, bool prompted) noexcept {
  switch (error.code) {
    case ErrorCode::not_stored: return kNegative;
    case ErrorCode::access_denied: return kDenied;
    case ErrorCode::expired_token: return kExpired;
    case ErrorCode::cancelled: return kInterrupted;
    case ErrorCode::tls: return kNetwork;
    case ErrorCode::network:
    case ErrorCode::timeout: return prompted ? kRefused : kNetwork;
    default: break;
  }
  const bool ours = error.blame == Blame::caller || error.blame == Blame::storage;
  return ours ? kUsage : kRefused;
}

ExitCode exit_code_for(Stop stop, bool prompted) noexcept {
  switch (stop) {
    case Stop::timed_out: return prompted ? kExpired : kNetwork;
    case Stop::output_closed: return kUsage;
    default: return kInterrupted;
  }
}

}  // namespace deviceflow::demo
