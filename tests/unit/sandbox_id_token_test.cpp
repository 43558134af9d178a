// ID tokens of the sandbox server, and the key that proves them.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>

#include "foundation/encoding.hpp"
#include "sandbox_client.hpp"

namespace deviceflow::sandbox {
namespace {

Settings signing() {
  Settings settings = Sandbox::settings();
  settings.signer = {std::string(32, 'x'), std::string(32, 'y'),
                     [](std::string_view bytes) { return "signed " + sha256(bytes); }};
  return settings;
}

std::string id_token_of(Sandbox& sandbox, std::string_view scope) {
  return Sandbox::member(sandbox.tokens("client_id=demo-tv&scope=" + std::string(scope)),
                         "id_token");
}

// What a token has to be, given its claims.
std::string token_of(std::string_view claims) {
  const std::string x = base64url_encode(std::string(32, 'x'));
  const std::string y = base64url_encode(std::string(32, 'y'));
  const std::string id = base64url_encode(
      sha256(R"({"crv":"P-256","kty":"EC","x":")" + x + R"(","y":")" + y + R"("})"));
  const std::string text =
      base64url_encode(R"({"alg":"ES256","kid":")" + id + R"(","typ":"JWT"})") + "." +
      base64url_encode(claims);
  return text + "." + base64url_encode("signed " + sha256(text));
}

TEST(SandboxIdToken, IsNotThereWithoutASigner) {
  Sandbox sandbox;
  EXPECT_EQ(id_token_of(sandbox, "openid"), "");
  EXPECT_EQ(sandbox.get("/jwks").status, 404);
  EXPECT_EQ(Sandbox::member(sandbox.get("/.well-known/openid-configuration"), "jwks_uri"), "");
}

TEST(SandboxIdToken, IsNotThereWithoutScopeOpenid) {
  Sandbox sandbox(signing(), "{}");
  EXPECT_EQ(id_token_of(sandbox, "profile"), "");
}

TEST(SandboxIdToken, SaysWhoSignedInWhereAndForWhom) {
  Sandbox sandbox(signing(), R"({"access_token_life":60})");
  const Response tokens = sandbox.tokens("client_id=demo-tv&scope=openid+profile");
  const std::string hash =
      base64url_encode(sha256(Sandbox::member(tokens, "access_token")).substr(0, 16));
  EXPECT_EQ(Sandbox::member(tokens, "id_token"),
            token_of(R"({"iss":"http://127.0.0.1:8080","sub":"user-grace","aud":"demo-tv",)"
                     R"("exp":1700000065,"iat":1700000005,"at_hash":")" +
                     hash + R"(","name":"Grace Hopper"})"));
}

TEST(SandboxIdToken, HasTheClaimsThatTheScenarioSays) {
  Sandbox sandbox(signing(), R"({"id_token":{"iss":"https://other.example","sub":null,
      "aud":["demo-tv","b"],"exp":1,"iat":2,"at_hash":null,"azp":"b"}})");
  EXPECT_EQ(id_token_of(sandbox, "openid"),
            token_of(R"({"iss":"https://other.example","aud":["demo-tv","b"],"exp":1,"iat":2,)"
                     R"("azp":"b"})"));
}

TEST(SandboxIdToken, ComesWithARefreshTooForTheSamePerson) {
  Sandbox sandbox(signing(), R"({"id_token":{"at_hash":null}})");
  const Response tokens = sandbox.tokens();
  sandbox.now += seconds(100);
  const Response renewed = sandbox.post("/token",
                                        "client_id=demo-tv&grant_type=refresh_token"
                                        "&refresh_token=" +
                                            Sandbox::member(tokens, "refresh_token"));
  EXPECT_EQ(Sandbox::member(renewed, "id_token"),
            token_of(R"({"iss":"http://127.0.0.1:8080","sub":"user-grace","aud":"demo-tv",)"
                     R"("exp":1700003705,"iat":1700000105})"));
}

TEST(SandboxJwks, IsReadWithGetFromWhereTheMetadataSays) {
  Sandbox sandbox(signing(), "{}");
  EXPECT_EQ(sandbox.post("/jwks", "").status, 405);
  const Response metadata = sandbox.get("/.well-known/openid-configuration");
  EXPECT_EQ(Sandbox::member(metadata, "jwks_uri"), "http://127.0.0.1:8080/jwks");
  EXPECT_EQ(Sandbox::member(metadata, "id_token_signing_alg_values_supported"), R"(["ES256"])");
  const std::string keys = sandbox.get("/jwks").body;
  EXPECT_NE(keys.find(R"("x":")" + base64url_encode(std::string(32, 'x'))), std::string::npos);
  EXPECT_NE(keys.find(R"("use":"sig","alg":"ES256")"), std::string::npos);
  EXPECT_EQ(sandbox.rules(), "");
}

// Verified by OpenSSL, from nothing but the two coordinates.
bool verifies(const Signer& signer, std::string_view text, const std::string& signature) {
  const auto number = [](std::string_view bytes) {
    return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                     static_cast<int>(bytes.size()), nullptr);
  };
  std::string point = "\x04" + signer.x + signer.y;
  char group[] = "P-256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> maker(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(maker.get()) != 1 ||
      EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return false;
  }
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> owned(key, &EVP_PKEY_free);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(),
                                                                   &ECDSA_SIG_free);
  ECDSA_SIG_set0(pair.get(), number(signature.substr(0, 32)), number(signature.substr(32)));
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  const int verdict =
      EVP_DigestVerify(context.get(), der, static_cast<std::size_t>(length),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
  OPENSSL_free(der);
  return verdict == 1;
}

TEST(SandboxSigner, SignsWithAKeyOfItsOwn) {
  const auto signer = make_signer();
  ASSERT_TRUE(signer.ok());
  const std::string signature = signer->sign("text");
  ASSERT_EQ(signature.size(), 64u);
  EXPECT_TRUE(verifies(*signer, "text", signature));
  EXPECT_FALSE(verifies(*signer, "another text", signature));
  const auto other = make_signer();
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(verifies(*other, "text", signature));
}

}  // namespace
}  // namespace deviceflow::sandbox
