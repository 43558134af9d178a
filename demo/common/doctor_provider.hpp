// Whether the provider says that it offers what this client is going to use.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_PROVIDER_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_PROVIDER_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/messages.hpp>

#include "doctor_finding.hpp"

namespace deviceflow::demo {

/// One place where metadata were looked for.
struct Tried {
  std::string url;
  std::string outcome;  ///< "200", "404", or why no answer came.
};

/// The document that was found, last in `tried`, and what it says of the device grant. `used` are
/// the endpoints after all settings.
Findings assess_metadata(const std::vector<Tried>& tried, const Metadata& metadata,
                         const Endpoints& used);
/// `needed`: false if every endpoint that a login needs is named without them.
Finding assess_no_metadata(const std::vector<Tried>& tried, const Error& error, bool needed);

/// What the settings ask for, as far as metadata speak of it.
struct Wishes {
  std::optional<ClientAuth> client_auth;
  AssertionAudience assertion_audience = AssertionAudience::issuer;
  Credentials credentials;
  bool pkce = false;
  bool dpop = false;
  std::string scope;
};
/// How this client will prove who it is, and why so. `methods` are the metadata's.
Finding assess_client_auth(const Wishes& wishes, const std::vector<std::string>& methods);
/// PKCE, DPoP, scopes, and the endpoints beside the two that a login needs.
Findings assess_offers(const Wishes& wishes, const Metadata& metadata, const Endpoints& used);

Finding assess_keys(const Result<Jwks>& keys, const std::string& jwks_uri, const Wishes& wishes);

/// True where `scope` asks for an ID token.
bool wants_id_token(std::string_view scope);

}  // namespace deviceflow::demo

#endif
