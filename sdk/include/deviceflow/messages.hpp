// The protocol's requests and responses as pairs of pure functions.
#ifndef DEVICEFLOW_MESSAGES_HPP
#define DEVICEFLOW_MESSAGES_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

// The device authorization exchange (RFC 8628 sections 3.1 and 3.2) as a pair of pure functions.

struct DeviceAuthorizationParameters {
  std::string endpoint;
  /// Space-separated; empty asks for none and sends none.
  std::string scope;
  /// Further parameters. A name that this SDK sets itself is refused.
  std::vector<std::pair<std::string, std::string>> extra;
  /// Pkce::challenge; empty where PKCE is not used.
  std::string code_challenge;
  /// The APIs the tokens are for (RFC 8707): absolute URIs without fragment, each sent by itself.
  std::vector<std::string> resources;
  /// What exactly is asked for (RFC 9396), in JSON: an array of objects that each have a `type`.
  /// Sent as it is; empty asks for nothing.
  std::string authorization_details;
};

/// The device authorization request, still without client identification (the Exchange adds it).
/// Fails with ErrorCode::invalid_argument for a scope outside RFC 6749 section 3.3, a resource or
/// authorization details outside their RFCs, or an extra parameter that is reserved, empty, or
/// given twice.
Result<OAuthRequest> make_device_authorization_request(
    const DeviceAuthorizationParameters& parameters);

/// A usable answer. `user_code` and both URIs are byte for byte the server's; clean them with
/// clean_text() before a screen shows the code.
struct DeviceAuthorization {
  Secret device_code;
  std::string user_code;
  std::string verification_uri;
  std::optional<std::string> verification_uri_complete;
  /// Life of both codes from the arrival of the answer.
  std::chrono::seconds expires_in{0};
  /// What to wait between polls at least; already settled (see settle_interval()).
  std::chrono::seconds interval{5};
  Quirks quirks;
};

/// Fails with verification_uri_refused unless a person may be asked to open `uri`: an absolute
/// https URL without userinfo. Plain http passes on this machine, and with `sandbox`.
Result<void> check_verification_uri(std::string_view uri, bool sandbox);

/// Validates the response. `sandbox` allows plain http verification URIs beyond this machine.
///
/// Fails with oauth_error (the server's own code), invalid_response (anything that can't be used;
/// `retryable` and `reason` tell a passing 429 or 503 from the rest), redirect_refused, or
/// verification_uri_refused (not an absolute https URL without userinfo: nothing may be shown).
/// The secrets that `redactor` knows stay out of the Error.
Result<DeviceAuthorization> read_device_authorization_response(const HttpResponse& response,
                                                               bool sandbox = false,
                                                               const Redactor& redactor = {});

// The token exchange of the device grant (RFC 8628 sections 3.4 and 3.5) as a pair of pure
// functions, and what comes out of it.

/// What a login yields (RFC 6749 section 5.1).
struct TokenSet {
  Secret access_token;
  /// As the server wrote it; compare without regard to case.
  std::string token_type;
  /// Lifetime as sent. Empty means unknown: neither zero nor endless.
  std::optional<std::chrono::seconds> expires_in;
  /// When the access token ends, counted from the moment the request left (a slow answer shortens
  /// the usable life). Empty where expires_in is.
  std::optional<SteadyTime> expires_at;
  /// As the server sent it. Empty means: granted as requested.
  std::optional<std::string> scope;
  Secret refresh_token;  ///< Empty where none came.
  Secret id_token;       ///< Empty where none came. Not verified.
  /// The authorization details granted (RFC 9396 section 7), which may be fewer or richer than
  /// those asked for, in JSON. Empty where the server sent none.
  std::string authorization_details;
};

/// What a poll carries besides the device code.
struct PollExtras {
  Secret code_verifier;                ///< Pkce::verifier, or empty.
  std::vector<std::string> resources;  ///< As in the device authorization request.
  /// The scope that was asked for, and the user code: not sent, but see OAuthRequest::context.
  std::string scope = {};
  std::string user_code = {};
};

/// One poll of the token endpoint. `device_code` goes out exactly as received.
OAuthRequest make_device_token_request(std::string_view token_endpoint, const Secret& device_code,
                                       const PollExtras& extras = {});

/// What a poll's response means. `error` is filled for denied, expired, refused and transient
/// errors; `reason` for transient errors ("http_503", "unreadable" …).
struct TokenAnswer {
  enum class Kind {
    tokens,
    pending,         ///< Keep polling.
    slow_down,       ///< Keep polling, slower from now on.
    passing_fault,   ///< It says nothing about the grant: back off and try again.
    nonce_demanded,  ///< Repeat once with the nonce from the answer's header (RFC 9449 section 8).
    denied,
    expired,
    refused,  ///< Final, for any other reason.
  };
  Kind kind = Kind::refused;
  std::optional<TokenSet> tokens;
  /// An interval sent with slow_down, rounded up, not yet checked against the code's life.
  std::optional<std::chrono::seconds> interval;
  /// What the server asked to wait at least, from the arrival of the answer.
  std::optional<std::chrono::seconds> retry_after;
  /// When the server sent it, by its own clock (the Date header).
  std::optional<WallTime> date;
  std::string reason;
  std::optional<Error> error;
  /// Tokens that a refused 2xx response holds, to be revoked: nobody will use them.
  std::vector<TokenSet> lost_tokens;
  Quirks quirks;
};

/// Which token types are taken (RFC 9449 section 5).
enum class DpopMode {
  off,      ///< Bearer alone.
  prefer,   ///< DPoP or Bearer; with Bearer, Quirk::token_not_bound says that it is not protected.
  require,  ///< DPoP alone.
};

/// Reads the response: the body first, the status second (RFC 8628 section 3.5; providers send
/// pending under 200, 400, 401, 403 and 428). `known_type` is the token type if the response leaves
/// it out (Quirk::token_type_missing); empty: such a response is refused.
/// The secrets that `redactor` knows stay out of the Error.
TokenAnswer read_token_response(const HttpResponse& response, const Redactor& redactor = {},
                                DpopMode dpop = DpopMode::off, std::string_view known_type = {});

/// Fails with ErrorCode::invalid_argument unless `scope` is empty or space-separated scope tokens
/// (RFC 6749 section 3.3).
Result<void> check_scope(std::string_view scope);
/// The scope tokens of `requested` that `granted` lacks; compared as sets, with regard to case.
std::vector<std::string> missing_scopes(std::string_view requested, std::string_view granted);

// Refreshing an access token (RFC 6749 section 6) as a pair of pure functions.

/// What a refresh builds on.
struct RefreshParameters {
  std::string token_endpoint;
  Secret refresh_token;
  /// Asks for less than was granted; empty asks for the same again and sends no scope.
  std::string scope;
  /// The scope in force, as the last response (or the login's request) had it. Empty: not known,
  /// and then no narrower one can be asked for.
  std::string granted_scope;
  /// The APIs that the new access token is for (RFC 8707 section 2.2), each sent by itself: those
  /// of the login, or some of them. Empty leaves it to the server.
  std::vector<std::string> resources;
  /// Which token types are taken. The proofs are the Exchange's business (make_dpop_auth()).
  DpopMode dpop = DpopMode::off;
  /// The type of the tokens so far. It stays if the response names none. Empty: not known.
  std::string token_type = {};
};

/// The refresh request, still without client identification (the Exchange adds it).
/// Fails with ErrorCode::invalid_argument for an empty refresh token, a scope outside RFC 6749
/// section 3.3, or one that asks for more than `granted_scope`.
Result<OAuthRequest> make_refresh_request(const RefreshParameters& parameters);

/// What the response means for the session.
struct RefreshAnswer {
  enum class Kind {
    tokens,
    nonce_demanded,  ///< Repeat once with the nonce from the header (RFC 9449 section 8).
    failed,          ///< No new tokens; the session lives. Error::retryable says whether to wait.
    user_needed,     ///< Refused, and the user has to sign in. Keep the refresh token: the server
                     ///< did not say that it is dead.
    session_over,    ///< invalid_grant: the refresh token is dead, and only a new sign-in helps.
  };
  Kind kind = Kind::failed;
  /// Complete: what the response left out is taken over (the refresh token, the type, the scope).
  std::optional<TokenSet> tokens;
  /// A new refresh token in a successful response whose access token can't be used: it replaces the
  /// old one all the same. Empty for every other response.
  Secret refresh_token;
  /// Filled for every kind but tokens. Its code is sign_in_needed with session_over and with
  /// user_needed; there `reason` is the server's code ("interaction_required") or its status
  /// ("http_401").
  std::optional<Error> error;
  /// True if the server may have used up the refresh token and its response tells nothing about it:
  /// a broken body, a 5xx. The next try may find it spent.
  bool maybe_spent = false;
  /// What the server asked to wait at least, from the arrival of the response.
  std::optional<std::chrono::seconds> retry_after;
  Quirks quirks;
};

/// Reads the response to a request made of the same `parameters`.
///
/// A refresh token in the response replaces the old one; without one, the old one stays. Without a
/// scope in the response the one asked for (or granted before) stays in force; one that is wider
/// than what was granted is reported as Quirk::scope_grew.
///
/// Only invalid_grant ends the session. Any other refusal that is not about the client, the request
/// or the moment (interaction_required, consent_required, a code that we don't know, a sentence, an
/// empty 401) means that the user has to sign in again.
/// The secrets that `redactor` knows stay out of the Error.
RefreshAnswer read_refresh_response(const HttpResponse& response,
                                    const RefreshParameters& parameters,
                                    const Redactor& redactor = {});

// Token revocation (RFC 7009) as a pair of pure functions.

/// What kind of token it is, so that the server need not search (RFC 7009 section 2.1).
enum class TokenHint { none, access_token, refresh_token };
std::string_view name(TokenHint hint) noexcept;

/// Asks the server to revoke `token`, still without client identification (the Exchange adds it).
OAuthRequest make_revocation_request(std::string_view endpoint, const Secret& token,
                                     TokenHint hint);

/// What a revocation came to.
struct RevocationAnswer {
  enum class Kind {
    revoked,                 ///< The token is dead: remove it at once.
    not_confirmed,           ///< Not known. Treat it as alive; trying again may help.
    unsupported_token_type,  ///< This server does not revoke tokens of this kind.
    refused,                 ///< Any other error; it will stay one.
  };
  Kind kind = Kind::refused;
  /// Why not; filled for every kind but revoked. There it is a remark, or empty.
  std::optional<Error> error;
  /// What the server asked to wait at least before another try.
  std::optional<std::chrono::seconds> retry_after;
};

/// Reads the response. 200 is success whatever the body, also for a token that the server never
/// knew (RFC 7009 section 2.2); any other 2xx is taken for one. 400 with invalid_token or
/// invalid_grant says that the token is dead already, which counts as revoked, with a remark. 408,
/// 425, 429 and 5xx confirm nothing. The secrets that `redactor` knows stay out of the Error.
RevocationAnswer read_revocation_response(const HttpResponse& response,
                                          const Redactor& redactor = {});

// Token introspection (RFC 7662, and signed: RFC 9701) as a pair of pure functions.

/// What kind of answer to ask for.
enum class IntrospectionForm {
  json,        ///< A JSON object, whose only seal is the connection.
  signed_jwt,  ///< A JWT (RFC 9701). Anything else is then refused.
};

/// Asks about `token`, always by POST (RFC 7662 section 2.1). Who asks is the Exchange's business:
/// the endpoint wants credentials of its own, often not those of the device.
OAuthRequest make_introspection_request(std::string_view endpoint, const Secret& token,
                                        IntrospectionForm form = IntrospectionForm::json);

struct Introspection {
  bool active = false;
  /// The JSON object that the server sent, with every member. It may identify a person: keep it out
  /// of logs.
  Secret members;
  Quirks quirks = {};
};

/// How to ask about a token.
struct IntrospectionOptions {
  /// What the endpoint wants to see; null: the client's own credentials. A public client has to
  /// ask explicitly: make_client_auth() with ClientAuth::none sends the client ID alone,
  /// make_no_auth() nothing.
  std::shared_ptr<Authenticator> credentials = nullptr;
  IntrospectionForm form = IntrospectionForm::json;
  /// Whom a signed response has to be for; empty: this client.
  std::string audience = {};
};

/// Reads the response. Anything but 200 with a JSON boolean `active` is an error, never "active".
/// 401 and 403 mean that the caller's own credentials failed and say nothing about the token.
/// The secrets that `redactor` knows stay out of the Error.
Result<Introspection> read_introspection_response(const HttpResponse& response,
                                                  const Redactor& redactor = {});

// UserInfo (OpenID Connect Core section 5.3) as a pair of pure functions: who signed in.

/// Asks who `access_token` stands for: a GET with the token in the Authorization header (OpenID
/// Connect Core section 5.3.1, RFC 6750 section 2.1), never in the URL. The token is the
/// credential: finish the request with an Exchange that has no authenticator. A token with a line
/// break in it is refused by the network.
OAuthRequest make_userinfo_request(std::string_view endpoint, const Secret& access_token);

/// Claims of the server about the person who signed in.
struct UserInfo {
  /// `sub`: the person's identifier at this issuer, never empty. The only one that does not change.
  std::string subject;
  /// The JSON object that the server sent, with every claim. It identifies a person: keep it out of
  /// logs.
  Secret members;
  Quirks quirks;
};

/// Reads a response in plain JSON. `expected_subject` is the `sub` of a validated ID token,
/// compared byte for byte; empty if there is none to compare with. The secrets that `redactor`
/// knows stay out of the Error.
///
/// Fails with
///   oauth_error       the server refused: the code of its Bearer challenge (RFC 6750 section 3),
///                     or of its body. invalid_token: the access token has to be replaced
///   subject_mismatch  the response is about another person than `expected_subject`, and none of
///                     it may be used (section 5.3.2). A security alarm
///   redirect_refused  the token would have gone elsewhere. A security alarm
///   invalid_response  anything else that is not 200 with a JSON object and a non-empty string
///                     `sub`; a JWT as well
Result<UserInfo> read_userinfo_response(
    const HttpResponse& response, std::optional<std::string_view> expected_subject = std::nullopt,
    const Redactor& redactor = {});

/// What to call the person on a screen: the first of `name`, `preferred_username`, `nickname`,
/// `email` and `sub` that is a string and not blank, cleaned by clean_text() and cut to 200 bytes.
/// People choose these texts themselves and may share them: decide nothing by them.
std::string display_name(const UserInfo& info);

// The rules for ID tokens from the token endpoint (OpenID Connect Core section 3.1.3.7).

/// The claims of a token that keeps the rules.
struct IdTokenClaims {
  /// With `subject`, and only together with it, who the person is. Compare both with regard to
  /// case; never go by an e-mail address.
  std::string issuer;
  std::string subject;
  WallTime expires_at{};
  WallTime issued_at{};
  /// False if the time is not known: then the token may have expired, and every other rule holds.
  bool time_checked = false;
  /// Every claim, as a JSON object. It may identify a person: keep it out of logs.
  Secret members;
};

// A server's public keys (RFC 7517), and checking a token's signature with them.

/// The keys of one issuer. Use them for tokens of that issuer only (RFC 8725 section 3.8).
struct Jwks {
  std::vector<Jwk> keys;
  /// How many entries were left out, since they can't be used: other kinds, encryption keys,
  /// symmetric keys, keys that show a private member, and all after the first 100.
  std::size_t skipped = 0;
  /// What was tolerated in reading the response.
  Quirks quirks = {};
};

/// A GET of the key set, under the same rules as metadata.
OAuthRequest make_jwks_request(std::string_view jwks_uri);
Result<Jwks> read_jwks_response(const HttpResponse& response, const Redactor& redactor = {});

}  // namespace deviceflow

#endif
