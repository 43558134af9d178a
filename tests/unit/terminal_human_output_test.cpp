#include <gtest/gtest.h>

#include "terminal/human_output.hpp"
#include "terminal/outcome_text.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kHostile =
    "A\x1b[31mB\x1b]8;;http://evil\x1b\\C\xE2\x80\xAE"
    "D\x07\xC2\x9B";

SteadyTime at(std::int64_t ms) {
  return SteadyTime(milliseconds(ms));
}

Tty window(int columns, int rows) {
  Tty screen;
  screen.terminal = true;
  screen.utf8 = true;
  screen.styles = true;
  screen.columns = columns;
  screen.rows = rows;
  return screen;
}

Tty file() {
  Tty screen;
  screen.utf8 = true;
  return screen;
}

DeviceAuthorization codes_for(std::string uri, bool complete = true) {
  DeviceAuthorization codes;
  codes.device_code = Secret("device-code-1");
  codes.user_code = "WDJB-MJHT";
  codes.verification_uri = uri;
  if (complete) codes.verification_uri_complete = uri + "?user_code=WDJB-MJHT";
  codes.expires_in = seconds(1800);
  return codes;
}

const std::string kPublic = "https://example.com/device";

LoginFacts facts() {
  LoginFacts facts;
  facts.client_id = "tv";
  facts.host = "example.com";
  facts.scope = "openid profile";
  return facts;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool has_picture(const std::string& text) {
  return has(text, "\x1b[48;5;231m");
}

bool has_line(const std::string& text, const std::string& line) {
  return has("\n" + text, "\n" + line + "\n");
}

std::string without_styles(Tty screen, const DeviceAuthorization& codes,
                           QrChoice choice = QrChoice::none) {
  screen.styles = false;
  return prompt_text(facts(), codes, screen, choice);
}

TEST(TerminalPromptText, TheAddressStandsAloneOnItsLine) {  // D-3.3-1, D-3.3-3
  EXPECT_TRUE(
      has_line(prompt_text(facts(), codes_for(kPublic), file(), QrChoice::automatic), kPublic));
  EXPECT_TRUE(has_line(without_styles(window(80, 50), codes_for(kPublic)), "     " + kPublic));
  const std::string wide = "https://example.com/" + std::string(100, 'd');
  EXPECT_TRUE(has_line(without_styles(window(80, 50), codes_for(wide)), wide));
}

TEST(TerminalPromptText, AFileGetsNoEscapesAndNoPicture) {  // U-Q-6
  for (const QrChoice choice : {QrChoice::automatic, QrChoice::utf8, QrChoice::ascii}) {
    const std::string text = prompt_text(facts(), codes_for(kPublic), file(), choice);
    EXPECT_FALSE(has(text, "\x1b"));
    EXPECT_FALSE(has(text, "▀"));
    EXPECT_TRUE(has(text, "WDJB-MJHT"));
  }
}

TEST(TerminalPromptText, TheExactCodeStandsBesideTheLargeOne) {  // D-3.3-1, D-6.1-1
  EXPECT_TRUE(has_line(without_styles(window(80, 50), codes_for(kPublic)), "     WDJB-MJHT"));
}

TEST(TerminalPromptText, WithoutRoomOrUtf8TheCodeIsSpacedAndPlain) {
  const std::string line = "     W D J B - M J H T     WDJB-MJHT";
  EXPECT_TRUE(has_line(without_styles(window(80, 11), codes_for(kPublic)), line));
  Tty ascii = window(80, 50);
  ascii.utf8 = false;
  const std::string text = without_styles(ascii, codes_for(kPublic));
  EXPECT_TRUE(has_line(text, line));
  for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(TerminalPromptText, ThePictureIsThereWhereEverythingFits) {
  EXPECT_TRUE(
      has_picture(prompt_text(facts(), codes_for(kPublic), window(80, 50), QrChoice::automatic)));
  EXPECT_FALSE(
      has_picture(prompt_text(facts(), codes_for(kPublic), window(80, 50), QrChoice::none)));
}

TEST(TerminalPromptText, TheAddressAndTheCodeStayOnTheScreen) {  // D-3.3.1-2, D-3.3.1-3
  for (int rows = 12; rows < 60; ++rows) {
    for (const int columns : {50, 60, 80, 120}) {
      Tty screen = window(columns, rows);
      const std::string text =
          prompt_text(facts(), codes_for(kPublic), screen, QrChoice::automatic);
      const std::size_t address = text.find(kPublic + "\n");
      ASSERT_NE(address, std::string::npos);
      const auto below =
          std::count(text.begin() + static_cast<std::ptrdiff_t>(address), text.end(), '\n');
      EXPECT_LT(below, rows) << columns << "x" << rows;
    }
  }
}

TEST(TerminalPromptText, InASmallWindowThePictureComesFirst) {
  const std::string text =
      prompt_text(facts(), codes_for(kPublic), window(80, 24), QrChoice::automatic);
  ASSERT_TRUE(has_picture(text));
  EXPECT_LT(text.rfind("\x1b[48;5;231m"), text.find(kPublic));
}

TEST(TerminalPromptText, WithoutRoomForThePictureItSaysHowToGetIt) {  // U-Q-6
  const std::string text =
      prompt_text(facts(), codes_for(kPublic), window(80, 20), QrChoice::automatic);
  EXPECT_FALSE(has_picture(text));
  EXPECT_TRUE(has(text, "--qr utf8"));
}

TEST(TerminalPromptText, APictureThatWasAskedForIsDrawnAboveTheText) {
  const std::string text = prompt_text(facts(), codes_for(kPublic), window(80, 20), QrChoice::utf8);
  ASSERT_TRUE(has_picture(text));
  EXPECT_LT(text.rfind("\x1b[48;5;231m"), text.find(kPublic));
  EXPECT_FALSE(
      has_picture(prompt_text(facts(), codes_for(kPublic), window(30, 80), QrChoice::utf8)));
}

TEST(TerminalPromptText, APictureWithoutTheCodeSaysSo) {
  const std::string text =
      prompt_text(facts(), codes_for(kPublic, false), window(100, 60), QrChoice::automatic);
  EXPECT_TRUE(has_picture(text));
  EXPECT_TRUE(has(text, "The code still has to be typed there"));
}

// D-5.4-1, C-UX-1, C-UX-2
TEST(TerminalPromptText, ItSaysToGoOnOnlyIfTheSameCodeIsShownAndForWhom) {
  for (const Tty& screen : {window(100, 60), window(60, 20), file()}) {
    const std::string text = without_styles(screen, codes_for(kPublic));
    EXPECT_TRUE(has(text, "Continue only if your phone shows this same code"));
    EXPECT_TRUE(has(text, "tv at example.com"));
  }
}

TEST(TerminalPromptText, NoColorKeepsThePicturesColoursOnly) {
  Tty screen = window(100, 60);
  screen.styles = false;
  const std::string text = prompt_text(facts(), codes_for(kPublic), screen, QrChoice::automatic);
  EXPECT_TRUE(has_picture(text));
  EXPECT_FALSE(has(text, "\x1b[1m"));
}

TEST(TerminalPromptText, ItWarnsWhereAPhoneCanNotGo) {
  const auto text = [](const char* uri) {
    return prompt_text(facts(), codes_for(uri), file(), QrChoice::none);
  };
  EXPECT_TRUE(has(text("http://localhost:8080/d"), "A phone can't open it."));
  EXPECT_TRUE(has(text("https://192.168.1.7/d"), "only on the same network"));
  EXPECT_FALSE(has(text("https://example.com/d"), "Note:"));
}

TEST(TerminalPromptText, ASandboxIsCalledOne) {
  LoginFacts sandbox = facts();
  sandbox.sandbox = true;
  const auto codes = codes_for("http://127.0.0.1:8080/device");
  const std::string text = prompt_text(sandbox, codes, file(), QrChoice::none);
  EXPECT_TRUE(has(text, "This is a sandbox"));
  EXPECT_TRUE(has(text, "--lan"));
  sandbox.lan = true;
  EXPECT_FALSE(has(prompt_text(sandbox, codes, file(), QrChoice::none), "--lan"));
}

TEST(TerminalPromptText, HostileCodesAreCleaned) {  // T-10.14-1
  DeviceAuthorization codes = codes_for(kPublic, false);
  codes.user_code = kHostile;
  for (Tty screen : {file(), window(80, 50), window(80, 10)}) {
    screen.styles = false;
    const std::string text = prompt_text(facts(), codes, screen, QrChoice::none);
    for (const std::string_view bad : {"\x1b", "\x07", "\xE2\x80\xAE", "\xC2\x9B"}) {
      EXPECT_FALSE(has(text, bad));
    }
  }
}

TEST(TerminalOutcomeText, HostileAnswersAreCleaned) {  // T-10.14-1
  Failure failure;
  failure.error.message = std::string(kHostile);
  failure.error.description = std::string(kHostile);
  TokenSet tokens;
  tokens.access_token = Secret(kHostile);
  tokens.scope = std::string(kHostile);
  Introspection answer;
  answer.members = JsonValue::object();
  answer.members.set(kHostile, kHostile);
  answer.members.set("list", JsonValue::array().push(JsonValue::string(kHostile)).copy());
  KnownEndpoints known;
  known.endpoints[0] = {std::string(kHostile), "metadata"};
  for (const bool utf8 : {true, false}) {
    Tty screen = file();
    screen.utf8 = utf8;
    const std::string text = failure_text(failure, screen) +
                             tokens_text({tokens}, "", true, screen) +
                             introspection_text(answer, screen) + endpoints_text(known, screen);
    for (const std::string_view bad : {"\x1b", "\x07", "\xE2\x80\xAE", "\xC2\x9B", "\x9B"}) {
      EXPECT_FALSE(has(text, bad)) << text;
    }
  }
}

TEST(TerminalOutcomeText, SuccessNamesScopesAndLifeAndNoToken) {
  TokenSet tokens;
  tokens.access_token = Secret("access-1");
  tokens.refresh_token = Secret("refresh-1");
  tokens.expires_in = seconds(3600);
  tokens.scope = "openid";
  EXPECT_EQ(tokens_text({tokens}, "openid profile", false, file()),
            "Signed in.\nAllowed: openid.\nNot allowed: profile.\n"
            "This lasts 1 hour and can be renewed.\n"
            "Nothing is stored. --show-tokens prints what came.\n");
}

TEST(TerminalOutcomeText, SuccessShowsTokensWhereAskedTo) {
  TokenSet tokens;
  tokens.access_token = Secret("access-1");
  EXPECT_EQ(tokens_text({tokens}, "", true, file()),
            "Signed in.\nThe provider doesn't say how long this lasts.\n"
            "Access token:\naccess-1\n");
}

TEST(TerminalOutcomeText, EveryFailureSaysWhatToDo) {
  Failure failure;
  failure.error.code = ErrorCode::access_denied;
  EXPECT_EQ(failure_text(failure, file()),
            "The request was denied.\nIf that was a mistake, run the command again.\n");
  failure.error.code = ErrorCode::expired_token;
  failure.last_failure = "timeout";
  EXPECT_EQ(failure_text(failure, file()),
            "The code expired.\n"
            "At the last check: the server does not answer (timeout). Check the network.\n"
            "Run the command again for a new code.\n");
  failure.last_failure.clear();
  EXPECT_EQ(failure_text(failure, file()),
            "The code expired.\n"
            "Run the command again for a new code.\n"
            "If your phone said that codes are not allowed, ask the administrator of your "
            "account.\n");
  failure = {};
  failure.error.code = ErrorCode::network;
  failure.error.message = "No connection.";
  EXPECT_EQ(failure_text(failure, file()),
            "No connection.\nCheck the network, then run the command again.\n");
  failure.stop = Stop::interrupted;
  EXPECT_EQ(failure_text(failure, file()), "Cancelled.\n");
}

class TerminalHumanOutput : public testing::Test {
 protected:
  HumanOutput make() {
    HumanOutput::Options options;
    options.out = [this](std::string_view text) { out_ += text; };
    options.err = [this](std::string_view text) { err_ += text; };
    options.look = [this] { return screen_; };
    options.qr = QrChoice::none;
    return HumanOutput(std::move(options));
  }
  std::string taken() { return std::exchange(out_, ""); }

  Tty screen_ = window(80, 24);
  std::string out_;
  std::string err_;
};

TEST_F(TerminalHumanOutput, TheCountdownIsRedrawnAtMostOnceASecond) {
  HumanOutput output = make();
  output.prompt(codes_for(kPublic), at(0));
  taken();
  for (int ms = 0; ms < 3000; ms += 100) output.tick(at(ms), at(5000));
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\r'), 3);
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 0);
  EXPECT_FALSE(has(out_, "\x1b"));
}

TEST_F(TerminalHumanOutput, AShorterCountdownLeavesNothingBehind) {
  HumanOutput output = make();
  output.prompt(codes_for(kPublic), at(0));
  output.tick(at(0), at(5000));
  taken();
  output.tick(at(5000), at(5000));
  const std::string now = taken();
  EXPECT_TRUE(now.ends_with("checking now     ")) << now;
  output.failure({});
  EXPECT_EQ(out_.front(), '\r');
  EXPECT_EQ(out_.back(), '\r');
}

TEST_F(TerminalHumanOutput, AFileGetsOneLineForEachChange) {
  screen_ = file();
  HumanOutput output = make();
  output.connecting(facts());
  EXPECT_EQ(taken(), "");
  output.prompt(codes_for(kPublic), at(0));
  taken();
  const auto poll = [&](PollReport::Result result, const char* reason) {
    output.poll({1, result, reason, {}}, std::nullopt);
    output.tick(at(1000), at(5000));
    return taken();
  };
  using Result = PollReport::Result;
  EXPECT_EQ(poll(Result::authorization_pending, ""), "");
  EXPECT_EQ(poll(Result::retry, "refused"),
            "The server can't be reached (refused). Still trying.\n");
  EXPECT_EQ(poll(Result::retry, "refused"), "");
  EXPECT_EQ(poll(Result::authorization_pending, ""), "The server answers again.\n");
  EXPECT_EQ(poll(Result::slow_down, ""),
            "The server asks for fewer checks. Waiting longer between them.\n");
}

TEST_F(TerminalHumanOutput, FailuresGoToStandardError) {
  HumanOutput output = make();
  Failure failure;
  failure.error.code = ErrorCode::access_denied;
  output.failure(failure);
  EXPECT_EQ(out_, "");
  EXPECT_TRUE(has(err_, "denied"));
}

TEST(TerminalScreen, TheLocaleIsReadInItsOwnOrder) {
  EXPECT_TRUE(utf8_locale(nullptr, nullptr, "en_US.UTF-8"));
  EXPECT_TRUE(utf8_locale("", "C.utf8", "C"));
  EXPECT_FALSE(utf8_locale("C", nullptr, "en_US.UTF-8"));
  EXPECT_FALSE(utf8_locale(nullptr, nullptr, nullptr));
}

}  // namespace
}  // namespace deviceflow::demo
