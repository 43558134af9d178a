// Servers repeat what they were sent. Nothing of it may reach an error, an event or a trace.
#include <deviceflow/http.hpp>

#include "client_helpers.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

struct Ended {
  LoginOutcome outcome;
  LoginLog log;
};

Ended run_against(Action start, Action poll) {
  FaultServer server(authorization_server(std::move(start), {std::move(poll)}));
  Config config = client_of(server.origin());
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));
  LoginOutcome outcome = run_login(client, log);
  return {std::move(outcome), std::move(log)};
}

Action refusal(const std::string& description) {
  return answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + description +
                         "\",\"error_uri\":\"https://as.example/?code=" + description + "\"}");
}

// D-3.3-2
TEST(ClientSecrets, AnEchoedDeviceCodeIsReplacedInEveryEscaping) {
  const std::string as_json = json_escape(kDeviceCode);
  std::vector<std::function<void()>> tasks;
  for (const std::string& code :
       {as_json, json_escape(as_json), form_encode(kDeviceCode), percent_encode(kDeviceCode)}) {
    tasks.push_back([code] {
      const Ended run = run_against(answer(200, scripted_codes()),
                                    refusal("no such code: " + code + " (" + code + ")"));
      ASSERT_FALSE(run.outcome.tokens.ok());
      const Error& error = run.outcome.tokens.error();
      EXPECT_EQ(error.code, ErrorCode::oauth_error);
      EXPECT_NE(error.description.find("no such code: [redacted] ([redacted])"), std::string::npos)
          << error.description;
      expect_clean(texts_of(error));
      ASSERT_EQ(run.log.traces.size(), 2u);
      for (const std::string& trace : run.log.traces) expect_clean(trace);
    });
  }
  in_parallel(tasks);
}

// D-3.3-2
TEST(ClientSecrets, AnErrorCodeThatIsTheDeviceCodeIsReplaced) {
  const Ended run = run_against(answer(200, scripted_codes()),
                                answer(400, "{\"error\":\"" + json_escape(kDeviceCode) + "\"}"));
  ASSERT_FALSE(run.outcome.tokens.ok());
  expect_clean(texts_of(run.outcome.tokens.error()));
  for (const std::string& trace : run.log.traces) expect_clean(trace);
}

// D-3.3-2: where a long text is cut, half a code must not stay behind.
TEST(ClientSecrets, ACutDescriptionDoesNotEndInHalfADeviceCode) {
  std::vector<std::function<void()>> tasks;
  for (const std::size_t before : {1970u, 1980u, 1990u}) {
    tasks.push_back([before] {
      const Ended run = run_against(answer(200, scripted_codes()),
                                    refusal(std::string(before, 'a') + json_escape(kDeviceCode)));
      ASSERT_FALSE(run.outcome.tokens.ok());
      expect_clean(texts_of(run.outcome.tokens.error()));
    });
  }
  in_parallel(tasks);
}

// D-3.3-2
TEST(ClientSecrets, ADeviceCodeBrokenUpByControlCharactersDoesNotSlipThrough) {
  const std::string code = "SECRETdc\\u0007with\\nbell";
  const Ended run = run_against(answer(200, scripted_codes({{"device_code", "\"" + code + "\""}})),
                                refusal("no such code: " + code));
  ASSERT_FALSE(run.outcome.tokens.ok());
  expect_clean(texts_of(run.outcome.tokens.error()));
}

// D-3.3-2: the answer that brings a secret may also repeat it.
TEST(ClientSecrets, TheTraceOfTheAnswerThatBringsADeviceCodeHidesItsCopies) {
  const std::string copy = "\"https://as.example/device?d=" + percent_encode(kDeviceCode) + "\"";
  const Ended run = run_against(answer(200, scripted_codes({{"verification_uri_complete", copy}})),
                                refusal("no"));
  ASSERT_EQ(run.log.traces.size(), 2u);
  for (const std::string& trace : run.log.traces) expect_clean(trace);
}

TEST(ClientSecrets, TheTraceOfTheAnswerThatBringsTokensHidesTheirCopies) {
  const Ended run =
      run_against(answer(200, scripted_codes()),
                  answer(200, R"({"access_token":"SECRETtoken-01234","token_type":"Bearer",)"
                              R"("scope":"profile SECRETtoken-01234"})"));
  EXPECT_TRUE(run.outcome.tokens.ok());
  ASSERT_EQ(run.log.traces.size(), 2u);
  for (const std::string& trace : run.log.traces) expect_clean(trace);
}

TEST(ClientSecrets, HeadersThatRepeatASecretAreHiddenInTheTrace) {
  const std::string code = percent_encode(kDeviceCode);
  const Ended run =
      run_against(answer(200, scripted_codes()),
                  answer(302, "",
                         {{"Location", "https://as.example/login?device_code=" + code},
                          {"WWW-Authenticate", "Bearer realm=\"" + code + "\""}}));
  ASSERT_FALSE(run.outcome.tokens.ok());
  EXPECT_EQ(run.outcome.tokens.error().code, ErrorCode::redirect_refused);
  expect_clean(texts_of(run.outcome.tokens.error()));
  ASSERT_EQ(run.log.traces.size(), 2u);
  for (const std::string& trace : run.log.traces) expect_clean(trace);
}

// D-6.1-1, D-3.3-3: shown as sent. Making it safe for a screen is the screen's business.
TEST(ClientSecrets, CodesAndAddressesAreHandedOverByteForByte) {
  const std::string uri = "https://as.example/%2Ddevice/" + std::string(300, 'A') + "?a=B#C";
  const Ended run =
      run_against(answer(200, scripted_codes({{"user_code", "\"wDjB-\\u00e9~\""},
                                              {"verification_uri", "\"" + uri + "\""}})),
                  refusal("no"));
  EXPECT_EQ(run.log.user_code, "wDjB-\xC3\xA9~");
  EXPECT_EQ(run.log.verification_uri, uri);
  for (const std::string& trace : run.log.traces) expect_clean(trace);
}

}  // namespace
}  // namespace deviceflow::test
