#include <gtest/gtest.h>

#include <deviceflow/auth.hpp>

#include "foundation/encoding.hpp"

namespace deviceflow {
namespace {

OAuthRequest apply(ClientAuth method, std::string_view id, std::string_view secret) {
  auto auth = make_client_auth(method, id, Secret(secret));
  OAuthRequest request;
  EXPECT_TRUE((*auth)->apply(request, std::nullopt, RandomBytes{}).ok());
  return request;
}

TEST(ClientAuth, RefusesWhatItCantUse) {
  EXPECT_FALSE(make_client_auth(ClientAuth::none, "", Secret()).ok());
  EXPECT_FALSE(make_client_auth(ClientAuth::none, "id\r\nX: y", Secret()).ok());  // H-x-1
  EXPECT_FALSE(make_client_auth(ClientAuth::none, "id", Secret("s")).ok());
  EXPECT_FALSE(make_client_auth(ClientAuth::basic, "id", Secret()).ok());
  EXPECT_FALSE(make_client_auth(ClientAuth::post, "id", Secret()).ok());
  EXPECT_FALSE(make_client_auth(ClientAuth::tls, "id", Secret("s")).ok());
  EXPECT_FALSE(make_client_auth(ClientAuth::private_key_jwt, "id", Secret()).ok());
}

TEST(ClientAuth, APublicClientSendsItsIdInTheBodyAndNoAuthorization) {  // D-3.1-2, D-5.6-1
  const auto request = apply(ClientAuth::none, "tv", "");
  EXPECT_EQ(request.form.encode().reveal(), "client_id=tv");
  EXPECT_FALSE(find_header(request.headers, "Authorization").has_value());
}

TEST(ClientAuth, BasicEncodesBothHalvesBeforeJoiningThem) {  // T-2.3.1-1, T-2.3-1
  const auto request = apply(ClientAuth::basic, "a:b c", "p+%/é");
  EXPECT_EQ(*find_header(request.headers, "authorization"),
            "Basic " + base64_encode("a%3Ab+c:p%2B%25%2F%C3%A9"));
  EXPECT_TRUE(request.form.empty());
}

TEST(ClientAuth, BasicLeavesUnreservedCharactersAlone) {
  const auto request = apply(ClientAuth::basic, "basic", "basic-secret_1.~");
  EXPECT_EQ(*find_header(request.headers, "Authorization"),
            "Basic " + base64_encode("basic:basic-secret_1.~"));
}

TEST(ClientAuth, PostPutsBothIntoTheBodyAndNothingIntoTheHeader) {  // T-2.3-1
  const auto request = apply(ClientAuth::post, "tv", "s e");
  EXPECT_EQ(request.form.encode().reveal(), "client_id=tv&client_secret=s+e");
  EXPECT_FALSE(find_header(request.headers, "Authorization").has_value());
}

TEST(ClientAuth, AnAccountsPasswordIsNotFormEncoded) {
  auto auth = make_account_auth("admin@carbon", Secret("p+%/"));
  OAuthRequest request;
  ASSERT_TRUE((*auth)->apply(request, std::nullopt, RandomBytes{}).ok());
  EXPECT_EQ(*find_header(request.headers, "Authorization"),
            "Basic " + base64_encode("admin@carbon:p+%/"));
  EXPECT_FALSE(make_account_auth("a:b", Secret("x")).ok());
  EXPECT_FALSE(make_account_auth("", Secret("x")).ok());
}

TEST(ClientAuth, NamesItsSecretsForRedaction) {
  Redactor redactor;
  (*make_client_auth(ClientAuth::basic, "id", Secret("client-secret")))->reveal_to(redactor);
  EXPECT_EQ(redactor.scrub("x client-secret " + base64_encode("id:client-secret")),
            "x [redacted] [redacted]");
}

TEST(ClientAuth, TlsSendsTheIdAndLeavesTheProofToTheHandshake) {  // X-2-1
  const auto request = apply(ClientAuth::tls, "tv", "");
  EXPECT_EQ(request.form.encode().reveal(), "client_id=tv");
  EXPECT_FALSE(find_header(request.headers, "Authorization").has_value());
}

using List = std::vector<std::string>;
constexpr Credentials kNothing{};
constexpr Credentials kSecret{true, false, false};
constexpr Credentials kKey{false, true, false};
constexpr Credentials kCertificate{false, false, true};
constexpr Credentials kAll{true, true, true};

TEST(ChooseClientAuth, RefusesWhereNothingTheClientHasIsAllowed) {
  EXPECT_EQ(choose_client_auth(List{"private_key_jwt"}, kSecret).error().code,
            ErrorCode::not_possible);
  EXPECT_EQ(choose_client_auth(List{"client_secret_basic"}, kKey).error().code,
            ErrorCode::not_possible);
  const auto refused = choose_client_auth(List{"none"}, kAll);
  EXPECT_NE(refused.error().message.find("private_key_jwt and tls_client_auth"), std::string::npos);
}

TEST(ChooseClientAuth, FollowsTheMetadata) {  // T-2.3.1-2, M-8414-2-2, S-2.5-1
  EXPECT_EQ(*choose_client_auth(List{}, kNothing), ClientAuth::none);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_basic"}, kNothing), ClientAuth::none);
  EXPECT_EQ(*choose_client_auth(List{}, kSecret), ClientAuth::basic);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_post", "client_secret_basic"}, kSecret),
            ClientAuth::basic);
  EXPECT_EQ(*choose_client_auth(List{"none", "client_secret_post"}, kSecret), ClientAuth::post);
}

TEST(ChooseClientAuth, TakesTheKeyFirstThenTheCertificateThenTheSecret) {  // S-2.5-1
  EXPECT_EQ(*choose_client_auth(List{}, kAll), ClientAuth::private_key_jwt);
  EXPECT_EQ(*choose_client_auth(List{}, kCertificate), ClientAuth::tls);
  const List all{"client_secret_post", "client_secret_basic", "tls_client_auth", "private_key_jwt"};
  EXPECT_EQ(*choose_client_auth(all, kAll), ClientAuth::private_key_jwt);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_post", "self_signed_tls_client_auth"}, kAll),
            ClientAuth::tls);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_post"}, kAll), ClientAuth::post);
}

}  // namespace
}  // namespace deviceflow
