// Where to sign in and as which client, as the command line and a config file say it.
#ifndef DEVICEFLOW_DEMO_COMMON_SETTINGS_HPP
#define DEVICEFLOW_DEMO_COMMON_SETTINGS_HPP

#include <array>
#include <chrono>
#include <deviceflow/auth.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "usage_error.hpp"

namespace deviceflow::demo {

/// Instead of a folder: logins are not stored.
inline constexpr std::string_view kNoStore = "none";

/// Ways to ask the introspection endpoint without credentials.
enum class IntrospectionAuth {
  none,       ///< The token alone.
  client_id,  ///< The token and a client ID, as a public client.
};

/// What both sources can set. Empty means: not set there.
struct ProviderSettings {
  std::string provider;  ///< A built-in provider's name, or a file with a description.
  std::vector<std::pair<std::string, std::string>> fields;  ///< Of that provider.
  std::string issuer;
  Endpoints endpoints;
  std::string client_id;
  std::string client_secret_file;
  std::optional<ClientAuth> client_auth;
  std::optional<AssertionAudience> assertion_audience;
  std::string client_key_file;
  std::string client_cert_file;
  bool pkce = false;
  bool dpop = false;
  bool dpop_device_authorization = false;  ///< A proof in that request as well.
  std::optional<std::string> scope;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::vector<std::string> resources;
  std::string authorization_details_file;
  std::string ca_file;
  std::string proxy;
  bool dangerous_allow_http = false;
  std::optional<std::chrono::milliseconds> timeout;
  std::string store;    ///< A folder, or kNoStore.
  std::string account;  ///< StoreKey::account.
  std::optional<IntrospectionAuth> introspection_auth;
  std::string introspection_user_file;
  std::string introspection_user;  ///< Its password is in the store of sign-ins.
  std::string introspection_client_id;
  std::string introspection_secret_file;
};

/// `over` on top of `base`.
ProviderSettings overlay(ProviderSettings base, const ProviderSettings& over);

bool any_endpoint(const Endpoints& endpoints);

/// The words of a setting that takes one of a few, with what each means.
template <typename T, std::size_t count>
using Words = std::array<std::pair<std::string_view, T>, count>;

inline constexpr Words<ClientAuth, 5> kClientAuths{
    {{"none", ClientAuth::none},
     {"basic", ClientAuth::basic},
     {"post", ClientAuth::post},
     {"private_key_jwt", ClientAuth::private_key_jwt},
     {"tls", ClientAuth::tls}}};
inline constexpr Words<AssertionAudience, 2> kAssertionAudiences{
    {{"issuer", AssertionAudience::issuer}, {"token_endpoint", AssertionAudience::token_endpoint}}};
inline constexpr Words<IntrospectionAuth, 2> kIntrospectionAuths{
    {{"none", IntrospectionAuth::none}, {"client_id", IntrospectionAuth::client_id}}};

/// The meaning of `text`; empty if it is none of `words`.
template <typename T, std::size_t count>
std::optional<T> read_word(const Words<T, count>& words, std::string_view text) {
  for (const auto& [word, value] : words) {
    if (text == word) return value;
  }
  return std::nullopt;
}

/// True for the name of a file: it has a slash in it or ends in .json. Every other is built in.
bool names_provider_file(std::string_view provider);

/// Why `proxy` can't be used, as a sentence, or an empty text. User name and password belong into
/// the environment: neither a process list nor a settings file shows them there.
std::string proxy_problem(const std::string& proxy);

/// Seconds as a wait, or empty where they are not above zero and below ten years.
std::optional<std::chrono::milliseconds> read_timeout(double seconds);

}  // namespace deviceflow::demo

#endif
