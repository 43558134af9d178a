#include "c_api/handles.hpp"

namespace deviceflow::c_api {

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return DEVICEFLOW_INVALID_ARGUMENT;
    case ErrorCode::insecure_endpoint: return DEVICEFLOW_INSECURE_ENDPOINT;
    case ErrorCode::device_flow_not_supported: return DEVICEFLOW_DEVICE_FLOW_NOT_SUPPORTED;
    case ErrorCode::not_possible: return DEVICEFLOW_NOT_POSSIBLE;
    case ErrorCode::crypto_failed: return DEVICEFLOW_CRYPTO_FAILED;
    case ErrorCode::network: return DEVICEFLOW_NETWORK;
    case ErrorCode::timeout: return DEVICEFLOW_TIMEOUT;
    case ErrorCode::tls: return DEVICEFLOW_TLS;
    case ErrorCode::oauth_error: return DEVICEFLOW_OAUTH_ERROR;
    case ErrorCode::invalid_response: return DEVICEFLOW_INVALID_RESPONSE;
    case ErrorCode::response_too_large: return DEVICEFLOW_RESPONSE_TOO_LARGE;
    case ErrorCode::redirect_refused: return DEVICEFLOW_REDIRECT_REFUSED;
    case ErrorCode::issuer_mismatch: return DEVICEFLOW_ISSUER_MISMATCH;
    case ErrorCode::verification_uri_refused: return DEVICEFLOW_VERIFICATION_URI_REFUSED;
    case ErrorCode::subject_mismatch: return DEVICEFLOW_SUBJECT_MISMATCH;
    case ErrorCode::unsupported_token_type: return DEVICEFLOW_UNSUPPORTED_TOKEN_TYPE;
    case ErrorCode::algorithm_not_allowed: return DEVICEFLOW_ALGORITHM_NOT_ALLOWED;
    case ErrorCode::id_token_invalid: return DEVICEFLOW_ID_TOKEN_INVALID;
    case ErrorCode::introspection_invalid: return DEVICEFLOW_INTROSPECTION_INVALID;
    case ErrorCode::userinfo_invalid: return DEVICEFLOW_USERINFO_INVALID;
    case ErrorCode::access_denied: return DEVICEFLOW_ACCESS_DENIED;
    case ErrorCode::expired_token: return DEVICEFLOW_EXPIRED_TOKEN;
    case ErrorCode::cancelled: return DEVICEFLOW_CANCELLED;
    case ErrorCode::sign_in_needed: return DEVICEFLOW_SIGN_IN_NEEDED;
    case ErrorCode::not_stored: return DEVICEFLOW_NOT_STORED;
    case ErrorCode::cannot_resume: return DEVICEFLOW_CANNOT_RESUME;
    case ErrorCode::store_damaged: return DEVICEFLOW_STORE_DAMAGED;
    case ErrorCode::store_newer_version: return DEVICEFLOW_STORE_NEWER_VERSION;
    case ErrorCode::store_locked: return DEVICEFLOW_STORE_LOCKED;
    case ErrorCode::store_no_key: return DEVICEFLOW_STORE_NO_KEY;
    case ErrorCode::store_unsafe: return DEVICEFLOW_STORE_UNSAFE;
    case ErrorCode::store_io: return DEVICEFLOW_STORE_IO;
  }
  return DEVICEFLOW_INVALID_RESPONSE;
}

}  // namespace deviceflow::c_api

const char* deviceflow_error_string(int status) {
  using deviceflow::ErrorCode;
  switch (status) {
    case DEVICEFLOW_OK: return "ok";
    case DEVICEFLOW_OUT_OF_MEMORY: return "out_of_memory";
    case DEVICEFLOW_NULL_ARGUMENT: return "null_argument";
    case DEVICEFLOW_WRONG_SIZE: return "wrong_size";
    case DEVICEFLOW_WRONG_ORDER: return "wrong_order";
    case DEVICEFLOW_TIME_WENT_BACK: return "time_went_back";
    case DEVICEFLOW_BUFFER_TOO_SMALL: return "buffer_too_small";
    default: break;
  }
  // The names are literals, so they end in a zero.
  for (int i = 0; i <= static_cast<int>(ErrorCode::store_io); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (deviceflow::c_api::status_of(code) == status) return deviceflow::name(code).data();
  }
  return "unknown";
}
