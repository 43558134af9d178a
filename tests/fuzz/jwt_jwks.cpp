// Signed tokens and key sets, through OpenSSL. The first line is the token, the rest the key set.
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>

#include "fuzz.hpp"
#include "protocol/id_token.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr WallTime kNow(std::chrono::seconds(1750000000));

void keys_are_public(const Jwks& keys) {
  for (const Jwk& key : keys.keys) {
    require(key.kty == "RSA" || key.kty == "EC" || key.kty == "OKP", "no key is symmetric");
    require(!jwk_thumbprint(key, openssl_hash).empty(), "every key has a fingerprint");
    (void)make_openssl_verifier()->verify(JwsAlgorithm::es256, key, "input", "signature");
  }
}

// A response that the issuer did not sign is never accepted, and the claims hold what they say.
void check_claims(const Jwt& jwt, SignatureCheck signature) {
  IdTokenExpectations expected;
  expected.issuer = "https://id.example.com";
  expected.client_id = "tv";
  const auto claims = check_id_token(jwt, expected, kNow, std::nullopt, openssl_hash);
  if (claims.ok()) {
    require(claims->issuer == expected.issuer, "an ID token is the issuer's own");
    require(!claims->subject.empty(), "an ID token names somebody");
    require(claims->expires_at + std::chrono::minutes(2) > kNow, "an ID token has not expired");
  } else {
    require_clean(claims.error());
  }
  const SignedIntrospectionExpectations asked{"https://id.example.com", "rs", {}};
  const auto answer = check_signed_introspection(jwt, signature, asked, kNow, std::nullopt);
  require(!answer.ok() || signature == SignatureCheck::valid, "an unsigned answer is refused");
  const UserInfoExpectations ours{"https://id.example.com", "tv", std::nullopt};
  const auto info = check_userinfo_jwt(jwt, signature, ours, kNow, std::nullopt);
  require(!info.ok() || signature == SignatureCheck::valid, "unsigned UserInfo is refused");
  require(!info.ok() || !info->subject.empty(), "UserInfo names a subject");
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const auto [token, set] = fuzz::split_line(fuzz::text_of(data, size));
  const auto keys = read_jwks(set);
  if (keys.ok()) {
    fuzz::keys_are_public(*keys);
  } else {
    fuzz::require_clean(keys.error());
  }
  const auto jwt = parse_jwt(token);
  if (!jwt.ok()) {
    fuzz::require_clean(jwt.error());
    return 0;
  }
  SignatureCheck signature = SignatureCheck::unknown_key;
  if (keys.ok()) {
    const auto checked = verify_signature(*jwt, *keys, *make_openssl_verifier());
    if (checked.ok()) signature = *checked;
  }
  fuzz::check_claims(*jwt, signature);
  return 0;
}
