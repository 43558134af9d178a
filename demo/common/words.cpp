#include "words.hpp"

#include <array>

#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

// To the nearest second, ten seconds, minute, hour or day, by how long it is.
std::int64_t rounded(std::int64_t time) {
  struct Step {
    std::int64_t below;
    std::int64_t step;
  };
  constexpr std::array kSteps{Step{120, 1}, Step{600, 10}, Step{36000, 60}, Step{864000, 3600}};
  std::int64_t step = 86400;
  for (const Step& each : kSteps) {
    if (time >= each.below) continue;
    step = each.step;
    break;
  }
  const std::int64_t rest = time % step;
  return rest < step - rest ? time - rest : time - rest + step;
}

}  // namespace

std::string duration_words(seconds time) {
  return duration_words(time, counted);
}

std::string duration_words(
    seconds time, const std::function<std::string(std::int64_t, std::string_view)>& counted) {
  struct Unit {
    std::int64_t size;
    std::string_view name;
  };
  constexpr std::array kUnits{Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"},
                              Unit{1, "second"}};
  std::int64_t left = rounded(time.count());
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && left < kUnits[unit].size) ++unit;
  std::string words = counted(left / kUnits[unit].size, kUnits[unit].name);
  left %= kUnits[unit].size;
  if (unit + 1 < kUnits.size() && left >= kUnits[unit + 1].size) {
    words += ' ';
    words += counted(left / kUnits[unit + 1].size, kUnits[unit + 1].name);
  }
  return words;
}

std::string_view option_advice(const Error& error) {
  const bool refused = error.http_status == 401 || error.http_status == 403;
  if (error.stage == Stage::introspection && refused) {
    return "Check --introspection-user-file, or --introspection-client-id and "
           "--introspection-secret-file, or --client-auth if the client asks with its own "
           "credentials. --introspection-auth asks without credentials.";
  }
  if (error.oauth_code == "invalid_client") {
    return "Check the client ID, the secret and --client-auth (for private_key_jwt also "
           "--assertion-audience); the operator of the provider can look the client up.";
  }
  // Some servers say so if a secret is wrong, others if the grant is not allowed.
  if (error.oauth_code == "unauthorized_client" && refused) {
    return "Check the client ID, the secret and --client-auth; the operator of the provider can "
           "look the client up, and turn the device grant on for it.";
  }
  if (error.code == ErrorCode::invalid_response && is_missing_endpoint(error.reason)) {
    if (error.stage == Stage::token) return "Check --token-endpoint.";
    if (error.stage == Stage::device_authorization) return "Check --device-authorization-endpoint.";
  }
  return {};
}

std::string network_advice(const Error& error) {
  const ErrorDetails& about = error.details;
  const bool option = about.setting == "proxy";
  if (error.reason == "proxy_auth") {
    return std::string(option ? "Leave --proxy out, and set the environment variable https_proxy"
                              : "Set the environment variable " + about.setting) +
           " to http://USER:PASSWORD@" + about.proxy + ".";
  }
  if (error.reason == "proxy_refused" || error.reason == "proxy_failed") {
    return "Ask the operator of the proxy. If this network reaches " + about.host +
           " directly, name it in the environment variable no_proxy.";
  }
  if (error.reason == "proxy_unreachable") {
    return (option ? "Check --proxy (\"proxy\" in a config file)"
                   : "Check the environment variable " + about.setting) +
           ", and the network of this computer.";
  }
  if (error.reason == "plain_http") {
    return host_reach(about.host) == HostReach::this_machine
               ? "If plain http is meant, write http:// in the address."
               : "Use the port of the https address.";
  }
  if (error.reason == "not_http") return "If https is meant, write https:// in the address.";
  if (error.reason == "tls_untrusted") {
    return "Check the date of this computer. \"deviceflow doctor\" says what is wrong with the "
           "certificate; --cacert helps only if an authority of your own has signed it.";
  }
  if (error.reason == "tls_handshake") {
    return "TLS 1.2 or newer is needed: ask the operator of the provider.";
  }
  return "Check the network, then run the command again.";
}

std::string trouble_words(std::string_view reason) {
  if (reason == "timeout") return "The server does not answer";
  if (reason == "refused") return "The server can't be reached";
  if (reason == "connection") return "The connection broke";
  if (reason == "dns") return "The server's name is not found";
  if (reason == "tls_handshake") return "No secure connection";
  if (reason == "proxy_unreachable") return "The proxy can't be reached";
  if (reason == "proxy_auth") return "The proxy wants a password";
  if (reason == "proxy_refused") return "The proxy refuses the connection";
  if (reason == "proxy_failed") return "The proxy can't reach the server";
  if (reason == "plain_http") return "No secure connection";
  if (reason == "http_429") return "The server is busy";
  if (is_missing_endpoint(reason)) return "The token endpoint is not there";
  return "The server has a problem";
}

bool is_network_trouble(std::string_view reason) {
  return reason == "timeout" || reason == "refused" || reason == "connection" || reason == "dns" ||
         reason == "tls_handshake";
}

bool is_missing_endpoint(std::string_view reason) {
  return reason == "http_404" || reason == "http_405" || reason == "http_501";
}

}  // namespace deviceflow::demo
