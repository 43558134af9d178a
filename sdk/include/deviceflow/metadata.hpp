// Authorization server metadata (RFC 8414) and OpenID Connect Discovery.
#ifndef DEVICEFLOW_METADATA_HPP
#define DEVICEFLOW_METADATA_HPP

#include <array>
#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/text.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

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

/// Some of the endpoints.
using EndpointSet = std::vector<std::string Endpoints::*>;
/// True if `endpoints` has each of `wanted`.
bool names_all(const Endpoints& endpoints, const EndpointSet& wanted) noexcept;

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
  /// code_challenge_methods_supported; empty where nothing is said of PKCE.
  std::vector<std::string> code_challenge_methods;
  std::vector<std::string> grant_types;
  std::vector<std::string> scopes;
  /// Why these are older than they should be: fetching them again failed, in a way that passes.
  /// Filled by Session::discover(); empty while they are current.
  std::optional<Error> refetch_failure;
  /// What was tolerated in reading them.
  Quirks quirks;

  /// False where the list of grant types is missing or lacks the device grant: worth a warning, no
  /// reason to stop (row D-4-2).
  bool lists_device_grant() const noexcept;
};

/// Fills what is empty in `metadata` from another document of the same issuer.
void fill_missing(Metadata& metadata, const Metadata& more);

/// The forms of a metadata document's URL, for the issuer https://host/path.
enum class MetadataForm {
  oauth,            ///< https://host/.well-known/oauth-authorization-server/path (RFC 8414 s. 3.1).
  openid_inserted,  ///< https://host/.well-known/openid-configuration/path (RFC 8414 section 5).
  openid,           ///< https://host/path/.well-known/openid-configuration (OpenID Discovery 4.1).
};
/// All three, in the order of RFC 8414.
std::vector<MetadataForm> all_metadata_forms();

/// The places to look, in the order of `forms`; forms that make the same URL count once. Fails with
/// ErrorCode::invalid_argument for an issuer that is no http(s) URL or has a query or fragment, and
/// where there are no forms.
Result<std::vector<std::string>> metadata_urls(
    std::string_view issuer, const std::vector<MetadataForm>& forms = all_metadata_forms());

/// A GET of one of those places.
OAuthRequest make_metadata_request(std::string_view url);

/// Reads a metadata document. Fails with issuer_mismatch unless its `issuer` is exactly `issuer`
/// (RFC 8414 section 3.3), with invalid_response for anything unusable. Endpoints over plain http
/// on this machine are left out (Quirk::loopback_endpoint) unless the issuer is one too.
Result<Metadata> read_metadata_response(std::string_view issuer, const HttpResponse& response,
                                        const Redactor& redactor = {});

/// How long the metadata of such an answer are used: its max_age(), an hour where it names none;
/// five minutes at least and a day at most.
std::chrono::seconds metadata_lifetime(const HttpResponse& response);

}  // namespace deviceflow

#endif
