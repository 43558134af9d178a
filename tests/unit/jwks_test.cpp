// Key sets, and which key may judge which signature.
#include "protocol/jwks.hpp"

#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "jose_helpers.hpp"
#include "protocol/jwt.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

// Keys in JSON, with further members.
std::string ec_json(std::string_view more = "") {
  return R"({"kty":"EC","crv":"P-256","x":")" + kEcKey.x + R"(","y":")" + kEcKey.y + "\"" +
         std::string(more) + "}";
}
std::string rsa_json(std::string_view more = "") {
  return R"({"kty":"RSA","n":")" + kRsaKey.n + R"(","e":"AQAB")" + std::string(more) + "}";
}
std::string ed_json(std::string_view more = "") {
  return R"({"kty":"OKP","crv":"Ed25519","x":")" + kEdKey.x + "\"" + std::string(more) + "}";
}
std::string set_of(std::initializer_list<std::string> keys) {
  std::string out = "{\"keys\":[";
  for (const std::string& key : keys) out += (out.back() == '[' ? "" : ",") + key;
  return out + "]}";
}

Jwt token(std::string_view alg, std::string_view kid = "", std::string_view sig = "signature") {
  std::string header = R"({"alg":")" + std::string(alg) + "\"";
  if (!kid.empty()) header += R"(,"kid":")" + std::string(kid) + "\"";
  return std::move(*parse_jwt(compact(header + "}", "{}", sig)));
}

// --- read_jwks ---

TEST(Jwks, RefusesWhatIsNoKeySet) {
  for (const char* bad : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":null})", "<html>",
                          R"({"keys":[],"keys":[]})"}) {
    EXPECT_EQ(read_jwks(bad).error().code, ErrorCode::invalid_response) << bad;
  }
  EXPECT_FALSE(read_jwks_response(answer(404, "", "text/html")).ok());
  EXPECT_TRUE(read_jwks_response(answer(503, "{\"keys\":[]}")).error().retryable);
}

TEST(Jwks, RefusesAMillionKeysAndAnEndlessDocument) {
  std::string million = "{\"keys\":[";
  for (int i = 0; i < 1000000; ++i) million += "{},";
  EXPECT_FALSE(read_jwks(million + "{}]}").ok());
  std::string many = "{\"keys\":[";
  for (int i = 0; i < 100000; ++i) many += "{},";  // under the size limit, over the count
  EXPECT_FALSE(read_jwks(many + "{}]}").ok());
  EXPECT_FALSE(read_jwks("{\"keys\":[]" + std::string(std::size_t{1} << 20, ' ') + "}").ok());
}

TEST(Jwks, KeepsAHundredKeysAtMost) {
  std::string json = "{\"keys\":[";
  for (int i = 0; i < 150; ++i) json += ed_json() + ",";
  const auto keys = read_jwks(json + ed_json() + "]}");
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->keys.size(), 100u);
  EXPECT_EQ(keys->skipped, 51u);
}

TEST(Jwks, SkipsSymmetricKeysAndKeysThatShowAPrivateMember) {  // J-3.1-1
  const auto keys =
      read_jwks(set_of({R"({"kty":"oct","k":"AAAA","alg":"HS256"})", ec_json(R"(,"d":"AAAA")"),
                        rsa_json(R"(,"p":"AAAA")"), rsa_json(R"(,"q":null)"),
                        ed_json(R"(,"k":"AAAA")"), rsa_json(R"(,"dp":"AAAA")")}));
  ASSERT_TRUE(keys.ok());
  EXPECT_TRUE(keys->keys.empty());
  EXPECT_EQ(keys->skipped, 6u);
}

TEST(Jwks, SkipsKeysThatCantBeUsed) {
  const auto keys = read_jwks(set_of(
      {"5", "null", "{}", R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})",
       R"({"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"})", R"({"kty":"RSA","n":"AQAB"})",
       R"({"kty":"RSA","n":"AQAB=","e":"AQAB"})", R"({"kty":"OKP","crv":"X25519","x":"AA"})",
       rsa_json(R"(,"use":"enc")"), rsa_json(R"(,"alg":"RSA-OAEP")"), rsa_json(R"(,"alg":"HS256")"),
       rsa_json(R"(,"key_ops":["encrypt"])"), rsa_json(R"(,"key_ops":["verify"],"kid":"good")")}));
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->keys.size(), 1u);
  EXPECT_EQ(keys->keys[0].kid, "good");
}

TEST(Jwks, ReadsEachKind) {
  const auto keys = read_jwks_response(
      answer(200,
             set_of({ec_json(R"(,"kid":"a","use":"sig","alg":"ES256","x5c":["zz"])"), rsa_json(),
                     ed_json()}),
             "application/jwk-set+json"));
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->keys.size(), 3u);
  EXPECT_EQ(keys->keys[0].kid, "a");
  EXPECT_EQ(keys->keys[1].n, kRsaKey.n);
  EXPECT_EQ(keys->keys[2].crv, "Ed25519");
  EXPECT_EQ(make_jwks_request("https://e.com/k").method, Method::get);
}

// --- verify_signature ---

TEST(VerifySignature, AnUnknownKidIsAnAnswerOfItsOwn) {  // O-10.1.1-1
  StubVerifier stub;
  const auto keys = *read_jwks(set_of({rsa_json(R"(,"kid":"a")"), rsa_json(R"(,"kid":"A")")}));
  EXPECT_EQ(*verify_signature(token("RS256", "b"), keys, stub), SignatureCheck::unknown_key);
  EXPECT_EQ(*verify_signature(token("RS256", "a"), Jwks{}, stub), SignatureCheck::unknown_key);
  EXPECT_TRUE(stub.kids.empty());
}

TEST(VerifySignature, NeverUsesAKeyWithAnAlgorithmItIsNotFor) {  // J-3.1-1
  StubVerifier stub;
  const auto keys = *read_jwks(set_of({rsa_json(R"(,"kid":"a","alg":"RS256")"),
                                       ec_json(R"(,"kid":"b")"), ed_json(R"(,"kid":"c")")}));
  EXPECT_EQ(*verify_signature(token("PS256", "a"), keys, stub), SignatureCheck::unknown_key);
  EXPECT_EQ(*verify_signature(token("RS256", "b"), keys, stub), SignatureCheck::unknown_key);
  EXPECT_EQ(*verify_signature(token("ES384", "b"), keys, stub), SignatureCheck::unknown_key);
  EXPECT_EQ(*verify_signature(token("ES256", "c"), keys, stub), SignatureCheck::unknown_key);
  EXPECT_TRUE(stub.kids.empty());
}

TEST(VerifySignature, AWrongSignatureByTheNamedKeyIsFinal) {  // O-3.1.3.7-4
  StubVerifier stub;
  const auto keys = *read_jwks(set_of({rsa_json(R"(,"kid":"a")"), rsa_json(R"(,"kid":"b")")}));
  EXPECT_EQ(*verify_signature(token("RS256", "a", "forged"), keys, stub), SignatureCheck::invalid);
  EXPECT_EQ(stub.kids, std::vector<std::string>{"a"});
}

TEST(VerifySignature, AnUnusableKeyIsAnError) {  // J-3.3-1
  StubVerifier stub;
  const auto keys = *read_jwks(set_of({rsa_json(R"(,"kid":"broken")")}));
  EXPECT_FALSE(verify_signature(token("RS256", "broken"), keys, stub).ok());
}

TEST(VerifySignature, WithoutAKidEveryKeyThatFitsIsTried) {
  StubVerifier stub;
  const auto keys =
      *read_jwks(set_of({ec_json(), rsa_json(R"(,"kid":"broken")"), rsa_json(R"(,"kid":"other")"),
                         rsa_json(R"(,"kid":"mine")"), rsa_json(R"(,"kid":"late")")}));
  EXPECT_EQ(*verify_signature(token("RS256"), keys, stub), SignatureCheck::valid);
  EXPECT_EQ(stub.kids, (std::vector<std::string>{"broken", "other", "mine"}));
  // None fits: perhaps a new key, so the set is worth fetching again.
  EXPECT_EQ(*verify_signature(token("RS256", "", "forged"), keys, stub),
            SignatureCheck::unknown_key);
}

}  // namespace
}  // namespace deviceflow::test
