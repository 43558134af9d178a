#include "adapters/curl_transfer.hpp"

namespace deviceflow {

namespace {

// How long a cancel may go unnoticed while the network is silent.
constexpr int kCancelCheckMs = 100;

}  // namespace

void init_libcurl_once() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

std::optional<CURLcode> run_transfer(CURLM* multi, CURL* easy, const CancelFlag& cancel) {
  curl_multi_add_handle(multi, easy);
  std::optional<CURLcode> result;
  int running = 1;
  while (running > 0 && !cancel.is_set()) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      result = CURLE_FAILED_INIT;
      break;
    }
    if (running > 0) curl_multi_poll(multi, nullptr, 0, kCancelCheckMs, nullptr);
  }
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(multi, easy);
  return result;
}

TransportFailure::Kind kind_of(CURLcode code, bool too_large) {
  using Kind = TransportFailure::Kind;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return Kind::dns;
    case CURLE_COULDNT_CONNECT: return Kind::refused;
    case CURLE_OPERATION_TIMEDOUT: return Kind::timeout;
    case CURLE_SSL_CONNECT_ERROR: return Kind::tls_handshake;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return Kind::tls_untrusted;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
      return Kind::local;
      // libcurl's own ceiling for one header line answers with this code, or the newer one.
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
    case CURLE_OUT_OF_MEMORY: return Kind::too_large;
    default: return too_large ? Kind::too_large : Kind::connection;
  }
}

std::string failure_sentence(TransportFailure::Kind kind, const std::string& host,
                             const char* detail) {
  using Kind = TransportFailure::Kind;
  switch (kind) {
    case Kind::dns:
      return "The host name " + host + " could not be found. Check the address and the network.";
    case Kind::refused:
      return "Nothing answers at " + host +
             ". Check the address, the port, and that the server runs.";
    case Kind::timeout: return host + " did not answer in time.";
    case Kind::connection:
      return "The connection to " + host + " broke before the answer was complete.";
    case Kind::tls_handshake: return "TLS with " + host + " could not be set up: " + detail + ".";
    case Kind::tls_untrusted:
      return "The certificate of " + host + " is not trusted: " + detail +
             ". If it is right, name its authority's certificate file.";
    case Kind::too_large: return "The answer of " + host + " is larger than allowed.";
    case Kind::cancelled: return "The request was cancelled.";
    case Kind::local: return "The request could not be made: " + std::string(detail) + ".";
  }
  return detail;
}

}  // namespace deviceflow
