// ID tokens as real issuers make them: several audiences, fractions of seconds, names as subjects,
// any registered algorithm, key sets without kid. And what stays refused.
#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;
using Alg = JwsAlgorithm;

struct Made {
  Secret pem;
  JwsAlgorithm algorithm;
};

Made key_of(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case Alg::es256: return {private_key("EC", "P-256"), algorithm};
    case Alg::es384: return {private_key("EC", "P-384"), algorithm};
    case Alg::es512: return {private_key("EC", "P-521"), algorithm};
    case Alg::es256k: return {private_key("EC", "secp256k1"), algorithm};
    case Alg::eddsa:
    case Alg::ed25519: return {private_key("ED25519"), algorithm};
    case Alg::ed448: return {private_key("ED448"), algorithm};
    default: return {private_key("RSA", "2048"), algorithm};
  }
}

constexpr Alg kAll[] = {Alg::rs256, Alg::rs384,   Alg::rs512, Alg::ps256, Alg::ps384,
                        Alg::ps512, Alg::es256,   Alg::es384, Alg::es512, Alg::es256k,
                        Alg::eddsa, Alg::ed25519, Alg::ed448};

JsonValue json(const std::string& text) {
  return std::move(*parse_json(text));
}

// A key set's entry, with these members beside the key itself.
std::string jwk_of(const Made& made, const std::string& more = "") {
  const auto signer = make_pem_signer(made.pem, made.algorithm);
  std::string text = to_json(to_json_value((*signer)->public_jwk()));
  text.pop_back();
  return text + more + "}";
}

std::string sign(const Made& made, const JsonValue& claims, const char* kid) {
  const auto signer = make_pem_signer(made.pem, made.algorithm);
  JsonValue header = JsonValue::object();
  if (kid != nullptr) header.set("kid", kid);
  return std::string(sign_jwt(**signer, std::move(header), claims)->reveal());
}

class FieldIdToken : public ClientTest {
 protected:
  FieldIdToken() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    world.on_send = [this](const HttpRequest& sent) {  // tokens come at kNow, if that is known
      if (sent.url == kToken && world.clock.wall_now()) {
        world.clock.set_wall(WallTime(seconds(kNow)));
      }
    };
    publish_metadata(world);
    publish(jwk_of(key_of(Alg::es256), R"(,"kid":"k1")"));
    request.scope = "openid";
  }
  void publish(const std::string& keys) {
    world.answers[kJwks].clear();
    world.answers[kJwks].push_back(answer(200, R"({"keys":[)" + keys + "]}"));
  }
  LoginOutcome log_in(const std::string& id_token) {
    world.answers[kToken].clear();
    world.answers[kToken].push_back(answer(
        200, R"({"access_token":"at","token_type":"Bearer","id_token":")" + id_token + "\"}"));
    return client().login(request, LoginEvents{});
  }
  // "" if the sign-in works, otherwise why it does not.
  std::string reason(const std::string& id_token) {
    const auto outcome = log_in(id_token);
    if (!outcome.tokens.ok()) return outcome.tokens.error().reason;
    return outcome.id_token_claims ? "" : "unchecked: " + outcome.id_token_problem->message;
  }
  std::string reason_of(const std::string& members) {
    return reason(sign(key_of(Alg::es256), claims(members), "k1"));
  }
  // Good claims, but for these members.
  static JsonValue claims(const std::string& members = "") {
    JsonValue changes = json("{" + members + "}");
    JsonValue out = JsonValue::object();
    for (const auto& [name, value] : changes.members()) out.set(name, value);
    const JsonValue good = id_claims(kNow, "person-1");
    for (const auto& [name, value] : good.members()) {
      if (changes.find(name) == nullptr) out.set(name, value);
    }
    return out;
  }

  LoginRequest request;
};

// --- Audiences ---

TEST_F(FieldIdToken, SeveralAudiencesAreFineIfTheClientIsTheAuthorizedParty) {  // O-3.1.3.7-2
  EXPECT_EQ(reason_of(R"("aud":["project","tv","sibling"],"azp":"tv")"), "");
  EXPECT_EQ(reason_of(R"("aud":["tv","https://api.example.com"],"azp":"tv")"), "");
  EXPECT_EQ(reason_of(R"("aud":["tv"])"), "");
  EXPECT_EQ(reason_of(R"("aud":["tv","tv"])"), "");
  EXPECT_EQ(reason_of(R"("aud":"tv","azp":"tv")"), "");
}

TEST_F(FieldIdToken, SeveralAudiencesWithAnotherOrNoAuthorizedPartyAreRefused) {  // O-3.1.3.7-3
  EXPECT_EQ(reason_of(R"("aud":["project","tv","sibling"],"azp":"sibling")"), "azp");
  EXPECT_EQ(reason_of(R"("aud":["project","tv"])"), "azp");
  EXPECT_EQ(reason_of(R"("aud":["project","sibling"],"azp":"sibling")"), "aud");
  EXPECT_EQ(reason_of(R"("aud":["project"],"azp":"tv")"), "aud");
  EXPECT_EQ(reason_of(R"("aud":["tv",5],"azp":"tv")"), "aud");
  EXPECT_EQ(reason_of(R"("aud":"tv","azp":"sibling")"), "azp");
  EXPECT_EQ(reason_of(R"("aud":["project","tv"],"azp":["tv"])"), "azp");
}

// --- Times ---

TEST_F(FieldIdToken, TimesMayHaveFractionsAndExponents) {  // O-3.1.3.7-6
  EXPECT_EQ(reason_of(R"("iat":1799999999.75,"exp":1800000300.5)"), "");
  EXPECT_EQ(reason_of(R"("iat":1.8e9,"exp":1.8000003e9,"nbf":1799999998.25,"auth_time":1.7e9)"),
            "");
  EXPECT_EQ(reason_of(R"("iat":1799992799.5,"exp":1799996399.5)"), "expired");
  EXPECT_EQ(reason_of(R"("exp":"1800000300.5")"), "exp");
  EXPECT_EQ(reason_of(R"("iat":"1800000000")"), "iat");
}

TEST_F(FieldIdToken, ATokenIsNotUsedBeforeItsTime) {  // RFC 7519 4.1.5
  EXPECT_EQ(reason_of(R"("nbf":1800000121)"), "not_yet_valid");
  EXPECT_EQ(reason_of(R"("nbf":1800003600.5)"), "not_yet_valid");
  EXPECT_EQ(reason_of(R"("nbf":1800000120)"), "");
  EXPECT_EQ(reason_of(R"("nbf":0)"), "");  // some servers send it
  EXPECT_EQ(reason_of(R"("nbf":1799990000)"), "");
  EXPECT_EQ(reason_of(R"("nbf":"1799990000")"), "nbf");
  EXPECT_EQ(reason_of(R"("nbf":null)"), "nbf");
}

TEST_F(FieldIdToken, ASlowClockCostsNoSignIn) {  // RFC 7519 4.1.5
  // Issued and valid from now on by the issuer's clock, eight minutes ahead of this device's.
  EXPECT_EQ(reason_of(R"("iat":1800000480,"nbf":1800000480,"exp":1800000780)"), "");
  EXPECT_EQ(reason_of(R"("iat":1800000480,"nbf":1800000700,"exp":1800000780)"), "not_yet_valid");
  world.clock.set_wall(std::nullopt);
  EXPECT_EQ(reason_of(R"("nbf":1900000000,"exp":1900000300)"), "");
  EXPECT_EQ(reason_of(R"("nbf":"soon")"), "nbf");
}

// --- Subjects ---

TEST_F(FieldIdToken, TheSubjectIsAnyText) {  // O-2-1
  for (const std::string subject : {"jos\u00e9", "PRIMARY/jos\u00e9@carbon.super", "\u5c71\u7530",
                                    "a b", " ", "uid=1,dc=example"}) {
    const auto outcome =
        log_in(sign(key_of(Alg::es256), claims("\"sub\":\"" + subject + "\""), "k1"));
    ASSERT_TRUE(outcome.id_token_claims) << subject;
    EXPECT_EQ(outcome.id_token_claims->subject, subject);
  }
  EXPECT_EQ(log_in(sign(key_of(Alg::es256), claims(R"("sub":"a\u001b[2J\u0000b")"), "k1"))
                .id_token_claims->subject,
            std::string("a\x1b[2J\0b", 7));
  EXPECT_EQ(reason_of("\"sub\":\"" + std::string(255, 'a') + "\""), "");
  EXPECT_EQ(reason_of("\"sub\":\"" + std::string(256, 'a') + "\""), "sub");
  EXPECT_EQ(reason_of("\"sub\":\"\""), "sub");
  EXPECT_EQ(reason_of("\"sub\":5"), "sub");
}

// --- Algorithms ---

TEST_F(FieldIdToken, EveryAsymmetricAlgorithmIsAccepted) {  // O-3.1.3.7-5
  for (const Alg algorithm : kAll) {
    const Made key = key_of(algorithm);
    publish(jwk_of(key, R"(,"kid":"k2","use":"sig")"));
    world.clock.advance(seconds(60));
    EXPECT_EQ(reason(sign(key, claims(), "k2")), "") << name(algorithm);
    std::string forged = sign(key, claims(R"("sub":"mallory")"), "k2");
    const std::string good = sign(key, claims(), "k2");
    forged = forged.substr(0, forged.rfind('.')) + good.substr(good.rfind('.'));
    EXPECT_EQ(reason(forged), "signature") << name(algorithm);
  }
}

TEST_F(FieldIdToken, NoSharedSecretAndNoUnsignedTokenIs) {  // O-3.1.3.7-5
  const std::string good = sign(key_of(Alg::es256), claims(), "k1");
  const std::string rest = good.substr(good.find('.'));
  for (const char* alg : {"none", "HS256", "HS384", "HS512", "rs256", "Ed25519ph", "ML", ""}) {
    const auto outcome =
        log_in(base64url_encode(R"({"alg":")" + std::string(alg) + R"(","kid":"k1"})") + rest);
    ASSERT_FALSE(outcome.tokens.ok()) << alg;
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::algorithm_not_allowed) << alg;
  }
}

TEST_F(FieldIdToken, AKeyIsUsedWithItsOwnAlgorithmOnly) {  // J-3.1-1
  const Made rs512 = key_of(Alg::rs512);
  publish(jwk_of(rs512, R"(,"kid":"k2","alg":"RS256")"));
  EXPECT_EQ(reason(sign(rs512, claims(), "k2")), "unknown_key");
  // The same curve: ES256K is no ES256.
  publish(jwk_of(key_of(Alg::es256), R"(,"kid":"k2")"));
  world.clock.advance(seconds(60));
  EXPECT_EQ(reason(sign(key_of(Alg::es256k), claims(), "k2")), "unknown_key");
}

TEST_F(FieldIdToken, EdDsaAndTheNamesOfItsCurvesAreTheSame) {  // RFC 9864
  for (const auto& [token, key, alg] : {std::tuple{Alg::eddsa, Alg::ed25519, "Ed25519"},
                                        {Alg::ed25519, Alg::eddsa, "EdDSA"},
                                        {Alg::ed448, Alg::ed448, "EdDSA"}}) {
    publish(jwk_of(key_of(key), R"(,"kid":"k2","alg":")" + std::string(alg) + "\""));
    world.clock.advance(seconds(60));
    EXPECT_EQ(reason(sign(key_of(token), claims(), "k2")), "") << alg;
  }
  // Each curve has a name of its own.
  publish(jwk_of(key_of(Alg::ed25519), R"(,"kid":"k2","alg":"Ed448")"));
  world.clock.advance(seconds(60));
  EXPECT_EQ(reason(sign(key_of(Alg::ed25519), claims(), "k2")), "unknown_key");
  const Made ed448{private_key("ED448"), Alg::eddsa};
  publish(jwk_of(ed448, R"(,"kid":"k2")"));
  world.clock.advance(seconds(60));
  EXPECT_EQ(reason(sign(ed448, claims(), "k2")), "");
}

TEST_F(FieldIdToken, TheAccessTokensHashGoesWithEachAlgorithm) {  // O-3.1.3.8-1
  for (const auto& [algorithm, hash] : {std::pair{Alg::rs512, HashAlgorithm::sha512},
                                        {Alg::ps384, HashAlgorithm::sha384},
                                        {Alg::es512, HashAlgorithm::sha512},
                                        {Alg::es256k, HashAlgorithm::sha256},
                                        {Alg::ed25519, HashAlgorithm::sha512},
                                        {Alg::ed448, HashAlgorithm::shake256}}) {
    const std::string whole = openssl_hash(hash, "at");
    const std::string half = base64url_encode(whole.substr(0, whole.size() / 2));
    publish(jwk_of(key_of(algorithm), R"(,"kid":"k2")"));
    world.clock.advance(seconds(60));
    const auto with = [&](const Made& key, const std::string& at_hash) {
      return reason(sign(key, claims("\"at_hash\":\"" + at_hash + "\""), "k2"));
    };
    EXPECT_EQ(with(key_of(algorithm), half), "") << name(algorithm);
    EXPECT_EQ(with(key_of(algorithm), half.substr(1)), "at_hash") << name(algorithm);
    if (algorithm == Alg::ed448) {
      EXPECT_EQ(with({private_key("ED448"), Alg::eddsa}, half), "");
    }
  }
}

// --- Which key ---

TEST_F(FieldIdToken, KeysWithoutAKidAreTriedForATokenWithOne) {  // RFC 7517 4.5
  publish(jwk_of(key_of(Alg::rs256)) + "," + jwk_of(key_of(Alg::es256)));
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), "k7")), "");
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), nullptr)), "");
  // None of them made it: no key is known to be the token's.
  EXPECT_EQ(reason(sign({generate_es256_key(), Alg::es256}, claims(), "k7")), "unknown_key");
}

TEST_F(FieldIdToken, AKeyWithAnotherKidIsNotTried) {  // RFC 7515 4.1.4
  publish(jwk_of(key_of(Alg::es256), R"(,"kid":"k2")"));
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), "k1")), "unknown_key");
}

TEST_F(FieldIdToken, AFalseSignatureUnderTheNamedKeyIsOneWhateverElseIsPublished) {  // O-3.1.3.7-4
  publish(jwk_of(key_of(Alg::rs256)) + "," + jwk_of(key_of(Alg::es256), R"(,"kid":"k1")") + "," +
          jwk_of(key_of(Alg::es256)));
  EXPECT_EQ(reason(sign({generate_es256_key(), Alg::es256}, claims(), "k1")), "signature");
}

TEST_F(FieldIdToken, AnEmptyListOfOperationsRestrictsNothing) {  // RFC 7517 4.3
  publish(jwk_of(key_of(Alg::es256), R"(,"kid":"k1","key_ops":[])"));
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), "k1")), "");
}

TEST_F(FieldIdToken, ANewKeyUnderTheOldKidIsFetched) {  // O-10.1.1-1
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), "k1")), "");
  const Made fresh{generate_es256_key(), Alg::es256};
  publish(jwk_of(fresh, R"(,"kid":"k1")"));
  EXPECT_EQ(reason(sign(fresh, claims(), "k1")), "signature");  // within a minute
  world.clock.advance(seconds(60));
  EXPECT_EQ(reason(sign(fresh, claims(), "k1")), "");
  EXPECT_EQ(world.count(kJwks), 2);
}

TEST_F(FieldIdToken, AFalseSignatureStaysOneThoughTheKeysAreGone) {  // O-3.1.3.7-4
  const std::string forged = sign({generate_es256_key(), Alg::es256}, claims(), "k1");
  EXPECT_EQ(reason(sign(key_of(Alg::es256), claims(), "k1")), "");
  world.clock.advance(seconds(60));
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(503, "", "text/html"));
  EXPECT_EQ(reason(forged), "signature");
  publish(jwk_of(key_of(Alg::rs256), R"(,"kid":"k2")"));
  EXPECT_EQ(reason(forged), "signature");
  EXPECT_EQ(world.count(kJwks), 3);
}

// --- Types ---

TEST_F(FieldIdToken, EveryNameOfAPlainJwtIsOne) {  // RFC 7515 4.1.9
  for (const char* typ : {"JWT", "jwt", "application/jwt", "JOSE", "application/jose"}) {
    EXPECT_EQ(reason(signed_jwt("k1", "P-256", claims(), typ)), "") << typ;
  }
  for (const char* typ : {"at+jwt", "application/at+jwt", "logout+jwt", "text/jwt"}) {
    EXPECT_EQ(reason(signed_jwt("k1", "P-256", claims(), typ)), "typ") << typ;
  }
}

TEST_F(FieldIdToken, AnEncryptedOneIsNamedAsSuch) {
  const std::string header = base64url_encode(R"({"alg":"RSA-OAEP","enc":"A256GCM"})");
  const auto outcome = log_in(header + ".a.b.c.d");
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::id_token_invalid);
  EXPECT_EQ(outcome.tokens.error().reason, "encrypted");
  EXPECT_NE(outcome.tokens.error().message.find("encrypted"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
