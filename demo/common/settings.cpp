#include "settings.hpp"

#include <algorithm>
#include <cmath>

#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

void put(std::string& base, const std::string& over) {
  if (!over.empty()) base = over;
}

template <typename T>
void put(std::optional<T>& base, const std::optional<T>& over) {
  if (over) base = over;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Those on top replace those of the same name.
void put(Pairs& base, const Pairs& over) {
  for (const auto& pair : over) {
    std::erase_if(base, [&](const auto& have) { return have.first == pair.first; });
  }
  base.insert(base.end(), over.begin(), over.end());
}

// The ways to introspect exclude each other: the one that is named on top replaces those below.
void put_introspection(ProviderSettings& base, const ProviderSettings& over) {
  const bool account = !over.introspection_user_file.empty() || !over.introspection_user.empty();
  const bool client = !over.introspection_client_id.empty();
  const bool secret = !over.introspection_secret_file.empty();
  const bool bare = over.introspection_auth.has_value();
  const bool nothing = over.introspection_auth == IntrospectionAuth::none;
  const bool was_nothing = base.introspection_auth == IntrospectionAuth::none;
  if (client || bare || account) {
    base.introspection_user_file.clear();
    base.introspection_user.clear();
  }
  if (account || nothing) base.introspection_client_id.clear();
  if (account || bare) base.introspection_secret_file.clear();
  if (account || secret || (client && was_nothing)) base.introspection_auth.reset();
  put(base.introspection_auth, over.introspection_auth);
  put(base.introspection_user_file, over.introspection_user_file);
  put(base.introspection_user, over.introspection_user);
  put(base.introspection_client_id, over.introspection_client_id);
  put(base.introspection_secret_file, over.introspection_secret_file);
}

}  // namespace

ProviderSettings overlay(ProviderSettings base, const ProviderSettings& over) {
  // Another provider has other fields.
  if (!over.provider.empty() && over.provider != base.provider) base.fields.clear();
  put(base.provider, over.provider);
  put(base.fields, over.fields);
  // Another issuer has other endpoints.
  const bool moved = !base.issuer.empty() && !over.issuer.empty() && base.issuer != over.issuer;
  if (moved) base.endpoints = {};
  put(base.issuer, over.issuer);
  for (const EndpointName& one : kEndpointNames) {
    put(base.endpoints.*one.member, over.endpoints.*one.member);
  }
  put(base.client_id, over.client_id);
  put(base.client_secret_file, over.client_secret_file);
  put(base.client_auth, over.client_auth);
  put(base.assertion_audience, over.assertion_audience);
  put(base.client_key_file, over.client_key_file);
  put(base.client_cert_file, over.client_cert_file);
  base.pkce = base.pkce || over.pkce;
  base.dpop = base.dpop || over.dpop;
  base.dpop_device_authorization = base.dpop_device_authorization || over.dpop_device_authorization;
  put(base.scope, over.scope);
  put(base.parameters, over.parameters);
  if (!over.resources.empty()) base.resources = over.resources;
  put(base.authorization_details_file, over.authorization_details_file);
  put(base.ca_file, over.ca_file);
  put(base.proxy, over.proxy);
  base.dangerous_allow_http = base.dangerous_allow_http || over.dangerous_allow_http;
  put(base.timeout, over.timeout);
  put(base.store, over.store);
  put(base.account, over.account);
  put_introspection(base, over);
  return base;
}

bool any_endpoint(const Endpoints& endpoints) {
  return std::any_of(kEndpointNames.begin(), kEndpointNames.end(),
                     [&](const EndpointName& name) { return !(endpoints.*name.member).empty(); });
}

std::string proxy_problem(const std::string& proxy) {
  if (proxy.empty()) return {};
  const auto url = parse_url(proxy);
  const bool scheme = url.ok() && (url->scheme == "http" || url->scheme == "https" ||
                                   url->scheme == "socks5" || url->scheme == "socks5h");
  if (url.ok() && !url->userinfo.empty()) {
    return "A proxy setting takes no user name and password. Set the environment variable "
           "https_proxy instead, and leave this setting out.";
  }
  const bool bare =
      url.ok() && (url->path.empty() || url->path == "/") && !url->query && !url->fragment;
  if (scheme && bare && !url->port.empty()) return {};
  return "A proxy has to be http://HOST:PORT, also with https, socks5 or socks5h.";
}

bool names_provider_file(std::string_view provider) {
  return provider.find('/') != std::string_view::npos || provider.ends_with(".json");
}

std::optional<std::chrono::milliseconds> read_timeout(double seconds) {
  constexpr double kTenYears = 10.0 * 365 * 24 * 3600;
  if (!(seconds > 0 && seconds < kTenYears)) return std::nullopt;
  using std::chrono::milliseconds;
  const std::chrono::duration<double> rounded(seconds + 0.0005);  // to the nearest millisecond
  return std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(rounded));
}

}  // namespace deviceflow::demo
