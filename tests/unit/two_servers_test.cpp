// S-2.1-1: two servers at the same time, and nothing of a login at one that gets to the other.

#include "fake_world.hpp"
#include "foundation/json.hpp"
#include "key_maker.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

class TwoServers : public testing::Test {
 protected:
  TwoServers() {
    world.clock.set_wall(WallTime(seconds(1800000000)));
    for (const char* who : {"one", "two"}) serve(who);
  }

  static std::string origin(const std::string& who) { return "https://" + who + ".example.com"; }

  // A server whose every answer carries its name, and a nonce to use from then on.
  void serve(const std::string& who) {
    const std::string at = origin(who);
    world.answers[at + "/.well-known/oauth-authorization-server"].push_back(
        answer(200, R"({"issuer":")" + at + R"(","token_endpoint":")" + at +
                        R"(/token","device_authorization_endpoint":")" + at +
                        R"(/device_authorization","revocation_endpoint":")" + at + R"(/revoke"})"));
    world.answers[at + "/device_authorization"].push_back(
        answer(200, R"({"device_code":"device-of-)" + who + R"(","user_code":"code-of-)" + who +
                        R"(","verification_uri":")" + at + R"(/device","expires_in":600})"));
    const std::string nonce = "nonce-of-" + who;
    world.answers[at + "/token"].push_back(answer(400, R"({"error":"authorization_pending"})",
                                                  "application/json",
                                                  {{"DPoP-Nonce", nonce.c_str()}}));
    world.answers[at + "/token"].push_back(
        answer(200, R"({"access_token":"access-of-)" + who +
                        R"(","token_type":"DPoP","refresh_token":"refresh-of-)" + who + "\"}"));
    world.answers[at + "/revoke"].push_back(answer(200, ""));
  }

  std::unique_ptr<Client> client_at(const std::string& who) {
    Config config;
    config.issuer = origin(who);
    config.client_id = "client-of-" + who;
    config.client_secret = Secret("secret-of-" + who);
    config.client_auth = ClientAuth::post;
    config.pkce = true;
    config.dpop = DpopMode::require;
    config.dpop_key.pem = private_key("EC", who == "one" ? "P-256" : "P-384");
    return std::make_unique<Client>(std::move(config), world.ports());
  }

  // Everything that left, to `who`, the claims of its proofs in clear.
  std::string sent_to(const std::string& who) {
    std::string out;
    for (const HttpRequest& request : world.requests) {
      if (request.url.rfind(origin(who) + "/", 0) != 0) continue;
      out += request.url + "\n" + std::string(request.body.reveal()) + "\n";
      for (const Header& header : request.headers) {
        out += header.name + ": " + std::string(header.value.reveal()) + "\n";
        if (header.name == "DPoP") out += to_json(parse_jwt(header.value.reveal())->claims) + "\n";
      }
    }
    return out;
  }

  std::string verifier_of(const std::string& who) {
    for (const HttpRequest& request : world.requests) {
      if (request.url != origin(who) + "/token") continue;
      return std::string(Form::parse(request.body.reveal())->get("code_verifier"));
    }
    return {};
  }

  static void use_up(Client& client, const TokenSet& tokens) {
    EXPECT_TRUE(refresh_with(client, tokens.refresh_token.reveal()).tokens.ok());
    client.revoke(tokens.access_token, TokenHint::access_token);
  }

  FakeWorld world;
};

TEST_F(TwoServers, KeepEverythingOfALoginApart) {  // S-2.1-1, N-9-1
  const auto one = client_at("one");
  const auto two = client_at("two");
  std::optional<LoginOutcome> at_two;
  // The other login begins and ends while this one waits for its first poll.
  bool begun = false;
  world.on_wait = [&] {
    if (std::exchange(begun, true)) return;
    at_two = two->login({}, LoginEvents{});
  };
  const LoginOutcome at_one = one->login({}, LoginEvents{});
  ASSERT_TRUE(at_one.tokens.ok() && at_two && at_two->tokens.ok());
  EXPECT_EQ(at_one.tokens->access_token.reveal(), "access-of-one");
  EXPECT_EQ(at_two->tokens->access_token.reveal(), "access-of-two");
  use_up(*one, *at_one.tokens);
  use_up(*two, *at_two->tokens);

  EXPECT_NE(verifier_of("one"), verifier_of("two"));
  for (const auto& [here, there] : {std::pair("one", "two"), std::pair("two", "one")}) {
    const std::string sent = sent_to(here);
    for (const char* what : {"client", "secret", "device", "nonce", "refresh", "access"}) {
      EXPECT_NE(sent.find(std::string(what) + "-of-" + here), std::string::npos) << what;
      EXPECT_EQ(sent.find(std::string(what) + "-of-" + there), std::string::npos) << what;
    }
    EXPECT_NE(sent.find(verifier_of(here)), std::string::npos);
    EXPECT_EQ(sent.find(verifier_of(there)), std::string::npos);
  }
}

}  // namespace
}  // namespace deviceflow::test
