// An issuer's key set with an Edwards key of small order: a signature that anybody can make fits
// every message.
#include <deviceflow/http.hpp>
#include <deviceflow/platform.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"

namespace deviceflow::test {
namespace {

constexpr std::size_t kEd25519 = 32;
constexpr std::size_t kEd448 = 57;

std::string bytes(std::size_t size, unsigned char first, unsigned char middle, unsigned char last) {
  std::string out(size, static_cast<char>(middle));
  out.front() = static_cast<char>(first);
  out.back() = static_cast<char>(last);
  return out;
}

Jwk key_of(const std::string& point, const char* kid = "") {
  Jwk jwk;
  jwk.kty = "OKP";
  jwk.crv = point.size() == kEd448 ? "Ed448" : "Ed25519";
  jwk.x = base64url_encode(point);
  jwk.kid = kid;
  return jwk;
}

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

std::vector<std::string> small_points() {
  std::vector<std::string> out{
      bytes(kEd25519, 0x00, 0x00, 0x00),
      bytes(kEd25519, 0x01, 0x00, 0x00),
      bytes(kEd25519, 0xEC, 0xFF, 0x7F),
      bytes(kEd25519, 0xED, 0xFF, 0x7F),
      bytes(kEd25519, 0xEE, 0xFF, 0x7F),
      from_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
      from_hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
      bytes(kEd448, 0x00, 0x00, 0x00),
      bytes(kEd448, 0x01, 0x00, 0x00)};
  std::string large = bytes(kEd448, 0xFE, 0xFF, 0x00);  // p - 1
  large[28] = static_cast<char>(0xFE);
  out.push_back(large);
  large[0] = static_cast<char>(0xFF);
  out.push_back(large);
  out.push_back(std::string(28, '\0') + std::string(28, '\xFF') + std::string(1, '\0'));
  const std::size_t count = out.size();
  for (std::size_t i = 0; i < count; ++i) {  // with the sign bit
    out.push_back(out[i]);
    out.back().back() = static_cast<char>(out.back().back() | 0x80);
  }
  return out;
}

// R is the neutral element and S is 0: it fits every message under the neutral element, and under
// the others a message in 2, 4 or 8.
std::string forged_for(const std::string& point) {
  std::string out(2 * point.size(), '\0');
  out[0] = 1;
  return out;
}

TEST(SmallOrderKeys, CantBeUsed) {
  for (const std::string& point : small_points()) {
    for (int i = 0; i < 16; ++i) {
      const auto verified = make_openssl_verifier()->verify(
          JwsAlgorithm::eddsa, key_of(point), "message " + std::to_string(i), forged_for(point));
      ASSERT_FALSE(verified.ok()) << base64url_encode(point);
    }
  }
}

TEST(SmallOrderKeys, OthersCan) {
  for (const char* curve : {"ED25519", "ED448"}) {
    const auto signer = make_pem_signer(private_key(curve, ""));
    ASSERT_TRUE(signer.ok());
    const auto signature = (*signer)->sign("message");
    ASSERT_TRUE(signature.ok());
    EXPECT_EQ(*make_openssl_verifier()->verify((*signer)->algorithm(), (*signer)->public_jwk(),
                                               "message", *signature),
              true);
  }
}

// What it would cost: an ID token that nobody signed.
TEST_F(ClientTest, AnIdTokenUnderAKeyOfSmallOrderIsRefused) {
  world.clock.set_wall(WallTime(seconds(1800000000)));
  const std::string point = bytes(kEd25519, 0x01, 0x00, 0x00);
  publish_metadata(world);
  world.answers[kJwks].push_back(
      answer(200, R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":")" +
                      base64url_encode(point) + "\"}]}"));
  const std::string token = compact(R"({"alg":"EdDSA","kid":"k1"})",
                                    to_json(id_claims(1800000000, "victim")), forged_for(point));
  world.answers[kToken].clear();
  world.answers[kToken].push_back(
      answer(200, R"({"access_token":"at","token_type":"Bearer","id_token":")" + token + "\"}"));
  LoginRequest request;
  request.scope = "openid";
  const auto outcome = client().login(request, LoginEvents{});
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::id_token_invalid);
  EXPECT_EQ(outcome.tokens.error().reason, "key");
}

}  // namespace
}  // namespace deviceflow::test
