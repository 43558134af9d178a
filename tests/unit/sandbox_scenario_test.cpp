// Scenario files: what is refused, what an interval means, what scripted answers do.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "foundation/json.hpp"
#include "sandbox/authorization_server.hpp"
#include "sandbox/scenario_file.hpp"

namespace deviceflow::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Bad {
  const char* text;
  const char* says;
};

TEST(SandboxScenario, NamesTheFileAndTheKeyThatIsWrong) {
  const Bad cases[] = {
      {"{", "Scenario x.json: "},
      {"[]", "is not an object"},
      {R"({"intervall":5})", "\"intervall\" is not a key"},
      {R"({"description":5})", "\"description\" is not a string"},
      {R"({"user_code_format":""})", "\"user_code_format\" is empty"},
      {R"({"device_response":[]})", "\"device_response\" is not an object"},
      {R"({"poll_answers":{}})", "\"poll_answers\" is not an array"},
      {R"({"poll_answers":[7]})", "\"poll_answers[0]\" is not an object"},
      {R"({"poll_answers":[{"status":500}]})", "\"poll_answers[0].poll\" is missing"},
      {R"({"poll_answers":[{"poll":0,"status":500}]})", "\"poll_answers[0].poll\" is not a whole"},
      {R"({"poll_answers":[{"poll":1}]})", "\"poll_answers[0]\" changes nothing"},
      {R"({"poll_answers":[{"poll":1,"error":"x","body":""}]})",
       "\"poll_answers[0].error\" stands"},
      {R"({"poll_answers":[{"poll":1,"interval":5}]})", "\"poll_answers[0].interval\" stands"},
      {R"({"poll_answers":[{"poll":1,"status":99}]})", "\"poll_answers[0].status\" is not a whole"},
      {R"({"poll_answers":[{"poll":1,"delay":-1}]})", "\"poll_answers[0].delay\" is not a number"},
      {R"({"poll_answers":[{"poll":1,"hang_up":1}]})", "\"poll_answers[0].hang_up\" is not true"},
      {R"({"device_answers":[{"request":1,"status":500,"headers":{"A":"b\r\nC: d"}}]})",
       "\"device_answers[0].headers.A\" is not a header"},
      {R"({"decision":{"action":"maybe"}})",
       "\"decision.action\" is not one of \"approve\", \"deny\""},
      {R"({"decision":{"user":"Ada"}})", "\"decision.action\" is missing"},
      {R"({"decision":{"action":"deny","after":1,"after_polls":1}})", "\"decision.after\" stands"},
      {R"({"decision":{"action":"approve","user":"Mallory"}})",
       "\"decision.user\" is not one of the sandbox"},
      {R"({"id_token":[]})", "\"id_token\" is not an object"},
      {R"({"pkce":true})", "\"pkce\" is not one of \"optional\", \"required\""},
      {R"({"refresh_token":"yes"})",
       "\"refresh_token\" is not one of \"always\", \"offline_access\", \"never\""},
      {R"({"rotation":false})", "\"rotation\" is not one of \"on\", \"off\""},
      {R"({"access_token_life":0})", "\"access_token_life\" is not a whole number"},
      {R"({"refresh_token_life":1.5})", "\"refresh_token_life\" is not a whole number"},
      {R"({"refresh_answers":[{"status":500}]})", "\"refresh_answers[0].request\" is missing"},
      {R"({"revocation_answers":[{"request":1}]})", "\"revocation_answers[0]\" changes nothing"},
  };
  for (const Bad& bad : cases) {
    const auto scenario = parse_scenario(bad.text, "x.json");
    ASSERT_FALSE(scenario.ok()) << bad.text;
    EXPECT_EQ(scenario.error().message.rfind("Scenario x.json: ", 0), 0u);
    EXPECT_NE(scenario.error().message.find(bad.says), std::string::npos)
        << bad.text << " gave: " << scenario.error().message;
  }
}

struct Interval {
  const char* text;
  milliseconds in_force;
};

TEST(SandboxScenario, ReadsIntervalsAsAClientHasTo) {
  const Interval cases[] = {
      {R"({})", seconds(5)},
      {R"({"interval":null})", seconds(5)},
      {R"({"interval":0})", seconds(5)},
      {R"({"interval":-3})", seconds(5)},
      {R"({"interval":"soon"})", seconds(5)},
      {R"({"interval":1})", seconds(1)},
      {R"({"interval":1.2})", seconds(2)},
      {R"({"interval":"7"})", seconds(7)},
      {R"({"interval":120})", seconds(120)},
      {R"({"interval":5000,"expires_in":600})", seconds(5)},
      {R"({"interval":2000,"expires_in":600})", seconds(2)},
      {R"({"interval":2000,"expires_in":3600})", seconds(2000)},
      {R"({"interval":700,"expires_in":600})", seconds(5)},
      {R"({"interval":61000,"expires_in":600})", seconds(5)},
  };
  for (const Interval& one : cases) {
    const auto scenario = parse_scenario(one.text, "test");
    ASSERT_TRUE(scenario.ok()) << one.text;
    EXPECT_EQ(scenario->polling_interval(), one.in_force) << one.text;
  }
}

TEST(SandboxScenario, NeedsNoFileForTheDefault) {
  const auto scenario = load_scenario("default");
  ASSERT_TRUE(scenario.ok());
  EXPECT_EQ(scenario->lifetime(), seconds(600));
  EXPECT_EQ(scenario->decision.action, Decision::none);
}

TEST(SandboxScenario, SaysWhereItLookedForAFile) {
  const auto by_name = load_scenario("no_such_scenario");
  ASSERT_FALSE(by_name.ok());
  EXPECT_NE(by_name.error().message.find("no_such_scenario"), std::string::npos);
  EXPECT_NE(by_name.error().message.find("Looked for it in"), std::string::npos);
  EXPECT_FALSE(load_scenario("./no_such_file.json").ok());
  EXPECT_FALSE(load_scenario("/").ok());
}

TEST(SandboxScenario, EveryFileThatComesWithItIsReadable) {
  std::set<std::string> names;
  for (const std::string& folder : scenario_folders()) {
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(folder, none)) {
      if (file.path().extension() != ".json") continue;
      names.insert(file.path().stem().string());
      const auto scenario = load_scenario(file.path().string());
      EXPECT_TRUE(scenario.ok()) << scenario.error().message;
    }
  }
  for (const char* name : {"default", "approve", "deny", "expire", "slow_down", "flaky", "pkce"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(SandboxScenario, TheFileCalledDefaultIsTheOneCompiledIn) {
  for (const std::string& folder : scenario_folders()) {
    std::ifstream file(folder + "/default.json", std::ios::binary);
    if (!file) continue;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(to_json(*parse_json(text)), to_json(*parse_json(built_in_default_scenario())));
  }
}

// Plays a scenario from its first request, with the waits given.
class Play {
 public:
  explicit Play(std::string_view text)
      : server_(settings(), std::move(*parse_scenario(text, "test"))) {}

  Response start() {
    Response response = post("/device_authorization", "client_id=demo-tv");
    const auto body = parse_json(response.body);
    const JsonValue* code = body ? body->find("device_code") : nullptr;
    if (code != nullptr) device_code_ = code->as_string().value_or("");
    return response;
  }
  Response poll_after(milliseconds wait) {
    now_ += wait;
    return post("/token",
                "client_id=demo-tv&grant_type=urn:ietf:params:oauth:grant-type:device_code"
                "&device_code=" +
                    device_code_);
  }
  std::size_t violations() const { return server_.violations().size(); }

 private:
  static Settings settings() {
    Settings out;
    out.issuer = "http://127.0.0.1:8080";
    out.page_origin = out.issuer;
    out.random_bytes = [](std::size_t count) { return std::string(count, '\x2A'); };
    return out;
  }
  Response post(std::string path, std::string body) {
    return server_.handle(
        {"POST",
         std::move(path),
         {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
         std::move(body),
         false},
        now_);
  }

  AuthorizationServer server_;
  SteadyTime now_{};
  std::string device_code_;
};

TEST(SandboxScript, SlowDownEnlargesTheIntervalWithAndWithoutANewOne) {
  Play play(R"({"interval":1,"poll_answers":[{"poll":1,"error":"slow_down"},
      {"poll":2,"error":"slow_down","interval":30},{"poll":3,"error":"slow_down","interval":2}]})");
  play.start();
  EXPECT_EQ(play.poll_after(seconds(1)).body, R"({"error":"slow_down"})");
  EXPECT_EQ(play.poll_after(seconds(6)).body, R"({"error":"slow_down","interval":30})");
  play.poll_after(seconds(30));
  play.poll_after(seconds(35));
  EXPECT_EQ(play.violations(), 0u);
  play.poll_after(milliseconds(34999));
  EXPECT_EQ(play.violations(), 1u);
}

TEST(SandboxScript, AnotherOAuthErrorEndsTheCode) {
  Play play(R"({"interval":1,"poll_answers":[{"poll":1,"error":"x_unknown"}]})");
  play.start();
  play.poll_after(seconds(1));
  EXPECT_EQ(play.violations(), 0u);
  play.poll_after(seconds(5));
  EXPECT_EQ(play.violations(), 1u);
}

TEST(SandboxScript, AServerErrorWith5xxIsPassing) {
  Play play(R"({"interval":1,"poll_answers":[{"poll":1,"status":503,"error":"server_error"}]})");
  play.start();
  EXPECT_EQ(play.poll_after(seconds(1)).status, 503);
  EXPECT_EQ(play.poll_after(seconds(2)).status, 400);
  EXPECT_EQ(play.violations(), 0u);
}

TEST(SandboxScript, AHangUpKeepsTheTokensForTheNextPoll) {
  Play play(R"({"interval":1,"poll_answers":[{"poll":1,"hang_up":true}],
      "decision":{"action":"approve","after_polls":0}})");
  play.start();
  EXPECT_TRUE(play.poll_after(seconds(1)).hang_up);
  EXPECT_EQ(play.poll_after(seconds(2)).status, 200);
  EXPECT_EQ(play.violations(), 0u);
}

TEST(SandboxScript, DeviceAnswersCanCarryRealCodes) {
  Play play(R"({"device_answers":[{"request":1,"headers":{"Content-Type":"application/json"},
      "body":"{\"device_code\":\"{device_code}\",\"interval\":1,\"interval\":2}"},
      {"request":2,"times":2,"status":401,"error":"invalid_client"}]})");
  const Response first = play.start();
  EXPECT_EQ(first.body.find("{device_code}"), std::string::npos);
  EXPECT_NE(first.body.find(R"("interval":1,"interval":2)"), std::string::npos);
  EXPECT_EQ(play.start().status, 401);
  EXPECT_EQ(play.start().status, 401);
  EXPECT_EQ(play.start().status, 200);
}

TEST(SandboxScript, ResponsesLoseAndChangeMembersAsAsked) {
  Play play(R"({"interval":"2","expires_in":"60","user_code_format":"a-9X",
      "device_response":{"verification_uri_complete":null,"verification_uri":"https://a.example"},
      "token_response":{"token_type":"mac","scope":null,"more":1},
      "decision":{"action":"approve"}})");
  const std::string codes = play.start().body;
  EXPECT_EQ(codes.find("verification_uri_complete"), std::string::npos);
  EXPECT_NE(codes.find(R"("verification_uri":"https://a.example")"), std::string::npos);
  EXPECT_NE(codes.find(R"("interval":"2")"), std::string::npos);
  EXPECT_NE(codes.find(R"("user_code":"a-)"), std::string::npos);
  const std::string tokens = play.poll_after(seconds(2)).body;
  EXPECT_NE(tokens.find(R"("token_type":"mac")"), std::string::npos);
  EXPECT_NE(tokens.find(R"("more":1)"), std::string::npos);
  EXPECT_EQ(tokens.find("scope"), std::string::npos);
}

TEST(SandboxDecision, ComesAfterPollsOrSeconds) {
  Play by_polls(R"({"interval":1,"decision":{"action":"deny","after_polls":1}})");
  by_polls.start();
  EXPECT_NE(by_polls.poll_after(seconds(1)).body.find("pending"), std::string::npos);
  EXPECT_NE(by_polls.poll_after(seconds(1)).body.find("access_denied"), std::string::npos);
  Play by_time(R"({"interval":1,"decision":{"action":"approve","after":2.5}})");
  by_time.start();
  EXPECT_NE(by_time.poll_after(seconds(2)).body.find("pending"), std::string::npos);
  EXPECT_EQ(by_time.poll_after(seconds(1)).status, 200);
}

}  // namespace
}  // namespace deviceflow::sandbox
