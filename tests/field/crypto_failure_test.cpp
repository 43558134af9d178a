// A failure inside OpenSSL is an error of its own, never "the signature is wrong". This file takes
// the place of three of its functions for the whole executable.
#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <adapters/record_cipher.hpp>
#include <atomic>
#include <cstdlib>
#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace {

// What the next calls return; 1 leaves them alone.
std::atomic<int> verify_result{1};
std::atomic<int> check_result{1};
std::atomic<int> decrypt_result{1};

template <typename Function>
Function real(const char* name) {
  const auto found = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  if (found == nullptr) std::abort();
  return found;
}

}  // namespace

extern "C" int EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature,
                                std::size_t signature_size, const unsigned char* input,
                                std::size_t input_size) {
  if (verify_result != 1) return verify_result;
  return real<decltype(&EVP_DigestVerify)>("EVP_DigestVerify")(context, signature, signature_size,
                                                               input, input_size);
}

extern "C" int EVP_PKEY_public_check(EVP_PKEY_CTX* context) {
  if (check_result != 1) return check_result;
  return real<decltype(&EVP_PKEY_public_check)>("EVP_PKEY_public_check")(context);
}

extern "C" int EVP_DecryptUpdate(EVP_CIPHER_CTX* context, unsigned char* out, int* out_size,
                                 const unsigned char* in, int in_size) {
  if (decrypt_result != 1) return decrypt_result;
  return real<decltype(&EVP_DecryptUpdate)>("EVP_DecryptUpdate")(context, out, out_size, in,
                                                                 in_size);
}

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;

class CryptoFailure : public ClientTest {
 protected:
  CryptoFailure() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    world.answers[kToken].clear();
    world.answers[kToken].push_back(answer(
        200, R"({"access_token":"at","token_type":"Bearer","refresh_token":"rt","id_token":")" +
                 signed_jwt("k1", "P-256", id_claims(kNow, "alice")) + "\"}"));
    request.scope = "openid";
  }
  ~CryptoFailure() override {
    verify_result = 1;
    check_result = 1;
    decrypt_result = 1;
  }

  LoginRequest request;
};

void expect_crypto_failure(const Error& error, Stage stage) {
  EXPECT_EQ(error.code, ErrorCode::crypto_failed);
  EXPECT_EQ(name(error.code), "crypto_failed");
  EXPECT_EQ(error.blame, Blame::caller);
  EXPECT_EQ(error.stage, stage);
  EXPECT_FALSE(is_security_alarm(error.code));
  EXPECT_NE(error.message.find("OpenSSL"), std::string::npos);
  EXPECT_EQ(error.message.find("wrong signature"), std::string::npos);
}

// --- Three results ---

TEST_F(CryptoFailure, TheVerifierTellsAFailureFromAWrongSignature) {
  const auto signer = make_pem_signer(private_key("EC", "P-256"));
  const auto signature = (*signer)->sign("input");
  const auto verify = [&] {
    return make_openssl_verifier()->verify(JwsAlgorithm::es256, (*signer)->public_jwk(), "input",
                                           *signature);
  };
  EXPECT_TRUE(*verify());
  verify_result = 0;
  EXPECT_FALSE(*verify());
  for (const int failed : {-1, -2}) {
    verify_result = failed;
    expect_crypto_failure(verify().error(), Stage::id_token);
  }
  verify_result = 1;
  check_result = 0;
  EXPECT_EQ(verify().error().code, ErrorCode::invalid_response);  // a point off its curve
  check_result = -2;
  expect_crypto_failure(verify().error(), Stage::id_token);
}

TEST_F(CryptoFailure, ASignInGoesOnWithoutTheCheck) {
  verify_result = -1;
  const auto outcome = client().login(request, LoginEvents{});
  ASSERT_TRUE(outcome.tokens.ok());
  EXPECT_FALSE(outcome.id_token_claims);
  ASSERT_TRUE(outcome.id_token_problem);
  expect_crypto_failure(*outcome.id_token_problem, Stage::id_token);
  EXPECT_EQ(world.count(kRevoke), 0);
}

TEST_F(CryptoFailure, ARefreshKeepsItsTokens) {
  verify_result = -1;
  const auto outcome = refresh_with(client(), "rt-0");
  ASSERT_TRUE(outcome.tokens.ok());
  ASSERT_TRUE(outcome.id_token_problem);
  expect_crypto_failure(*outcome.id_token_problem, Stage::id_token);
}

TEST_F(CryptoFailure, ASignedResponseIsNotReadAndIsNoAlarm) {
  verify_result = -1;
  world.answers[kUserInfo].push_back(
      answer(200, signed_jwt("k1", "P-256", id_claims(kNow, "alice")), "application/jwt"));
  expect_crypto_failure(client().userinfo(Secret("at"), "alice").error(), Stage::userinfo);
}

TEST_F(CryptoFailure, AnyOtherKeyMayStillHaveMadeTheSignature) {
  // The library fails with the first key, and the second one verifies.
  class Failing final : public SignatureVerifier {
   public:
    Result<bool> verify(JwsAlgorithm, const Jwk& key, std::string_view, std::string_view) override {
      if (key.n == kRsaKey.n && calls++ == 0) {
        return make_error(Blame::caller, ErrorCode::crypto_failed, Stage::id_token, "It failed.");
      }
      return verifies;
    }
    int calls = 0;
    bool verifies = true;
  } verifier;
  Jwks keys;
  keys.keys = {kRsaKey, kRsaKey};
  const auto jwt = parse_jwt(compact(R"({"alg":"RS256"})", "{}"));
  EXPECT_EQ(*verify_signature(*jwt, keys, verifier), SignatureCheck::valid);
  verifier.calls = 0;
  verifier.verifies = false;
  EXPECT_EQ(verify_signature(*jwt, keys, verifier).error().code, ErrorCode::crypto_failed);
}

TEST_F(CryptoFailure, AStoredRecordThatCanNotBeDecryptedNowIsNotDamaged) {
  const Secret key = make_store_key();
  const auto sealed = seal_record(Secret("record"), key, "name");
  decrypt_result = 0;
  expect_crypto_failure(open_record(*sealed, key, "name").error(), Stage::store);
  decrypt_result = 1;
  EXPECT_EQ(open_record(*sealed, key, "name")->reveal(), "record");
  EXPECT_EQ(open_record(*sealed, key, "other").error().code, ErrorCode::store_damaged);
}

// --- The program's own settings of OpenSSL ---

TEST_F(CryptoFailure, ThePropertiesOfTheProgramChangeNothing) {
  const Secret pem = private_key("RSA", "2048");
  private_key("EC", "P-256");
  ASSERT_EQ(EVP_set_default_properties(nullptr, "fips=yes"), 1);
  const std::string hash = openssl_hash(HashAlgorithm::sha256, "abc");
  const auto signer = make_pem_signer(pem, JwsAlgorithm::ps256);
  const bool read = signer.ok();
  const auto signature = read ? (*signer)->sign("input") : Result<std::string>(Error{});
  const auto good = signature.ok()
                        ? make_openssl_verifier()->verify(
                              JwsAlgorithm::ps256, (*signer)->public_jwk(), "input", *signature)
                        : Result<bool>(Error{});
  const auto sealed = seal_record(Secret("record"), make_store_key(), "name");
  const auto outcome = client().login(request, LoginEvents{});
  EVP_set_default_properties(nullptr, "");
  EXPECT_EQ(base64url_encode(hash), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  ASSERT_TRUE(read && signature.ok() && good.ok());
  EXPECT_TRUE(*good);
  EXPECT_TRUE(sealed.ok());
  EXPECT_TRUE(outcome.id_token_claims);
}

}  // namespace
}  // namespace deviceflow::test
