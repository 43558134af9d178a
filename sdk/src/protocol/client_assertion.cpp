#include <algorithm>
#include <deviceflow/auth.hpp>

#include "foundation/json.hpp"
#include "protocol/jwt.hpp"
#include "protocol/proof.hpp"

namespace deviceflow {

namespace {

constexpr std::chrono::seconds kLongestLife{600};

class ClientAssertionAuth final : public Authenticator {
 public:
  explicit ClientAssertionAuth(ClientAssertionOptions options) : options_(std::move(options)) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime> wall,
                     const RandomBytes& random) override {
    if (!wall) return time_unknown(request.stage, "private_key_jwt");
    const auto token = sign_jwt(*options_.signer, header(), claims(*wall, random));
    if (!token.ok()) {
      Error error = token.error();
      error.stage = request.stage;
      return error;
    }
    request.form.add("client_id", options_.client_id);
    request.form.add("client_assertion_type",
                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    request.form.add("client_assertion", token->reveal());
    return {};
  }

 private:
  JsonValue header() const {
    JsonValue out = JsonValue::object();
    const std::string kid = options_.signer->public_jwk().kid;
    if (!kid.empty()) out.set("kid", kid);
    if (!options_.typ.empty()) out.set("typ", options_.typ);
    return out;
  }

  JsonValue claims(WallTime now, const RandomBytes& random) const {
    JsonValue out = JsonValue::object();
    out.set("iss", options_.client_id);
    out.set("sub", options_.client_id);
    out.set("aud", options_.audience);
    out.set("iat", seconds_of(now));
    out.set("exp", seconds_of(now + options_.lifetime));
    out.set("jti", fresh_id(random, ProofKind::assertion));
    return out;
  }

  ClientAssertionOptions options_;
};

Error bad_argument(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

}  // namespace

Result<std::unique_ptr<Authenticator>> make_client_assertion_auth(ClientAssertionOptions options) {
  if (options.client_id.empty()) return bad_argument("A client ID is needed.");
  if (!options.signer) return bad_argument("private_key_jwt needs a key that signs.");
  if (options.audience.empty()) {
    return bad_argument(
        "private_key_jwt needs an audience for its assertions: the issuer or the token endpoint.");
  }
  if (options.lifetime.count() < 1 || options.lifetime > kLongestLife) {
    return bad_argument("An assertion lives for 1 second to 10 minutes.");
  }
  const auto good = check_algorithm(*options.signer, options.algorithms_supported,
                                    "client authentication by private_key_jwt");
  if (!good.ok()) return good.error();
  return std::unique_ptr<Authenticator>(new ClientAssertionAuth(std::move(options)));
}

}  // namespace deviceflow
