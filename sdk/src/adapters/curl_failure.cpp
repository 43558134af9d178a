#include "adapters/curl_failure.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <deviceflow/secret.hpp>
#include <vector>

#include "foundation/url.hpp"

namespace deviceflow {

namespace {

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

// ---- Proxies ----

struct Proxy {
  std::string setting;  // where it was named: "proxy", or an environment variable
  std::string scheme;
  std::string place;  // host:port, without user name and password
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Proxy read_proxy(std::string text, std::string setting) {
  Proxy out;
  out.setting = std::move(setting);
  const std::size_t scheme = text.find("://");
  out.scheme = "http";
  if (scheme != std::string::npos) {
    out.scheme = text.substr(0, scheme);
    for (char& c : out.scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    text.erase(0, scheme + 3);
  }
  const std::size_t at = text.rfind('@');
  if (at != std::string::npos) text.erase(0, at + 1);
  out.place = clean_text(text.substr(0, text.find_first_of("/?#")), 200);
  return out;
}

// Whether a list in the form of no_proxy holds `host`. A range of addresses is left to libcurl: to
// be safe, it counts as holding every address.
bool is_exempt(std::string_view list, std::string_view host) {
  const bool address = host.find_first_not_of("0123456789abcdef.:") == std::string_view::npos;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", "), list.size());
    std::string_view one = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    if (one == "*" || (address && one.find('/') != std::string_view::npos)) return true;
    while (!one.empty() && one.front() == '.') one.remove_prefix(1);
    if (one.empty() || one.size() > host.size()) continue;
    const std::size_t before = host.size() - one.size();
    const bool ends = curl_strnequal(host.data() + before, one.data(), one.size()) != 0;
    if (ends && (before == 0 || (!address && host[before - 1] == '.'))) return true;
  }
  return false;
}

// The proxy that libcurl uses for `url`, by its rules; or empty.
std::optional<Proxy> proxy_for(const Url& url, const std::string& given) {
  if (host_reach(url.host) == HostReach::this_machine) return std::nullopt;
  const std::string lower = variable("no_proxy");
  if (is_exempt(lower.empty() ? variable("NO_PROXY") : lower, url.host)) return std::nullopt;
  if (!given.empty()) return read_proxy(given, "proxy");
  // libcurl does not read HTTP_PROXY: a CGI program's caller could set it.
  const std::vector<const char*> names =
      url.scheme == "https"
          ? std::vector<const char*>{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}
          : std::vector<const char*>{"http_proxy", "all_proxy", "ALL_PROXY"};
  for (const char* name : names) {
    std::string text = variable(name);
    if (!text.empty()) return read_proxy(std::move(text), name);
  }
  return std::nullopt;
}

TransportFailure blame_proxy(const Proxy& proxy, const std::string& reason,
                             const std::string& what) {
  TransportFailure out{TransportFailure::Kind::refused, true, {}};
  out.message = "The proxy " + proxy.place + " (" + proxy.setting + ") " + what;
  out.reason = reason;
  out.details.proxy = proxy.place;
  out.details.setting = proxy.setting;
  return out;
}

TransportFailure wants_password(const Proxy& proxy) {
  return blame_proxy(proxy, "proxy_auth",
                     "wants a user name and a password that it accepts (status 407).");
}

bool is_tls(CURLcode code) {
  return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_ISSUER_ERROR;
}

// OpenSSL's words for a peer that does not speak TLS.
bool is_plain(std::string_view detail) {
  return detail.find("wrong version number") != std::string_view::npos;
}

// The failure if the proxy is at fault: nothing has gone to the server then.
std::optional<TransportFailure> proxy_failure(CURL* easy, CURLcode code, const Proxy& proxy,
                                              const std::string& host, const char* detail) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  if (status == 407) return wants_password(proxy);
  const std::string with = " (status " + std::to_string(status) + ").";
  if (status >= 500) {
    return blame_proxy(proxy, "proxy_failed", "could not connect to " + host + with);
  }
  if (status >= 300) {
    return blame_proxy(proxy, "proxy_refused", "does not allow connections to " + host + with);
  }
  const auto unreachable = [&](const std::string& what) {
    return blame_proxy(proxy, "proxy_unreachable", what);
  };
  if (code == CURLE_COULDNT_RESOLVE_PROXY) return unreachable("could not be found by its name.");
#if LIBCURL_VERSION_NUM >= 0x074900
  if (code == CURLE_PROXY) return unreachable("failed: " + std::string(detail) + ".");
#endif
  curl_off_t connected = 0;
  curl_off_t ready = 0;
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
  if (ready != 0 || status != 0) return std::nullopt;  // the server was reached
  const bool socks = proxy.scheme.substr(0, 5) == "socks";
  constexpr std::string_view kSchemes[] = {"http",    "https",  "socks4",
                                           "socks4a", "socks5", "socks5h"};
  if (std::find(std::begin(kSchemes), std::end(kSchemes), proxy.scheme) == std::end(kSchemes)) {
    return unreachable("can't be used: its address has to begin with http://.");
  }
  if (code == CURLE_COULDNT_CONNECT) return unreachable("can't be reached: nothing listens there.");
  if (code == CURLE_OPERATION_TIMEDOUT && (connected == 0 || !socks)) {
    return unreachable("did not respond in time.");
  }
  if (is_tls(code) && proxy.scheme == "https") {
    return unreachable(is_plain(detail)
                           ? "does not speak TLS: write http:// in front of it."
                           : "has no TLS that can be used: " + std::string(detail) + ".");
  }
  const bool broke = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
                     code == CURLE_GOT_NOTHING || code == CURLE_UNSUPPORTED_PROTOCOL ||
                     code == CURLE_WEIRD_SERVER_REPLY;
  if (broke && !socks) return unreachable("did not respond as a proxy does.");
  return std::nullopt;
}

}  // namespace

void set_proxy(CURL* easy, const std::string& url, const std::string& proxy) {
  const auto parsed = parse_url(url);
  if (parsed.ok() && host_reach(parsed->host) == HostReach::this_machine) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  } else if (!proxy.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  }
}

TransportFailure explain_failure(CURL* easy, CURLcode code, const std::string& url,
                                 const std::string& proxy, bool too_large, const char* detail) {
  using Kind = TransportFailure::Kind;
  const auto parsed = parse_url(url);
  const std::string host = parsed.ok() ? parsed->host : "the server";
  const std::string port = parsed.ok() ? std::to_string(parsed->effective_port()) : "";
  const auto used = parsed.ok() ? proxy_for(*parsed, proxy) : std::nullopt;
  std::optional<TransportFailure> by_proxy;
  if (used) by_proxy = proxy_failure(easy, code, *used, host, detail);
  TransportFailure out = by_proxy ? std::move(*by_proxy) : TransportFailure();
  if (!by_proxy) {
    out.kind = kind_of(code, too_large);
    out.message = failure_sentence(out.kind, host, detail);
    if (out.kind == Kind::tls_handshake && is_plain(detail)) {
      out.reason = "plain_http";
      out.message = host + " does not speak TLS on port " + port +
                    ", which may be its port for plain http. Check the port.";
    } else if (std::string_view(detail).find("HTTP/0.9") != std::string_view::npos) {
      out.reason = "not_http";
      out.message = host + " does not speak plain http on port " + port +
                    ", which may be its port for https. Check the address.";
    }
  }
  out.details.host = host;
  out.details.port = port;
  return out;
}

std::optional<TransportFailure> proxy_response(const std::string& url, const std::string& proxy,
                                               long status) {
  const auto parsed = parse_url(url);
  if (!parsed.ok() || parsed->scheme != "http" || status != 407) return std::nullopt;
  const auto used = proxy_for(*parsed, proxy);
  if (!used) return std::nullopt;
  TransportFailure out = wants_password(*used);
  out.nothing_sent = false;
  out.details.host = parsed->host;
  out.details.port = std::to_string(parsed->effective_port());
  return out;
}

}  // namespace deviceflow
