// Client authentication: who the client says it is, and how it proves that.
#ifndef DEVICEFLOW_AUTHENTICATOR_HPP
#define DEVICEFLOW_AUTHENTICATOR_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// Adds one client's identification and proof to a request. Called by Exchange, for every request
/// anew, from whichever thread drives the exchange.
class Authenticator {
 public:
  virtual ~Authenticator() {}
  /// Adds exactly one kind of authentication (RFC 6749 section 2.3), and client_id to the form if
  /// the request asks for it (OAuthRequest::names_client). `wall` is empty if the time is unknown;
  /// `random` is fresh for this request. An Error ends the request before it is sent.
  virtual Result<void> apply(OAuthRequest& request, std::optional<WallTime> wall,
                             const RandomBytes& random) = 0;
  /// Sees every answer, so that a nonce the server hands out can be used next time.
  virtual void learn(const HttpResponse&) {}
  /// Adds the secrets that must never show up in any text.
  virtual void reveal_to(Redactor&) const {}
};

/// The methods of RFC 6749 section 2.3, OpenID Connect Core section 9 and RFC 8705 section 2.
enum class ClientAuth {
  none,             ///< A public client: client_id in the body.
  basic,            ///< client_secret_basic: id and secret in the Authorization header.
  post,             ///< client_secret_post: id and secret in the body.
  private_key_jwt,  ///< A signed assertion in the body; see client_assertion.hpp.
  tls,              ///< tls_client_auth: client_id in the body, a certificate in the handshake.
};
std::string_view name(ClientAuth method) noexcept;

/// The audience of the assertions of ClientAuth::private_key_jwt; see
/// ClientAssertionOptions::audience.
enum class AssertionAudience { issuer, token_endpoint };

/// How id and secret stand in the header of ClientAuth::basic.
enum class BasicEncoding {
  form,  ///< Each form-urlencoded first (RFC 6749 section 2.3.1).
  raw,   ///< As they are, for servers that don't decode them.
};

/// Makes an authenticator for `client_id`.
///
/// `secret` is needed for basic and post and must be empty for none and tls. For tls the
/// certificate is the transport's business (CurlTransportOptions::client_cert_file). Fails with
/// ErrorCode::invalid_argument for an empty id, an id with control characters, a missing secret, a
/// secret that the method would not use, or private_key_jwt (make_client_assertion_auth() does it).
Result<std::unique_ptr<Authenticator>> make_client_auth(ClientAuth method,
                                                        std::string_view client_id, Secret secret,
                                                        BasicEncoding basic = BasicEncoding::form);

/// HTTP Basic with a person's or service's account (RFC 7617: no form-urlencoding), for servers
/// whose introspection endpoint wants one, such as WSO2. Fails with ErrorCode::invalid_argument for
/// a name that is empty or holds a colon, and for control characters.
Result<std::unique_ptr<Authenticator>> make_account_auth(std::string_view user, Secret password);

/// Adds nothing: for an introspection endpoint that wants neither credentials nor a client ID.
std::unique_ptr<Authenticator> make_no_auth();

/// What a client has to prove who it is.
struct Credentials {
  bool secret = false;
  bool key = false;          ///< A key that signs assertions.
  bool certificate = false;  ///< A certificate for TLS, and its key.
};

/// The method to use where the caller named none: private_key_jwt, tls, basic, post, in this order,
/// each where its credential is there and the metadata allow it; none where there is no credential.
/// An empty list means that the metadata say nothing: then the first whose credential is there (RFC
/// 8414 section 2 makes basic the default, and RFC 6749 section 2.3.1). Fails with
/// ErrorCode::not_possible where there are credentials and none of them is allowed.
Result<ClientAuth> choose_client_auth(const std::vector<std::string>& methods_supported,
                                      const Credentials& have);

}  // namespace deviceflow

#endif
