#include <gtest/gtest.h>

#include <deviceflow/authenticator.hpp>

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

TEST(ChooseClientAuth, FollowsTheMetadata) {  // T-2.3.1-2
  using List = std::vector<std::string>;
  EXPECT_EQ(*choose_client_auth(List{}, false), ClientAuth::none);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_basic"}, false), ClientAuth::none);
  EXPECT_EQ(*choose_client_auth(List{}, true), ClientAuth::basic);
  EXPECT_EQ(*choose_client_auth(List{"client_secret_post", "client_secret_basic"}, true),
            ClientAuth::basic);
  EXPECT_EQ(*choose_client_auth(List{"none", "client_secret_post"}, true), ClientAuth::post);
  EXPECT_EQ(choose_client_auth(List{"private_key_jwt"}, true).error().code,
            ErrorCode::not_possible);
}

}  // namespace
}  // namespace deviceflow
