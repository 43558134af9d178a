#include <cstdio>
#include <cstdlib>
#include <deviceflow/error.hpp>
#include <utility>

namespace deviceflow {

std::string_view name(Blame blame) noexcept {
  switch (blame) {
    case Blame::caller: return "caller";
    case Blame::network: return "network";
    case Blame::server: return "server";
    case Blame::protocol: return "protocol";
    case Blame::user: return "user";
    case Blame::storage: return "storage";
  }
  return "unknown";
}

std::string_view name(Stage stage) noexcept {
  switch (stage) {
    case Stage::discovery: return "discovery";
    case Stage::device_authorization: return "device_authorization";
    case Stage::token: return "token";
    case Stage::id_token: return "id_token";
    case Stage::introspection: return "introspection";
    case Stage::refresh: return "refresh";
    case Stage::revocation: return "revocation";
    case Stage::store: return "store";
    case Stage::userinfo: return "userinfo";
    case Stage::usage: return "usage";
  }
  return "unknown";
}

std::string_view name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::insecure_endpoint: return "insecure_endpoint";
    case ErrorCode::device_flow_not_supported: return "device_flow_not_supported";
    case ErrorCode::not_possible: return "not_possible";
    case ErrorCode::crypto_failed: return "crypto_failed";
    case ErrorCode::network: return "network";
    case ErrorCode::timeout: return "timeout";
    case ErrorCode::tls: return "tls";
    case ErrorCode::oauth_error: return "oauth_error";
    case ErrorCode::invalid_response: return "invalid_response";
    case ErrorCode::response_too_large: return "response_too_large";
    case ErrorCode::redirect_refused: return "redirect_refused";
    case ErrorCode::issuer_mismatch: return "issuer_mismatch";
    case ErrorCode::verification_uri_refused: return "verification_uri_refused";
    case ErrorCode::subject_mismatch: return "subject_mismatch";
    case ErrorCode::unsupported_token_type: return "unsupported_token_type";
    case ErrorCode::algorithm_not_allowed: return "algorithm_not_allowed";
    case ErrorCode::id_token_invalid: return "id_token_invalid";
    case ErrorCode::introspection_invalid: return "introspection_invalid";
    case ErrorCode::userinfo_invalid: return "userinfo_invalid";
    case ErrorCode::access_denied: return "access_denied";
    case ErrorCode::expired_token: return "expired_token";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::sign_in_needed: return "sign_in_needed";
    case ErrorCode::not_stored: return "not_stored";
    case ErrorCode::cannot_resume: return "cannot_resume";
    case ErrorCode::store_damaged: return "store_damaged";
    case ErrorCode::store_newer_version: return "store_newer_version";
    case ErrorCode::store_locked: return "store_locked";
    case ErrorCode::store_no_key: return "store_no_key";
    case ErrorCode::store_unsafe: return "store_unsafe";
    case ErrorCode::store_io: return "store_io";
  }
  return "unknown";
}

bool is_security_alarm(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::insecure_endpoint:
    case ErrorCode::redirect_refused:
    case ErrorCode::store_unsafe:
    case ErrorCode::issuer_mismatch:
    case ErrorCode::algorithm_not_allowed:
    case ErrorCode::id_token_invalid:
    case ErrorCode::introspection_invalid:
    case ErrorCode::userinfo_invalid:
    case ErrorCode::verification_uri_refused:
    case ErrorCode::subject_mismatch: return true;
    default: return false;
  }
}

std::string_view Error::label() const noexcept {
  // Expiry has one name, on either side and in every spelling.
  if (code == ErrorCode::expired_token || oauth_code.empty()) return name(code);
  return oauth_code;
}

Error make_error(Blame blame, ErrorCode code, Stage stage, std::string message) {
  Error error;
  error.blame = blame;
  error.code = code;
  error.stage = stage;
  error.message = std::move(message);
  return error;
}

namespace detail {

// Firmware has no stderr, and would carry 4 KB for it: there a debugger shows `what`.
void result_misused([[maybe_unused]] const char* what) noexcept {
#if defined(__unix__) || defined(__APPLE__)
  static_cast<void>(std::fprintf(stderr, "deviceflow: %s\n", what));
#endif
  std::abort();
}

}  // namespace detail
}  // namespace deviceflow
