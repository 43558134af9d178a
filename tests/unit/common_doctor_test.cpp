// A whole examination against fake ports, and how its report reads.
#include <gtest/gtest.h>

#include "common/doctor.hpp"
#include "common/json_output.hpp"
#include "fake_world.hpp"
#include "terminal/doctor_text.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::seconds;
using test::answer;
using test::kDevice;
using test::kRevoke;
using test::kToken;
using test::kWellKnown;

constexpr const char* kKeys = "https://id.example.com/jwks";

class DoctorRun : public testing::Test {
 protected:
  DoctorRun() {
    std::string metadata = test::metadata_json();
    metadata.back() = ',';
    metadata += R"("jwks_uri":"https://id.example.com/jwks",)"
                R"("code_challenge_methods_supported":["S256"]})";
    world_.answers[kWellKnown].push_back(
        answer(200, metadata, "application/json", {{"Date", "Fri, 15 Jan 2027 09:00:00 GMT"}}));
    world_.answers[kKeys].push_back(answer(200, R"({"keys":[]})"));
    world_.answers[kDevice].push_back(answer(200, test::codes_json("7")));
    world_.answers[kToken].push_back(response_of(test::pending()));
    world_.answers[kRevoke].push_back(answer(200, ""));
    world_.clock.set_wall(WallTime(seconds(1800000000)));
    session_.settings.issuer = options_.flags.issuer = test::kIssuer;
    session_.settings.client_id = "tv";
    session_.settings.store = kNoStore;
  }

  Result<Verdict> run() {
    DoctorEvents events;
    events.on_finding = [this](const Finding& finding) { findings_.push_back(finding); };
    events.on_step = [this](const DoctorStep& step) {
      steps_.emplace_back(step.text);
      if (on_step_) on_step_();
    };
    DoctorPorts ports;
    ports.session = world_.ports();
    ports.look = [this](const std::string& host, int, const CertificateOptions&,
                        const Cancel&) -> Result<CertificateReport> {
      looked_.push_back(host);
      return report_;
    };
    doctor_ =
        std::make_unique<Doctor>(options_, session_, std::move(events), cancel_, std::move(ports));
    return doctor_->run();
  }
  const Finding* find(std::string_view check) const {
    for (const Finding& finding : findings_) {
      if (finding.check == check) return &finding;
    }
    return nullptr;
  }
  Grade grade(std::string_view check) const {
    const Finding* finding = find(check);
    if (finding == nullptr) ADD_FAILURE() << "there is no finding " << check;
    return finding == nullptr ? Grade::bad : finding->grade;
  }

  test::FakeWorld world_;
  ProviderOptions options_;
  Session session_;
  CertificateReport report_{true, "TLSv1.3", {Certificate()}, {}};
  Findings findings_;
  std::vector<std::string> steps_;
  std::vector<std::string> looked_;
  std::function<void()> on_step_;
  Cancel cancel_;
  std::unique_ptr<Doctor> doctor_;
};

TEST_F(DoctorRun, PollsOnceAfterTheIntervalAndNeverAgain) {
  SteadyTime asked{};
  SteadyTime polled{};
  world_.on_send = [&](const HttpRequest& request) {
    if (request.url == kDevice && world_.count(kDevice) <= 1) asked = world_.clock.steady_now();
    if (request.url == kToken) polled = world_.clock.steady_now();
  };
  const auto verdict = run();
  ASSERT_TRUE(verdict.ok());
  EXPECT_TRUE(verdict->usable);
  EXPECT_EQ(world_.count(kDevice), 3) << "two more, to see the alphabet of the codes";
  EXPECT_EQ(world_.count(kToken), 1);
  EXPECT_GE(polled - asked, seconds(7));
  EXPECT_LT(polled - asked, seconds(8));
  EXPECT_EQ(grade("poll"), Grade::good);
  EXPECT_EQ(grade("clock"), Grade::good);
  EXPECT_EQ(find("clock")->detail.substr(0, 39), "This computer's clock is 1 hour behind ");
}

TEST_F(DoctorRun, LooksAtEachHostOnce) {
  session_.settings.endpoints.introspection = "https://other.example.com/introspect";
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(looked_, (std::vector<std::string>{"id.example.com", "other.example.com"}));
}

TEST_F(DoctorRun, WithACertificateItLooksAtTheEndpointsThatAreNamedForIt) {
  std::string metadata = test::metadata_json();
  metadata.back() = ',';
  metadata += R"("mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token"}})";
  world_.answers[kWellKnown].clear();
  world_.answers[kWellKnown].push_back(answer(200, metadata));
  session_.settings.client_cert_file = session_.settings.client_key_file = "tv.pem";
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(looked_, (std::vector<std::string>{"id.example.com", "mtls.example.com"}));
  EXPECT_EQ(world_.count("https://mtls.example.com/token"), 1);
}

TEST_F(DoctorRun, SendsNothingWhereTheSettingsAreWrong) {
  session_.settings.client_id.clear();
  const auto verdict = run();
  EXPECT_TRUE(verdict->settings_wrong);
  EXPECT_FALSE(verdict->usable);
  EXPECT_TRUE(world_.requests.empty());
  EXPECT_TRUE(looked_.empty());
}

TEST_F(DoctorRun, SendsNothingToAHostThatIsNotTrusted) {
  report_.trusted = false;
  report_.problems.push_back({CertificateProblem::Kind::expired, "", ""});
  EXPECT_FALSE(run()->usable);
  EXPECT_EQ(grade("certificate"), Grade::bad);
  EXPECT_TRUE(world_.requests.empty());
}

TEST_F(DoctorRun, WithoutMetadataItEndsThere) {
  world_.answers[kWellKnown].clear();
  EXPECT_FALSE(run()->usable);
  EXPECT_EQ(grade("discovery"), Grade::bad);
  EXPECT_EQ(find("device_authorization"), nullptr);
}

TEST_F(DoctorRun, ReadsTheKeysAndWhatTheMetadataSayOfPkce) {
  session_.settings.scope = "openid";
  session_.settings.pkce = true;
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(world_.count(kKeys), 1);
  EXPECT_EQ(grade("keys"), Grade::odd);
  EXPECT_EQ(grade("pkce"), Grade::good);
}

TEST_F(DoctorRun, ARefusalIsBadAndSlowDownOdd) {
  world_.answers[kToken].clear();
  world_.answers[kToken].push_back(response_of(test::slow_down()));
  EXPECT_TRUE(run()->usable);
  EXPECT_EQ(grade("poll"), Grade::odd);
  EXPECT_EQ(world_.count(kToken), 1);
  findings_.clear();
  world_.answers[kDevice].clear();
  world_.answers[kDevice].push_back(answer(401, R"({"error":"invalid_client"})"));
  EXPECT_FALSE(run()->usable);
  EXPECT_EQ(grade("device_authorization"), Grade::bad);
  EXPECT_EQ(find("poll"), nullptr);
}

TEST_F(DoctorRun, NoVerdictAndAnEndAreBothBad) {
  for (const int status : {503, 400}) {
    findings_.clear();
    world_.answers[kToken].clear();
    world_.answers[kToken].push_back(answer(status, R"({"error":"server_error"})"));
    EXPECT_FALSE(run()->usable);
    EXPECT_EQ(grade("poll"), Grade::bad) << status;
  }
  EXPECT_EQ(world_.count(kToken), 2);
}

TEST_F(DoctorRun, TokensThatNobodyApprovedAreGivenBack) {
  world_.answers[kToken].clear();
  world_.answers[kToken].push_back(response_of(test::tokens()));
  EXPECT_FALSE(run()->usable);
  EXPECT_EQ(grade("poll"), Grade::bad);
  EXPECT_GE(world_.count(kRevoke), 1);
}

TEST_F(DoctorRun, ALibertyOfTheOnePollIsAFindingToo) {
  world_.answers[kToken].clear();
  world_.answers[kToken].push_back(answer(401, R"({"error":"authorization_pending"})"));
  EXPECT_TRUE(run()->usable);
  ASSERT_NE(find("quirk"), nullptr);
  EXPECT_EQ(find("quirk")->detail.substr(0, 17), "unexpected_status");
}

TEST_F(DoctorRun, ACancelEndsItWithoutAVerdict) {
  on_step_ = [this] {
    if (steps_.back() == "Asking for codes") cancel_.set();
  };
  const auto verdict = run();
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world_.count(kToken), 0);
  EXPECT_EQ(find("device_authorization"), nullptr);
}

TEST(DoctorText, SaysWhatToDoBelowWhatWasFound) {
  const Finding finding = odd("user_code", "It is \x1b[31mshort.", "Ask somebody.", "RFC 1");
  Tty file;
  file.utf8 = true;
  EXPECT_EQ(finding_text(finding, file),
            "[fix] user code: It is \xEF\xBF\xBD[31mshort.\nWhat to do: Ask somebody. (RFC 1)\n");
  Tty screen = file;
  screen.terminal = screen.symbols = screen.styles = true;
  EXPECT_EQ(finding_text(good("tls", "Fine."), screen), "  \x1b[1;32m✓\x1b[0m tls: Fine.\n");
  EXPECT_EQ(verdict_text({true, false, "Usable."}, file), "Usable.\n");
}

TEST(DoctorJson, AFindingAndTheVerdictAreEvents) {
  std::string out;
  const Sink sink = [&](std::string_view text) { out += text; };
  JsonOutput json(sink, sink, false);
  json.finding(odd("poll", "D.", "A.", "RFC 1").as("poll.slow_down"));
  json.finding(
      bad("tls", "D.", "A.").as(make_error(Blame::network, ErrorCode::tls, Stage::usage, "D.")));
  json.finding(good("tls", "D.").as("tls.good"));
  json.verdict({false, false, "No."});
  EXPECT_EQ(
      out,
      R"({"event":"finding","check":"poll","code":"poll.slow_down","ok":false,"detail":"D.",)"
      R"("rfc":"RFC 1","blocks":false,"advice":"A."})"
      "\n"
      R"({"event":"finding","check":"tls","code":"tls","ok":false,"detail":"D.",)"
      R"("rfc":null,"blocks":true,"advice":"A."})"
      "\n"
      R"({"event":"finding","check":"tls","code":"tls.good","ok":true,"detail":"D.","rfc":null,)"
      R"("blocks":false,"advice":null})"
      "\n"
      R"({"event":"verdict","usable":false,"detail":"No."})"
      "\n");
}

}  // namespace
}  // namespace deviceflow::demo
