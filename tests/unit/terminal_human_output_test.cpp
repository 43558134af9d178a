#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "common/browser.hpp"
#include "foundation/json.hpp"
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
  screen.symbols = true;
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
  for (const QrChoice choice : {QrChoice::automatic, QrChoice::none}) {
    const std::string text = prompt_text(facts(), codes_for(kPublic), file(), choice);
    EXPECT_FALSE(has(text, "\x1b"));
    EXPECT_FALSE(has(text, "▀"));
    EXPECT_TRUE(has(text, "WDJB-MJHT"));
  }
}

TEST(TerminalPromptText, APictureThatWasAskedForIsDrawnIntoAFile) {  // U-Q-6
  for (const QrChoice choice : {QrChoice::utf8, QrChoice::ascii}) {
    const std::string text = prompt_text(facts(), codes_for(kPublic), file(), choice);
    EXPECT_TRUE(has_picture(text));
    EXPECT_EQ(has(text, "▀"), choice == QrChoice::utf8);
    EXPECT_TRUE(text.starts_with("Sign in"));
    EXPECT_TRUE(has(text, "\nand enter this code: WDJB-MJHT\n"));
  }
}

TEST(TerminalPromptText, TheDefaultSizeHoldsPictureLinkAndCode) {  // D-3.3.1-2, D-3.3.1-3
  for (const bool styles : {true, false}) {
    Tty screen = window(80, 24);
    screen.styles = styles;
    const std::string text = prompt_text(facts(), codes_for(kPublic), screen, QrChoice::automatic);
    EXPECT_TRUE(has_picture(text));
    EXPECT_TRUE(has_line(text, "     " + kPublic + "?user_code=WDJB-MJHT"));
    EXPECT_TRUE(has_line(text, "     " + kPublic));
    EXPECT_TRUE(has(text, "     WDJB-MJHT\n"));
    EXPECT_TRUE(has(text, "█"));                                // in large letters, too
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 23);  // and the countdown
  }
}

TEST(TerminalPromptText, TheDefaultSizeHoldsALongerLinkWithLessCorrection) {
  const std::string uri = "https://login.example.com:9443/realms/living-room/device";
  for (const std::size_t size : {uri.size() + 20, std::size_t{78}}) {
    DeviceAuthorization codes = codes_for(uri, false);
    codes.verification_uri_complete = uri + "?u=" + std::string(size - uri.size() - 3, 'x');
    const std::string text = prompt_text(facts(), codes, window(80, 24), QrChoice::automatic);
    EXPECT_TRUE(has_picture(text)) << size;
    EXPECT_TRUE(has(text, *codes.verification_uri_complete + "\n"));
    EXPECT_TRUE(has(text, uri + "\n"));
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 23);
  }
}

TEST(TerminalPromptText, ALongNameIsCutBesideThePicture) {
  LoginFacts longer = facts();
  longer.client_id = std::string(60, 'c') + ".apps";
  Tty screen = window(80, 24);
  screen.styles = false;
  const std::string text = prompt_text(longer, codes_for(kPublic), screen, QrChoice::automatic);
  EXPECT_TRUE(has_picture(text));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 23);
  EXPECT_FALSE(has(text, std::string(60, 'c')));
}

TEST(TerminalPromptText, AConsoleWithoutHalfBlocksGetsBlanksOnTwoColours) {  // U-Q-6
  Tty console = window(128, 48);
  console.symbols = false;
  const std::string text = prompt_text(facts(), codes_for(kPublic), console, QrChoice::automatic);
  EXPECT_TRUE(has_picture(text));
  EXPECT_TRUE(has(text, "     WDJB-MJHT\n"));
  EXPECT_TRUE(has(text, kPublic + "?user_code=WDJB-MJHT\n"));
  EXPECT_TRUE(has(text, "\x1b[7m"));  // large letters
  for (const std::string_view half : {"▀", "▄", "█"}) EXPECT_FALSE(has(text, half));
  console.columns = 80;
  console.rows = 25;
  const std::string small = prompt_text(facts(), codes_for(kPublic), console, QrChoice::automatic);
  EXPECT_FALSE(has_picture(small));
  EXPECT_TRUE(has(small, "74 columns"));
  EXPECT_TRUE(has(small, "--qr ascii"));
}

TEST(TerminalPromptText, LinksAreHyperlinksOnlyIfTheTerminalMakesThem) {
  const std::string link = kPublic + "?user_code=WDJB-MJHT";
  const std::string made = "\x1b]8;;" + link + "\x1b\\" + link + "\x1b]8;;\x1b\\\n";
  for (const int rows : {16, 24, 60}) {
    Tty screen = window(80, rows);
    EXPECT_FALSE(has(prompt_text(facts(), codes_for(kPublic), screen, QrChoice::none), "\x1b]"));
    screen.links = true;
    for (const QrChoice choice : {QrChoice::none, QrChoice::automatic}) {
      EXPECT_TRUE(has(prompt_text(facts(), codes_for(kPublic), screen, choice), made));
    }
    const std::string odd = "https://example.com/a\"b";
    EXPECT_FALSE(has(prompt_text(facts(), codes_for(odd), screen, QrChoice::none), "\x1b]"));
  }
}

TEST(TerminalPromptText, EnterIsOfferedOnlyIfItOpensThePage) {
  LoginFacts near = facts();
  for (const int rows : {24, 60}) {
    const auto text = [&] {
      return prompt_text(near, codes_for(kPublic), window(80, rows), QrChoice::automatic);
    };
    near.can_open = false;
    EXPECT_FALSE(has(text(), "Enter opens"));
    near.can_open = true;
    EXPECT_TRUE(has(text(), "(Enter opens"));
    EXPECT_TRUE(has_picture(text()));
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
  ascii.symbols = false;
  const std::string text = without_styles(ascii, codes_for(kPublic));
  EXPECT_TRUE(has_line(text, "     #   # ####      # ####        #   #     # #   # #####"));
  EXPECT_TRUE(has_line(text, "     WDJB-MJHT"));
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
  JsonValue members = JsonValue::object();
  members.set(kHostile, kHostile);
  members.set("list", JsonValue::array().push(JsonValue::string(kHostile)));
  answer.members = to_secret_json(members);
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

TEST_F(TerminalHumanOutput, AFileSaysOnceWhatToDoIfCodesAreNotAllowed) {
  screen_ = file();
  HumanOutput output = make();
  output.prompt(codes_for(kPublic), at(0));
  taken();
  const auto tick = [&](std::int64_t ms) {
    output.tick(at(ms), at(ms + 5000));
    return taken();
  };
  EXPECT_EQ(tick(59999), "");
  EXPECT_EQ(
      tick(60000),
      "If the page says that codes are not allowed, ask the administrator of your account.\n");
  EXPECT_EQ(tick(61000), "");
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

TEST(TerminalScreen, ConsolesAndHardwareTerminalsHaveNoHalfBlocks) {
  for (const auto* type :
       {"xterm", "xterm-256color", "screen-256color", "vte-256color", "foot", "st"}) {
    EXPECT_TRUE(has_symbols(type)) << type;
  }
  for (const auto* type : {"linux", "linux-16color", "screen.linux", "vt100", "vt220", "ansi"}) {
    EXPECT_FALSE(has_symbols(type)) << type;
  }
}

TEST(TerminalScreen, LinksAreForTerminalsThatAreKnownToMakeThem) {
  using Variables = std::map<std::string, const char*>;
  const auto links = [](const Variables& variables) {
    return supports_links([&](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second;
    });
  };
  EXPECT_TRUE(links({{"TERM", "xterm-256color"}, {"VTE_VERSION", "7006"}}));
  EXPECT_TRUE(links({{"TERM", "xterm-256color"}, {"TERM_PROGRAM", "vscode"}}));
  EXPECT_TRUE(links({{"TERM", "xterm-256color"}, {"WT_SESSION", "1"}}));
  EXPECT_TRUE(links({{"TERM", "xterm-kitty"}}));
  EXPECT_FALSE(links({}));
  EXPECT_FALSE(links({{"TERM", "xterm-256color"}}));
  EXPECT_FALSE(links({{"TERM", "xterm-256color"}, {"VTE_VERSION", "5000"}}));
  for (const auto* type : {"dumb", "linux", "screen-256color", "tmux-256color"}) {
    EXPECT_FALSE(links({{"TERM", type}, {"VTE_VERSION", "7006"}})) << type;
  }
  EXPECT_FALSE(links({{"TERM", "xterm-kitty"}, {"TMUX", "/tmp/tmux"}}));
}

TEST(TerminalBrowser, ItIsNeverOpenedOverSshOrWithoutADisplay) {
  using Variables = std::map<std::string, const char*>;
  const std::string folder = testing::TempDir() + "deviceflow-browser";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/xdg-open") << "#!/bin/sh\n";
  std::filesystem::permissions(folder + "/xdg-open", std::filesystem::perms::owner_all);
  const auto found = [&](Variables variables) {
    return find_browser([&](const char* name) -> const char* {
      const auto at = variables.find(name);
      return at == variables.end() ? nullptr : at->second;
    });
  };
  const char* path = folder.c_str();
  const auto browser = found({{"DISPLAY", ":0"}, {"PATH", path}});
  ASSERT_TRUE(browser.ok());
  EXPECT_EQ(*browser, folder + "/xdg-open");
  EXPECT_TRUE(found({{"WAYLAND_DISPLAY", "wayland-0"}, {"PATH", path}}).ok());
  EXPECT_FALSE(found({{"PATH", path}}).ok());
  EXPECT_FALSE(found({{"DISPLAY", ":0"}, {"PATH", "/nowhere"}}).ok());
  for (const char* name : {"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"}) {
    const auto over = found({{"DISPLAY", ":10"}, {"PATH", path}, {name, "x"}});
    ASSERT_FALSE(over.ok());
    EXPECT_TRUE(has(over.error().message, "SSH"));
  }
  std::filesystem::remove_all(folder);
}

TEST(TerminalBrowser, ALinkWithUnusualCharactersIsNotOpened) {
  for (const char* uri : {"", "https://e.com/ --flag", "https://e.com/\"", "https://e.com/`x`"}) {
    EXPECT_FALSE(open_page("/bin/true", uri).ok()) << uri;
  }
}

}  // namespace
}  // namespace deviceflow::demo
