// Hashes, signatures and keys, against the examples of the RFCs and against each other.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"

namespace deviceflow::test {
namespace {

constexpr JwsAlgorithm kAll[] = {JwsAlgorithm::rs256,  JwsAlgorithm::rs384, JwsAlgorithm::rs512,
                                 JwsAlgorithm::ps256,  JwsAlgorithm::ps384, JwsAlgorithm::ps512,
                                 JwsAlgorithm::es256,  JwsAlgorithm::es384, JwsAlgorithm::es512,
                                 JwsAlgorithm::es256k, JwsAlgorithm::eddsa, JwsAlgorithm::ed25519,
                                 JwsAlgorithm::ed448};

Secret key_for(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::es256: return private_key("EC", "P-256");
    case JwsAlgorithm::es384: return private_key("EC", "P-384");
    case JwsAlgorithm::es512: return private_key("EC", "P-521");
    case JwsAlgorithm::es256k: return private_key("EC", "secp256k1");
    case JwsAlgorithm::eddsa:
    case JwsAlgorithm::ed25519: return private_key("ED25519");
    case JwsAlgorithm::ed448: return private_key("ED448");
    default: return private_key("RSA", "2048");
  }
}

Result<bool> verify(JwsAlgorithm algorithm, const Jwk& key, std::string_view input,
                    std::string_view signature) {
  return make_openssl_verifier()->verify(algorithm, key, input, signature);
}

// A compact JWS of the RFCs, by its key.
Result<bool> verify(JwsAlgorithm algorithm, const Jwk& key, std::string_view compact_jws) {
  const std::size_t dot = compact_jws.rfind('.');
  const auto signature = base64url_decode(compact_jws.substr(dot + 1));
  return verify(algorithm, key, compact_jws.substr(0, dot), signature->reveal());
}

std::string refusal(const Secret& pem, std::optional<JwsAlgorithm> algorithm = {}) {
  const auto signer = make_pem_signer(pem, algorithm);
  if (signer.ok()) return "none";
  EXPECT_EQ(signer.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(signer.error().blame, Blame::caller);
  return signer.error().reason;
}

// --- Keys in PEM ---

TEST(PemSigner, SaysWhatIsWrongWithAKey) {
  EXPECT_EQ(refusal(Secret()), "not_pem");
  EXPECT_EQ(refusal(Secret("MC4CAQAwBQYDK2VwBCIEIA")), "not_pem");
  EXPECT_EQ(refusal(Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
            "not_a_private_key");
  EXPECT_EQ(refusal(public_half(private_key("EC", "P-256"))), "not_a_private_key");
  EXPECT_EQ(refusal(Secret(private_key("EC", "P-256").reveal().substr(0, 120))),
            "not_a_private_key");
  EXPECT_EQ(refusal(encrypted_key()), "key_encrypted");
  EXPECT_EQ(refusal(private_key("RSA", "1024")), "key_too_short");
  EXPECT_EQ(refusal(private_key("EC", "P-224")), "key_type");
  EXPECT_EQ(refusal(private_key("EC", "brainpoolP256r1")), "key_type");
  EXPECT_EQ(refusal(private_key("X25519")), "key_type");
}

TEST(PemSigner, RefusesAnAlgorithmOfAnotherKindOfKey) {  // K-3-3
  EXPECT_EQ(refusal(private_key("EC", "P-256"), JwsAlgorithm::rs256), "key_type");
  EXPECT_EQ(refusal(private_key("EC", "P-256"), JwsAlgorithm::es384), "key_type");
  EXPECT_EQ(refusal(private_key("RSA", "2048"), JwsAlgorithm::eddsa), "key_type");
  EXPECT_EQ(refusal(private_key("RSA-PSS", "2048"), JwsAlgorithm::rs256), "key_type");
  EXPECT_EQ(refusal(private_key("RSA", "2048"), JwsAlgorithm::ps256), "none");
  EXPECT_EQ(refusal(private_key("RSA", "2048"), JwsAlgorithm::ps512), "none");
  EXPECT_EQ(refusal(private_key("RSA", "2048"), JwsAlgorithm::rs384), "none");
  EXPECT_EQ(refusal(private_key("RSA-PSS", "2048"), JwsAlgorithm::rs512), "key_type");
  EXPECT_EQ(refusal(private_key("EC", "P-256"), JwsAlgorithm::es256k), "key_type");
  EXPECT_EQ(refusal(private_key("ED25519"), JwsAlgorithm::ed448), "key_type");
}

TEST(PemSigner, ShowsNothingPrivate) {  // N-4.2-1
  for (const JwsAlgorithm algorithm : kAll) {
    const Secret pem = key_for(algorithm);
    const auto signer = make_pem_signer(pem, algorithm, "kid-1");
    ASSERT_TRUE(signer.ok());
    const Jwk key = (*signer)->public_jwk();
    EXPECT_EQ(key.kid, "kid-1");
    EXPECT_TRUE(fits(key, algorithm));
    const JsonValue json = to_json_value(key);
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
      EXPECT_EQ(json.find(member), nullptr) << member;
    }
    EXPECT_EQ(read_jwks("{\"keys\":[" + to_json(json) + "]}")->keys.size(), 1u);
  }
}

TEST(PemSigner, AGeneratedKeyCanBeKeptAndUsedAgain) {  // N-5-3
  const Secret pem = generate_es256_key();
  const auto before = make_pem_signer(pem);
  const auto after = make_pem_signer(Secret(pem.reveal()));
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ((*before)->algorithm(), JwsAlgorithm::es256);
  EXPECT_EQ(jwk_thumbprint((*before)->public_jwk(), openssl_hash),
            jwk_thumbprint((*after)->public_jwk(), openssl_hash));
  EXPECT_NE(generate_es256_key().reveal(), pem.reveal());
}

TEST(PemSigner, SignsWithEveryAlgorithmSoThatTheVerifierAgrees) {  // J-3.3-1
  for (const JwsAlgorithm algorithm : kAll) {
    const auto signer = make_pem_signer(key_for(algorithm), algorithm);
    ASSERT_TRUE(signer.ok()) << name(algorithm);
    for (int round = 0; round < 20; ++round) {  // r and s with leading zeros come by chance
      const std::string input = "input " + std::to_string(round);
      auto signature = (*signer)->sign(input);
      ASSERT_TRUE(signature.ok()) << name(algorithm);
      const Jwk key = (*signer)->public_jwk();
      EXPECT_EQ(*verify(algorithm, key, input, *signature), true) << name(algorithm);
      EXPECT_EQ(*verify(algorithm, key, input + "x", *signature), false);
      EXPECT_EQ(*verify(algorithm, key, input, signature->substr(1)), false);
      EXPECT_EQ(*verify(algorithm, key, input, *signature + "x"), false);
      EXPECT_EQ(*verify(algorithm, key, input, ""), false);
      (*signature)[7] = static_cast<char>((*signature)[7] ^ 1);
      EXPECT_EQ(*verify(algorithm, key, input, *signature), false);
    }
  }
}

TEST(PemSigner, APssKeySignsWithPs256ByItself) {
  const auto signer = make_pem_signer(private_key("RSA-PSS", "2048"));
  ASSERT_TRUE(signer.ok());
  EXPECT_EQ((*signer)->algorithm(), JwsAlgorithm::ps256);
  const auto signature = (*signer)->sign("input");
  EXPECT_EQ(*verify(JwsAlgorithm::ps256, (*signer)->public_jwk(), "input", *signature), true);
}

// --- Verifier: keys ---

TEST(OpensslVerifier, RefusesAKeyOfAnotherKind) {  // J-3.1-1
  EXPECT_FALSE(verify(JwsAlgorithm::rs256, kEcKey, "x", "y").ok());
  EXPECT_FALSE(verify(JwsAlgorithm::es256, kRsaKey, "x", "y").ok());
  EXPECT_FALSE(verify(JwsAlgorithm::es384, kEcKey, "x", "y").ok());
  EXPECT_FALSE(verify(JwsAlgorithm::eddsa, kEcKey, "x", "y").ok());
}

TEST(OpensslVerifier, RefusesAPointOffItsCurve) {  // J-3.3-1
  Jwk key = kEcKey;
  key.y.back() = '4';
  EXPECT_EQ(verify(JwsAlgorithm::es256, key, "x", std::string(64, 'a')).error().code,
            ErrorCode::invalid_response);
  key.y = base64url_encode(std::string(32, '\0'));
  key.x = key.y;
  EXPECT_FALSE(verify(JwsAlgorithm::es256, key, "x", std::string(64, 'a')).ok());
  key = kEcKey;
  key.x =
      base64url_encode(std::string(1, '\0') + std::string(base64url_decode(kEcKey.x)->reveal()));
  EXPECT_FALSE(verify(JwsAlgorithm::es256, key, "x", std::string(64, 'a')).ok());
}

TEST(OpensslVerifier, RefusesShortHugeAndOddRsaKeys) {  // J-3.3-1
  Jwk key = kRsaKey;
  key.n = base64url_encode(std::string(128, '\xFF'));
  EXPECT_FALSE(verify(JwsAlgorithm::rs256, key, "x", "y").ok());
  key.n = base64url_encode(std::string(2048, '\xFF'));  // 16384 bits cost too much time
  EXPECT_FALSE(verify(JwsAlgorithm::rs256, key, "x", "y").ok());
  key.n = base64url_encode(std::string(256, '\xFE'));  // even
  EXPECT_FALSE(verify(JwsAlgorithm::rs256, key, "x", "y").ok());
  key = kRsaKey;
  for (const std::string& e :
       {std::string("\x01"), std::string("\x02"), std::string("\0", 1), std::string(256, '\x7F')}) {
    key.e = base64url_encode(e);
    EXPECT_FALSE(verify(JwsAlgorithm::rs256, key, "x", "y").ok());
  }
}

// --- Verifier: the examples of the RFCs ---

constexpr std::string_view kRs256 =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
    "bS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4"
    "Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xB"
    "ArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1"
    "phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
constexpr std::string_view kEs256 =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
    "bS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfK"
    "TUJqPP3-Kg6NU1Q";
constexpr std::string_view kEdDsa =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg"
    "3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

TEST(OpensslVerifier, AgreesWithTheExamplesOfTheRfcs) {  // O-3.1.3.7-4
  EXPECT_EQ(*verify(JwsAlgorithm::rs256, kRsaKey, kRs256), true);
  EXPECT_EQ(*verify(JwsAlgorithm::es256, kEcKey, kEs256), true);
  EXPECT_EQ(*verify(JwsAlgorithm::eddsa, kEdKey, kEdDsa), true);
  EXPECT_EQ(*verify(JwsAlgorithm::ps256, kRsaKey, kRs256), false);
}

TEST(OpensslVerifier, NoticesOneFlippedBitAnywhere) {  // O-3.1.3.7-4
  const std::size_t dot = kEs256.rfind('.');
  const std::string signature(base64url_decode(kEs256.substr(dot + 1))->reveal());
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_EQ(*verify(JwsAlgorithm::es256, kEcKey, kEs256.substr(0, dot), flipped), false) << i;
  }
  EXPECT_EQ(*verify(JwsAlgorithm::es256, kEcKey, "x", std::string(64, '\0')), false);
  EXPECT_EQ(*verify(JwsAlgorithm::es256, kEcKey, "x", std::string(64, '\xFF')), false);
}

// --- Hashes and fingerprints ---

TEST(OpensslHash, AgreesWithTheStandard) {
  EXPECT_EQ(base64url_encode(openssl_hash(HashAlgorithm::sha256, "abc")),
            "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  EXPECT_EQ(openssl_hash(HashAlgorithm::sha384, "abc").size(), 48u);
  EXPECT_EQ(openssl_hash(HashAlgorithm::sha512, "").size(), 64u);
  // The first bytes of SHAKE256 of the empty text (FIPS 202).
  EXPECT_EQ(openssl_hash(HashAlgorithm::shake256, "").size(), 114u);
  EXPECT_EQ(openssl_hash(HashAlgorithm::shake256, "").substr(0, 4), "\x46\xb9\xdd\x2b");
}

TEST(JwkThumbprint, AgreesWithTheExamplesOfTheRfcs) {  // RFC 7638 3.1, RFC 8037 A.3, RFC 9449 6.1
  const Jwk rsa{
      "RSA",
      "",
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
      "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
      "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
      "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
      "AQAB",
      "",
      "",
      "2011-04-29",
      "",
      "RS256"};
  EXPECT_EQ(jwk_thumbprint(rsa, openssl_hash), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_EQ(jwk_thumbprint(kEdKey, openssl_hash), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  const Jwk ec{"EC",
               "P-256",
               "",
               "",
               "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
               "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
               "",
               "",
               ""};
  EXPECT_EQ(jwk_thumbprint(ec, openssl_hash), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

}  // namespace
}  // namespace deviceflow::test
