// Providers as data: descriptions, their fields, and logins at servers that no line of code knows.
#include <deviceflow/provider.hpp>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "protocol/tolerances.hpp"

namespace deviceflow::test {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

// A description with `more` members.
std::string described(const std::string& more) {
  return R"({"name":"x","title":"X","fields":{"host":{"title":"host","example":"e.com"},)"
         R"("realm":{"title":"realm","example":"demo"}},)"
         R"("issuer":"https://{host}/realms/{realm}")" +
         (more.empty() ? "" : "," + more) + "}";
}

std::string why_not(const std::string& json) {
  const auto provider = parse_provider(json);
  return provider.ok() ? "" : provider.error().message;
}

Result<Provider> resolved(const Values& values) {
  auto provider = parse_provider(described(""));
  EXPECT_TRUE(provider.ok());
  return provider->resolve(values);
}

TEST(Provider, EveryBuiltInDescriptionResolvesWithItsExamples) {
  ASSERT_GE(builtin_provider_names().size(), 2u);
  for (const std::string_view name : builtin_provider_names()) {
    const auto provider = builtin_provider(name);
    ASSERT_TRUE(provider.ok()) << name << ": " << provider.error().message;
    EXPECT_EQ(provider->name, name);
    EXPECT_FALSE(provider->facts_from.empty()) << name;
    EXPECT_FALSE(provider->facts_date.empty()) << name;
    EXPECT_FALSE(provider->confidence.empty()) << name;
    Values examples;
    for (const ProviderField& field : provider->fields) {
      examples.emplace_back(field.name, field.example);
    }
    const auto out = provider->resolve(examples);
    EXPECT_TRUE(out.ok()) << name << ": " << out.error().message;
  }
}

TEST(Provider, ATraceShowsTheErrorsThatABuiltInDescriptionReads) {  // so that it can be replayed
  int words = 0;
  for (const std::string_view name : builtin_provider_names()) {
    const auto provider = builtin_provider(name);
    ASSERT_TRUE(provider.ok()) << name;
    if (!provider->tolerances) continue;
    for (const ErrorWord& word : provider->tolerances->errors) {
      ++words;
      const std::string member = "\"" + word.member + "\":\"odd words\"";
      ExchangeRecord record;
      record.stage = Stage::token;
      record.response = answer(400, "{" + member + "}");
      const std::string line(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
      EXPECT_NE(line.find(member), std::string::npos) << name << ": " << line;
    }
  }
  EXPECT_GT(words, 0);
}

TEST(Provider, AnUnknownNameListsTheOnesThatWereMeant) {
  EXPECT_NE(builtin_provider("keyclaok").error().message.find("Did you mean keycloak?"),
            std::string::npos);
  EXPECT_NE(builtin_provider("zzzzzzzzz").error().message.find("github, "), std::string::npos);
  EXPECT_EQ(builtin_provider("x").error().code, ErrorCode::invalid_argument);
}

// --- Fields ---

TEST(Provider, FillsInItsFields) {
  const auto out = resolved({{"host", "idp.example.com:8443"}, {"realm", "my realm"}});
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_EQ(out->issuer, "https://idp.example.com:8443/realms/my%20realm");
  EXPECT_EQ(resolved({{"host", "[::1]:8443"}, {"realm", "r"}})->issuer,
            "https://[::1]:8443/realms/r");
}

TEST(Provider, FilledInItIsTheSameProviderWithWholeUrls) {
  const Provider described = *builtin_provider("twitch");
  const Provider out = *described.resolve({});
  EXPECT_EQ(out.name, "twitch");
  EXPECT_EQ(out.title, described.title);
  EXPECT_EQ(out.client_auth, ClientAuth::post);
  EXPECT_NE(out.tolerances, nullptr);
  EXPECT_EQ(out.tolerances, described.tolerances);
  const auto filled = resolved({{"host", "e.com"}, {"realm", "r"}});
  EXPECT_TRUE(filled->fields.empty());
  EXPECT_EQ(filled->resolve({})->issuer, filled->issuer);
  EXPECT_EQ(filled->tolerances, nullptr);  // it keeps to the RFCs
}

TEST(Provider, AFieldCantChangeAnotherPartOfTheUrl) {
  for (const char* host : {"", "a/b", "user@e.com", "e.com#x", "e.com?x", "e.com:", "e.com:99999",
                           "e.com\\x", "e com", "e.com%2f", "https://e.com", "e.com:1:2", "[::1"}) {
    const auto out = resolved({{"host", host}, {"realm", "r"}});
    EXPECT_FALSE(out.ok()) << host;
    if (out.ok()) continue;
    EXPECT_NE(out.error().message.find("\"host\""), std::string::npos) << out.error().message;
  }
  for (const char* realm : {"", "..", ".", "a/b", "a%2fb", "a?b", "a#b", "a\\b", "a\nb"}) {
    EXPECT_FALSE(resolved({{"host", "e.com"}, {"realm", realm}}).ok()) << realm;
  }
  const auto tenant = parse_provider(
      R"({"name":"x","title":"X","fields":{"tenant":{"title":"t","example":"acme"}},)"
      R"("issuer":"https://{tenant}.example.com"})");
  ASSERT_TRUE(tenant.ok()) << tenant.error().message;
  EXPECT_EQ(tenant->resolve({{"tenant", "acme.eu"}})->issuer, "https://acme.eu.example.com");
  for (const char* bad : {"evil.com/", "evil.com:443", "a@b", ".a", "a.", "a..b", "[::1]"}) {
    EXPECT_FALSE(tenant->resolve({{"tenant", bad}}).ok()) << bad;
  }
}

TEST(Provider, AMissingFieldIsNamedWithAnExample) {
  const auto out = resolved({{"host", "e.com"}});
  EXPECT_EQ(out.error().message, "X needs the field \"realm\" (realm), such as realm=demo.");
}

TEST(Provider, AFieldOfNobodyOrGivenTwiceIsRefused) {
  EXPECT_EQ(resolved({{"realn", "x"}}).error().message,
            "X has no field \"realn\"; it has: host, realm.");
  EXPECT_EQ(resolved({{"host", "a"}, {"host", "b"}}).error().message,
            "The field \"host\" is given twice.");
}

TEST(Provider, APartInBracketsFallsAwayWithItsField) {
  const auto provider = builtin_provider("keycloak");
  EXPECT_EQ(provider->resolve({{"host", "e.com"}, {"realm", "r"}})->issuer,
            "https://e.com/realms/r");
  EXPECT_EQ(provider->resolve({{"host", "e.com"}, {"realm", "r"}, {"path", "auth"}})->issuer,
            "https://e.com/auth/realms/r");
}

// --- Descriptions that can't be used ---

TEST(Provider, AProblemIsNamedWithItsPlaceAndWhatIsAllowed) {
  const std::pair<std::string, std::string> bad[] = {
      {"[]", "one JSON object"},
      {"{", "not JSON"},
      {R"({"name":"x","title":"X"})", "needs an \"issuer\""},
      {R"({"title":"X","issuer":"https://e.com"})", "\"name\" is missing"},
      {R"({"name":5})", "\"name\" has to be a text"},
      {described(R"("isuer":"x")"), "\"isuer\" is not known; allowed are $schema, name, title"},
      {described(R"("request":{"token":{"renam":{}}})"), "\"request.token.renam\" is not known"},
      {described(R"("request":{"token":{"resend":["nonce"]}})"), "one of \"scope\", \"user_code\""},
      {described(R"("request":{"device_authorization":{"grant_type":"x"}})"), "is not known"},
      {described(R"("request":{"basic_encoding":"x"})"), "one of \"form\", \"raw\""},
      {described(R"("request":{"token":{"add":{"a":5}}})"), "\"request.token.add.a\" has to be"},
      {described(R"("answer":{"expires_in":0})"), "from 1 to 86400"},
      {described(R"("answer":{"statuses":{"500":"x"}})"), "from 400 to 499"},
      {described(R"("answer":{"errors":[{"member":"a","value":"b"}]})"), "together, or neither"},
      {described(R"("answer":{"scope_separator":", "})"), "one character"},
      {described(R"("answer":{"ends_sign_in":"gone"})"), "array of texts"},
      {described(R"("sandbox":1)"), "true or false"},
      {described(R"("client_auth":"tls")"), "one of \"basic\", \"post\""},
      {described(R"("facts":{"confidence":"memory"})"), "one of \"source\", \"docs\""},
      {described(R"("endpoints":{"token":"https://e.com"})"), "allowed are device_authorization_"},
      {described(R"("endpoints":{"token_endpoint":"https://{hots}/t"})"), "{hots}"},
      {described(R"("endpoints":{"token_endpoint":"https://{}/t"})"), "field without a name"},
      {described(R"("endpoints":{"token_endpoint":"https://{host/t"})"), "don't match"},
      {described(R"("endpoints":{"token_endpoint":"https://{host}[/t"})"), "don't match"},
      {described(R"("endpoints":{"token_endpoint":"http://{host}/t"})"),
       "It has to be an https URL"},
      {described(R"("endpoints":{"token_endpoint":"https://a@{host}/t"})"),
       "an https URL without a user name"},
      {described(R"("endpoints":{"token_endpoint":"/t"})"), "\"endpoints.token_endpoint\" can't"},
      {R"({"name":"x","title":"X","issuer":"https://e.com","fields":{"a":{"title":"","example":"b"}}})",
       "\"fields.a.title\" has to be a text that is not empty"},
      {R"({"name":"x","title":"X","issuer":"https://e.com","fields":{"a":{"title":"t"}}})",
       "a \"title\" and an \"example\""},
      {R"({"name":"x","title":"X","issuer":"https://e.com","fields":{"a":{"title":"t","example":"b"}}})",
       "\"fields.a\" stands in no URL"},
  };
  for (const auto& [json, part] : bad) {
    EXPECT_NE(why_not(json).find(part), std::string::npos) << json << "\n  " << why_not(json);
  }
}

// --- A new provider, by its description alone ---

constexpr const char* kOdd = R"({
  "name": "odd", "title": "Odd Server",
  "fields": {"region": {"title": "region", "example": "eu"}},
  "endpoints": {
    "device_authorization_endpoint": "https://{region}.odd.example/device",
    "token_endpoint": "https://{region}.odd.example/token"
  },
  "client_auth": "basic",
  "scope": "tv",
  "request": {
    "basic_encoding": "raw",
    "device_authorization": {"add": {"response_type": "device_code"}, "rename": {"scope": "scopes"}},
    "token": {"grant_type": "device", "rename": {"device_code": "code", "scope": "scopes"},
              "resend": ["scope", "user_code"], "remove": ["client_id"]}
  },
  "answer": {
    "members": {"code": "device_code", "pin": "user_code", "page": "verification_uri",
                "key": "access_token"},
    "errors": [{"member": "state", "value": "waiting", "means": "authorization_pending"},
               {"member": "fault"}],
    "statuses": {"418": "access_denied"},
    "expires_in": 600, "token_type": "Bearer", "scope_separator": ","
  }
})";

class OddServer : public ClientTest {
 protected:
  OddServer() {
    const auto provider = parse_provider(kOdd);
    EXPECT_TRUE(provider.ok()) << provider.error().message;
    const auto out = provider->resolve({{"region", "eu"}});
    config = Config();
    config.client_id = "tv";
    use_provider(config, *out);
    request.scope = "a b";
    world.answers[kOddDevice].push_back(
        answer(200, R"({"code":"odd-code","pin":"PIN","page":"https://odd.example/d"})"));
    world.answers[kOddToken].push_back(answer(409, R"({"state":"waiting"})"));
  }
  Form sent(std::size_t number) {
    return std::move(*Form::parse(world.requests[number].body.reveal()));
  }

  static constexpr const char* kOddDevice = "https://eu.odd.example/device";
  static constexpr const char* kOddToken = "https://eu.odd.example/token";
  LoginRequest request;
};

TEST_F(OddServer, SignsInWithoutALineOfCode) {  // W-2, W-4
  world.answers[kOddToken].push_back(answer(200, R"({"key":"odd-token","scope":"a,b"})"));
  std::string shown;
  const auto outcome =
      client().login(request, [&](const DeviceAuthorization& codes) { shown = codes.user_code; });
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_EQ(shown, "PIN");
  EXPECT_EQ(outcome.tokens->access_token.reveal(), "odd-token");
  EXPECT_EQ(outcome.tokens->scope, "a b");
  for (const Quirk quirk :
       {Quirk::member_name, Quirk::expires_in_missing, Quirk::error_in_other_member,
        Quirk::token_type_missing, Quirk::scope_as_list}) {
    EXPECT_TRUE(outcome.quirks.has(quirk)) << name(quirk);
  }
  ASSERT_EQ(world.requests.size(), 3u);
  const Form start = sent(0);
  EXPECT_EQ(start.get("scopes"), "a b");
  EXPECT_EQ(start.get("response_type"), "device_code");
  EXPECT_EQ(start.get("client_id"), "tv");
  EXPECT_FALSE(start.has("scope"));
  const Form poll = sent(2);
  EXPECT_EQ(poll.get("grant_type"), "device");
  EXPECT_EQ(poll.get("code"), "odd-code");
  EXPECT_EQ(poll.get("user_code"), "PIN");
  EXPECT_EQ(poll.get("scopes"), "a b");
  EXPECT_FALSE(poll.has("client_id"));
  EXPECT_FALSE(poll.has("device_code"));
}

TEST_F(OddServer, AStatusStandsForAnErrorWhereItsDescriptionSaysSo) {
  world.answers[kOddToken].push_back(answer(418, ""));
  const auto outcome = client().login(request, LoginEvents{});
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::access_denied);
  EXPECT_TRUE(outcome.quirks.has(Quirk::error_by_status));
}

TEST_F(OddServer, TheBodyStillDecidesBeforeTheStatus) {  // W-1
  world.answers[kOddToken].push_back(answer(418, R"({"fault":"expired_token"})"));
  EXPECT_EQ(client().login(request, LoginEvents{}).tokens.error().code, ErrorCode::expired_token);
}

TEST_F(OddServer, AWebPageUnderThatStatusIsNoVerdict) {  // D-3.5-9
  world.answers[kOddToken].push_back(answer(418, "<html>", "text/html"));
  world.answers[kOddToken].push_back(answer(200, R"({"key":"odd-token"})"));
  EXPECT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
}

TEST_F(OddServer, SecretsStaySecretInARewrittenRequest) {  // D-3.3-2
  world.answers[kOddToken].push_back(
      answer(400, R"({"fault":"invalid_request","error_description":"code odd-code is used"})"));
  const auto outcome = client().login(request, LoginEvents{});
  EXPECT_EQ(outcome.tokens.error().description.find("odd-code"), std::string::npos);
}

// The record shows what came; its secrets are known by the names that the description gives them.
TEST_F(OddServer, SecretsUnderForeignNamesStayOutOfTraces) {  // D-3.3-2
  world.answers[kOddDevice].clear();
  world.answers[kOddDevice].push_back(
      answer(200, R"({"code":"odd-code","pin":"PIN","page":"https://odd.example/d",)"
                  R"("error_description":"odd-code is new"})"));
  world.answers[kOddToken].push_back(
      answer(200, R"({"key":"odd-token","scope":"a,b","error_uri":"https://e.com/odd-token"})"));
  std::string traces;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    EXPECT_NE(record.response->body.reveal().find('{'), std::string_view::npos);
    traces += to_trace(record, redactor, TraceSecrets::redact).reveal();
  };
  ASSERT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
  EXPECT_NE(traces.find("is new"), std::string::npos);
  EXPECT_EQ(traces.find("odd-code"), std::string::npos) << traces;
  EXPECT_EQ(traces.find("odd-token"), std::string::npos) << traces;
}

TEST_F(OddServer, BasicCredentialsGoRawWhereTheServerWantsThat) {
  config.client_secret = Secret("s:/ü");
  const auto provider = parse_provider(kOdd);
  use_provider(config, *provider->resolve({{"region", "eu"}}));
  EXPECT_EQ(config.client_auth, ClientAuth::basic);
  world.answers[kOddToken].push_back(answer(200, R"({"key":"odd-token"})"));
  ASSERT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
  EXPECT_EQ(find_header(world.requests[0].headers, "Authorization"),
            "Basic " + base64_encode("tv:s:/ü"));
}

TEST_F(OddServer, AResumedLoginSendsTheSameAgain) {
  world.clock.set_wall(WallTime(std::chrono::seconds(1800000000)));
  PendingLogin pending;
  pending.device_code = Secret("odd-code");
  pending.user_code = "PIN";
  pending.verification_uri = "https://odd.example/d";
  pending.interval = seconds(5);
  pending.taken_at = *world.clock.wall_now();
  pending.expires_at = *world.clock.wall_now() + seconds(300);
  pending.scope = "a b";
  request.resume = &pending;
  request.scope.clear();
  world.answers[kOddToken].push_back(answer(200, R"({"key":"odd-token"})"));
  ASSERT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
  EXPECT_EQ(sent(0).get("scopes"), "a b");
  EXPECT_EQ(sent(0).get("user_code"), "PIN");
}

TEST_F(OddServer, WhatTheCallerNamedWinsOverTheProvider) {
  Config own;
  own.issuer = "https://own.example";
  own.client_secret = Secret("s");
  own.client_auth = ClientAuth::post;
  own.endpoints.token = "https://own.example/token";
  const auto provider = parse_provider(kOdd);
  use_provider(own, *provider->resolve({{"region", "eu"}}));
  EXPECT_EQ(own.issuer, "https://own.example");
  EXPECT_EQ(own.client_auth, ClientAuth::post);
  EXPECT_EQ(own.endpoints.token, "https://own.example/token");
  EXPECT_EQ(own.endpoints.device_authorization, "");  // below the metadata, in `provider`
  EXPECT_EQ(own.provider->endpoints.device_authorization, kOddDevice);
}

}  // namespace
}  // namespace deviceflow::test
