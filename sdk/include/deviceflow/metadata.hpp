// Authorization server metadata (RFC 8414) and OpenID Connect Discovery.
#ifndef DEVICEFLOW_METADATA_HPP
#define DEVICEFLOW_METADATA_HPP

#include <array>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow {

/// Where a provider's endpoints are. An empty string means: not known.
struct Endpoints {
  std::string device_authorization;
  std::string token;
  std::string introspection;
  std::string revocation;
  std::string userinfo;
  std::string jwks_uri;
};

/// An endpoint's name in metadata documents.
struct EndpointName {
  std::string_view key;
  std::string Endpoints::*member;
};
inline constexpr std::array<EndpointName, 6> kEndpointNames{{
    {"device_authorization_endpoint", &Endpoints::device_authorization},
    {"token_endpoint", &Endpoints::token},
    {"introspection_endpoint", &Endpoints::introspection},
    {"revocation_endpoint", &Endpoints::revocation},
    {"userinfo_endpoint", &Endpoints::userinfo},
    {"jwks_uri", &Endpoints::jwks_uri},
}};

/// Fills what is empty in `endpoints` from `more`.
void fill_missing(Endpoints& endpoints, const Endpoints& more);

struct Metadata {
  std::string issuer;
  Endpoints endpoints;
  /// The same endpoints for clients with a certificate (RFC 8705 section 5), where they differ.
  Endpoints mtls_aliases;
  std::vector<std::string> token_endpoint_auth_methods;
  /// token_endpoint_auth_signing_alg_values_supported.
  std::vector<std::string> client_assertion_algorithms;
  /// dpop_signing_alg_values_supported.
  std::vector<std::string> dpop_algorithms;
  std::vector<std::string> grant_types;
  std::vector<std::string> scopes;

  /// False where the list of grant types is missing or lacks the device grant: worth a warning, no
  /// reason to stop (row D-4-2).
  bool lists_device_grant() const noexcept;
};

/// The places to look, in order: the inserted form of RFC 8414 section 3.1, then OpenID's appended
/// form. Fails with ErrorCode::invalid_argument for an issuer that is no http(s) URL or has a query
/// or fragment.
Result<std::vector<std::string>> metadata_urls(std::string_view issuer);

/// A GET of one of those places.
OAuthRequest make_metadata_request(std::string_view url);

/// Judges a metadata document. Fails with issuer_mismatch unless its `issuer` is exactly `issuer`
/// (RFC 8414 section 3.3), with invalid_response for anything unusable.
Result<Metadata> read_metadata_response(std::string_view issuer, const HttpResponse& response);

}  // namespace deviceflow

#endif
