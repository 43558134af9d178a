#include <gtest/gtest.h>

#include <map>

#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

// Codes and tokens are there on their own screen, and on no other.
void expect_consistent(const AppModel& model) {
  const bool shows_code = model.screen() == Screen::code;
  EXPECT_EQ(model.code() != nullptr, shows_code) << name(model.screen());
  EXPECT_EQ(model.codes() != nullptr, shows_code) << name(model.screen());
  EXPECT_EQ(model.session() != nullptr, model.screen() == Screen::signed_in);
}

void expect_on(const AppModel& model, Screen screen) {
  EXPECT_EQ(name(model.screen()), name(screen));
  expect_consistent(model);
}

TEST(ModelApp, LoggingInWhileThatIsGoingOnDoesNothing) {
  for (const Screen screen : {Screen::connecting, Screen::code}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(after_intent(model, Kind::log_in), "");
    expect_on(model, screen);
    feed(model, SignedIn{});
    expect_on(model, Screen::signed_in);
  }
}

TEST(ModelApp, CancelWhereNothingGoesOnLosesNothing) {
  for (const Screen screen : {Screen::home, Screen::signed_in, Screen::denied, Screen::untrusted,
                              Screen::misconfigured, Screen::refused}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(after_intent(model, Kind::cancel), "") << name(screen);
    expect_on(model, screen);
    EXPECT_EQ(model.developer().has_token(), screen == Screen::signed_in);
  }
}

TEST(ModelApp, WithoutATokenNobodyIsAsked) {
  for (const Screen screen : kScreens) {
    if (screen == Screen::signed_in) continue;
    AppModel model = model_on(screen);
    EXPECT_EQ(after_intent(model, Kind::introspect), "") << name(screen);
    EXPECT_EQ(model.developer().newest_result().words, "");
  }
}

TEST(ModelApp, TheLanPickerIsForTheFirstScreenOfASandbox) {
  AppModel provider = model_on(Screen::home);
  AppFacts loopback = sandbox_facts();
  loopback.loopback_only = true;
  AppModel closed(loopback);
  AppModel busy = model_on(Screen::code, sandbox_facts());
  for (AppModel* model : {&provider, &closed, &busy}) {
    after_intent(*model, Kind::open_lan_picker);
    EXPECT_FALSE(model->lan_picker_open());
    EXPECT_EQ(after_intent(*model, Kind::choose_lan, 1), "");
    EXPECT_EQ(model->facts().lan_address, "");
  }
}

TEST(ModelApp, ARowThatThePickerDoesNotHaveChangesNothing) {
  for (const int row : {-1, 3, 1000000}) {
    AppModel model(sandbox_facts());
    feed(model, SandboxReady{"10.0.0.7"}, 0);
    after_intent(model, Kind::open_lan_picker);
    EXPECT_EQ(after_intent(model, Kind::choose_lan, row), "") << row;
    EXPECT_EQ(model.facts().lan_address, "10.0.0.7");
    EXPECT_EQ(model.sandbox(), SandboxState::ready);
    EXPECT_FALSE(model.lan_picker_open());
  }
}

TEST(ModelApp, EventsOfAnOlderLoginAreIgnored) {
  AppModel model = model_on(Screen::denied);
  after_intent(model, Kind::log_in);
  feed(model, StartRetried{error_for(Screen::offline), {}});
  feed(model, codes_at());
  feed(model, SignedIn{});
  feed(model, LoginFailed{error_for(Screen::refused), {}, {}});
  expect_on(model, Screen::connecting);
  feed(model, codes_at(), kLogin + 1);
  feed(model, PollCame{{1, PollReport::Result::slow_down, "", {}}, {}});
  EXPECT_EQ(model.status(), "waiting");
  feed(model, SignedIn{}, kLogin + 1);
  feed(model, PersonKnown{"Ada", ""});
  EXPECT_FALSE(model.session()->person);
}

TEST(ModelApp, NothingThatComesAfterACancelIsShown) {
  for (const Screen screen : {Screen::connecting, Screen::code, Screen::offline}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(after_intent(model, Kind::cancel), "cancel 1");
    feed(model, codes_at());
    feed(model, SignedIn{});
    feed(model, LoginFailed{error_for(Screen::refused), {}, {}});
    expect_on(model, Screen::home);
    EXPECT_FALSE(model.developer().has_token());
  }
}

// By the device's own clock a code ends while a last poll may still be on its way.
TEST(ModelApp, WhoLeavesAnExpiredCodeIsNotCalledBack) {
  for (const Kind way : {Kind::go_home, Kind::log_in}) {
    AppModel model = model_on(Screen::code);
    model.on_time(after(std::chrono::minutes(10)));
    expect_on(model, Screen::expired);
    EXPECT_EQ(after_intent(model, way), way == Kind::go_home ? "cancel 1" : "cancel 1, log_in 2");
    const std::string_view left_for = name(model.screen());
    feed(model, LoginFailed{error_for(Screen::expired), {}, "timeout"});
    feed(model, SignedIn{});
    EXPECT_EQ(name(model.screen()), left_for);
  }
}

TEST(ModelApp, AnAnswerAboutAForgottenTokenIsNotShown) {
  AppModel model = model_on(Screen::signed_in);
  EXPECT_EQ(after_intent(model, Kind::introspect), "introspect 1");
  after_intent(model, Kind::go_home);
  feed(model, IntrospectionCame{true}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "");
}

TEST(ModelApp, WhatWasSaidOfOneTokenIsNotSaidOfTheNext) {
  AppModel model = model_on(Screen::signed_in);
  after_intent(model, Kind::introspect);
  feed(model, IntrospectionCame{true}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "active: true");
  after_intent(model, Kind::go_home);
  after_intent(model, Kind::log_in);
  feed(model, SignedIn{}, kLogin + 1);
  EXPECT_EQ(model.developer().newest_result().words, "");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::muted);
}

TEST(ModelApp, ASandboxThatDidNotStartSaysWhyAndNotWhatCameOfIt) {
  AppModel model = model_on(Screen::connecting, sandbox_facts());
  Error error = error_of(ErrorCode::invalid_argument, Blame::caller, Stage::usage);
  error.message = "There is no scenario of that name.";
  feed(model, SandboxFailed{error}, 0);
  feed(model, LoginFailed{error_of(ErrorCode::not_possible, Blame::caller, Stage::usage), {}, {}});
  expect_on(model, Screen::misconfigured);
  EXPECT_EQ(model.status(), "invalid_argument");
  EXPECT_EQ(model.message().title, "The sandbox did not start");
  EXPECT_EQ(model.message().rows.at(0).value, "There is no scenario of that name.");
  EXPECT_EQ(model.sandbox(), SandboxState::failed);
}

TEST(ModelApp, AfterAFailedSandboxTheNextLoginStartsItAnewForThisComputerOnly) {
  AppModel model(sandbox_facts());
  feed(model, SandboxReady{""}, 0);
  after_intent(model, Kind::choose_lan, 2);
  feed(model, SandboxFailed{error_of(ErrorCode::invalid_argument, Blame::caller, Stage::usage)}, 0);
  EXPECT_EQ(model.facts().lan_address, "");
  EXPECT_EQ(after_intent(model, Kind::log_in), "restart_sandbox 1, log_in 2");
  EXPECT_EQ(model.sandbox(), SandboxState::starting);
  EXPECT_EQ(after_intent(model, Kind::go_home), "cancel 2");
}

TEST(ModelApp, APersonWithoutASessionIsNobody) {
  AppModel model = model_on(Screen::code);
  feed(model, PersonKnown{"Ada", ""});
  expect_on(model, Screen::code);
}

TEST(ModelApp, EveryEventLeadsToItsScreenFromEveryOther) {
  for (const Screen from : kScreens) {
    const auto expect_to = [&](auto what, Screen to) {
      AppModel model = model_on(from);
      // On the first screen nobody has logged in, so that these belong to no login.
      feed(model, std::move(what));
      SCOPED_TRACE(name(from));
      expect_on(model, from == Screen::home ? Screen::home : to);
    };
    expect_to(StartRetried{error_for(Screen::offline), {}}, Screen::offline);
    expect_to(codes_at(), Screen::code);
    expect_to(PollCame{{}, {}}, from);
    expect_to(SignedIn{}, Screen::signed_in);
    expect_to(PersonKnown{"Ada", ""}, from);
    expect_to(LoginFailed{error_for(Screen::denied), {}, {}}, Screen::denied);
    expect_to(LoginFailed{error_of(ErrorCode::cancelled, Blame::user), {}, {}}, Screen::home);
  }
}

TEST(ModelApp, EventsOfNoLoginKeepTheScreen) {
  for (const Screen screen : kScreens) {
    AppModel model = model_on(screen, sandbox_facts());
    feed(model, SandboxReady{"10.0.0.7"}, 0);
    feed(model, ExchangeCame{exchange(Stage::token, 400, kPending)}, 0);
    feed(model, IntrospectionCame{false}, 0);
    expect_on(model, screen);
    EXPECT_EQ(model.sandbox(), SandboxState::ready);
    EXPECT_EQ(model.facts().lan_address, "10.0.0.7");
    EXPECT_EQ(model.developer().rows().size(), 1U);
    feed(model, SandboxFailed{error_of(ErrorCode::invalid_argument, Blame::caller)}, 0);
    expect_on(model, Screen::misconfigured);
  }
}

TEST(ModelApp, LoggingInFromEveryScreenEndsWhatWasThere) {
  const std::map<Screen, std::string> kExpected{
      {Screen::home, "log_in 1"},
      {Screen::signed_in, "sign_out 1, log_in 2"},
      {Screen::denied, "log_in 2"},
      {Screen::expired, "cancel 1, log_in 2"},
      {Screen::offline, "cancel 1, log_in 2"},
      {Screen::untrusted, "log_in 2"},
      {Screen::misconfigured, "log_in 2"},
      {Screen::refused, "log_in 2"},
  };
  for (const auto& [screen, commands] : kExpected) {
    AppModel model = model_on(screen);
    after_intent(model, Kind::show_developer);
    EXPECT_EQ(after_intent(model, Kind::log_in), commands) << name(screen);
    expect_on(model, Screen::connecting);
    EXPECT_EQ(model.tab(), Tab::sign_in);
    EXPECT_EQ(model.status(), "contacting");
    EXPECT_EQ(model.message().title, "Getting a code from login.example.com");
    EXPECT_FALSE(model.developer().has_token());
  }
}

TEST(ModelApp, GoingHomeFromEveryScreenEndsWhatWasThere) {
  for (const Screen screen : kScreens) {
    AppModel model = model_on(screen);
    const bool goes_on = screen == Screen::connecting || screen == Screen::code ||
                         screen == Screen::expired || screen == Screen::offline;
    const char* commands = goes_on                       ? "cancel 1"
                           : screen == Screen::signed_in ? "cancel 1, sign_out 1"
                                                         : "";
    EXPECT_EQ(after_intent(model, Kind::go_home), commands) << name(screen);
    expect_on(model, Screen::home);
    EXPECT_EQ(model.status(), "ready");
    EXPECT_FALSE(model.developer().has_token());
  }
}

TEST(ModelApp, CancelIsOneKeyAway) {  // C-UX-3, U-6
  for (const Screen screen : {Screen::connecting, Screen::code, Screen::offline}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(words(model.on_back()), "cancel 1") << name(screen);
    expect_on(model, Screen::home);
  }
}

TEST(ModelApp, BackLeavesAnOutcomeButNeverSignsOut) {
  for (const Screen screen :
       {Screen::denied, Screen::untrusted, Screen::misconfigured, Screen::refused}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(words(model.on_back()), "") << name(screen);
    expect_on(model, Screen::home);
  }
  for (const Screen screen : {Screen::home, Screen::signed_in}) {
    AppModel model = model_on(screen);
    EXPECT_EQ(words(model.on_back()), "");
    expect_on(model, screen);
  }
}

TEST(ModelApp, BackLeavesThePickerAndTheDeveloperTabFirst) {
  AppModel picker(sandbox_facts());
  after_intent(picker, Kind::open_lan_picker);
  EXPECT_EQ(words(picker.on_back()), "");
  EXPECT_FALSE(picker.lan_picker_open());
  AppModel model = model_on(Screen::code);
  after_intent(model, Kind::show_developer);
  EXPECT_EQ(words(model.on_back()), "");
  EXPECT_EQ(model.tab(), Tab::sign_in);
  expect_on(model, Screen::code);
}

TEST(ModelApp, ThePickerOpensAndCloses) {
  AppModel model(sandbox_facts());
  EXPECT_EQ(after_intent(model, Kind::open_lan_picker), "");
  EXPECT_TRUE(model.lan_picker_open());
  EXPECT_EQ(model.scene(), "home_picker");
  EXPECT_EQ(after_intent(model, Kind::close_picker), "");
  EXPECT_EQ(model.scene(), "home");
}

TEST(ModelApp, AnAddressLetsPhonesInAndTheFirstRowShutsThemOut) {
  AppModel model(sandbox_facts());
  feed(model, SandboxReady{""}, 0);
  EXPECT_EQ(after_intent(model, Kind::choose_lan, 0), "");  // as it is already
  EXPECT_EQ(model.sandbox(), SandboxState::ready);
  after_intent(model, Kind::open_lan_picker);
  EXPECT_EQ(after_intent(model, Kind::choose_lan, 2), "restart_sandbox 0 at 10.0.0.7");
  EXPECT_FALSE(model.lan_picker_open());
  EXPECT_EQ(model.sandbox(), SandboxState::starting);
  EXPECT_EQ(model.facts().lan_address, "10.0.0.7");
  feed(model, SandboxReady{"10.0.0.7"}, 0);
  EXPECT_EQ(after_intent(model, Kind::choose_lan, 2), "");
  EXPECT_EQ(model.sandbox(), SandboxState::ready);
  EXPECT_EQ(after_intent(model, Kind::choose_lan, 0), "restart_sandbox 0");
  EXPECT_EQ(model.facts().lan_address, "");
}

TEST(ModelApp, TabsChangeWithoutTouchingTheLogin) {
  AppModel model = model_on(Screen::code);
  EXPECT_EQ(after_intent(model, Kind::show_developer), "");
  EXPECT_EQ(model.scene(), "developer");
  expect_on(model, Screen::code);
  feed(model, SignedIn{});
  EXPECT_EQ(model.tab(), Tab::developer);
  EXPECT_EQ(after_intent(model, Kind::show_sign_in), "");
  EXPECT_EQ(model.scene(), "signed_in");
}

TEST(ModelApp, OtherIntentsAreTheDeveloperTabs) {
  AppModel model = model_on(Screen::home);
  EXPECT_EQ(after_intent(model, Kind::toggle_raw), "");
  EXPECT_TRUE(model.developer().raw());
}

TEST(ModelApp, AStartIsRetriedUntilTheCodesCome) {
  AppModel model = model_on(Screen::connecting);
  Error error = error_for(Screen::offline);
  error.reason = "dns";
  feed(model, StartRetried{error, std::chrono::milliseconds(4200)});
  expect_on(model, Screen::offline);
  EXPECT_EQ(model.status(), "retry");
  EXPECT_EQ(model.message().text,
            "The server's name is not found. Is login.example.com:9443 right? Trying again in 5 "
            "seconds. The sign-in continues automatically once the network is back.");
  EXPECT_EQ(model.message().fix, kServerSetting);
  EXPECT_EQ(model.developer().outcome(), "token: network, dns");
  feed(model, codes_at());
  expect_on(model, Screen::code);
  EXPECT_EQ(model.status(), "waiting");
}

TEST(ModelApp, ASessionHasItsFactsAndThenItsPerson) {
  AppModel model = model_on(Screen::code);
  Quirks quirks;
  quirks.add(Quirk::number_as_string);
  feed(model,
       SignedIn{"openid", "profile", after(std::chrono::hours(1)), true, {}, quirks, {}, {}});
  EXPECT_EQ(model.status(), "signed_in");
  EXPECT_EQ(model.session()->facts.scope, "openid");
  EXPECT_EQ(model.session()->facts.missing_scope, "profile");
  EXPECT_TRUE(model.session()->facts.renewable);
  EXPECT_TRUE(model.developer().has_token());
  EXPECT_EQ(model.developer().outcome(), "tokens received");
  EXPECT_TRUE(model.developer().quirks().has(Quirk::number_as_string));
  model.on_time(after(std::chrono::seconds(1)));  // after the tick
  EXPECT_EQ(model.picture(), "signed_in");
  feed(model, PersonKnown{"Ada", "ada@example.com"});
  EXPECT_EQ(model.session()->person->name, "Ada");
  EXPECT_EQ(model.session()->person->detail, "ada@example.com");
  EXPECT_EQ(model.picture(), "signed_in complete");
}

TEST(ModelApp, AFailureIsToldInTheProtocolsWordsToDevelopersOnly) {
  AppModel model = model_on(Screen::connecting);
  Error error = oauth("invalid_client", 401);
  error.description = "No such client.";
  feed(model, LoginFailed{error, {}, "timeout"});
  EXPECT_EQ(model.status(), "invalid_client");
  EXPECT_EQ(model.developer().outcome(),
            "device_authorization: invalid_client (HTTP 401), last failure timeout: No such "
            "client.");
  EXPECT_EQ(model.message().title, "A setting needs a change");
}

TEST(ModelApp, IntrospectionIsAskedAboutTheTokenOfThisLogin) {
  AppModel model = model_on(Screen::signed_in);
  after_intent(model, Kind::show_developer);
  EXPECT_EQ(model.picture(), "developer");
  EXPECT_EQ(after_intent(model, Kind::introspect), "introspect 1");
  EXPECT_EQ(model.developer().newest_result().words, "Asking the introspection endpoint");
  EXPECT_EQ(model.picture(), "developer");
  feed(model, IntrospectionCame{true}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "active: true");
  EXPECT_EQ(model.picture(), "developer answered");
}

TEST(ModelApp, TheFirstPictureIsCompleteOnceTheSandboxListens) {
  AppModel model(sandbox_facts());
  EXPECT_EQ(model.picture(), "home");
  feed(model, SandboxReady{""}, 0);
  EXPECT_EQ(model.picture(), "home complete");
  EXPECT_EQ(model_on(Screen::home).picture(), "home complete");
}

TEST(ModelApp, KeysForSearchingCopyingAndQuittingNeedNoFocus) {
  const auto kinds = [](AppModel& model, Action action) {
    std::vector<Command::Kind> out;
    for (const Command& command : model.on_shortcut(action)) out.push_back(command.kind);
    return out;
  };
  using Kinds = std::vector<Command::Kind>;
  AppModel code = model_on(Screen::code);
  EXPECT_EQ(kinds(code, Action::copy), Kinds{Command::Kind::copy_link});
  EXPECT_EQ(kinds(code, Action::find), Kinds{});
  code.on_intent({Kind::open_settings});
  EXPECT_EQ(kinds(code, Action::copy), Kinds{});
  code.on_intent({Kind::choose_setting, 0});
  kinds(code, Action::find);
  EXPECT_NE(code.editor(), nullptr);

  AppModel model = model_on(Screen::signed_in);
  EXPECT_EQ(kinds(model, Action::copy), Kinds{});
  model.on_intent({Kind::show_developer});
  kinds(model, Action::find);
  EXPECT_EQ(model.editor(), nullptr);  // there is nothing to search
  ExchangeRecord record;
  record.stage = Stage::token;
  record.request.url = "https://login.example.com/token";
  record.response.emplace();
  record.response->status = 200;
  record.response->body = Secret("{}");
  feed(model, ExchangeCame{std::move(record)});
  EXPECT_EQ(kinds(model, Action::copy), Kinds{Command::Kind::copy_body});
  kinds(model, Action::find);
  ASSERT_NE(model.editor(), nullptr);
  EXPECT_EQ(kinds(model, Action::copy), Kinds{});  // there it would be a secret
  EXPECT_EQ(kinds(model, Action::quit), Kinds{Command::Kind::quit});
}

TEST(ModelApp, ScreensHaveTheNamesOfTheEventLog) {
  std::string names;
  for (const Screen screen : kScreens) names += std::string(name(screen)) + " ";
  EXPECT_EQ(names,
            "home connecting code signed_in ended denied expired offline untrusted misconfigured "
            "refused ");
}

}  // namespace
}  // namespace deviceflow::demo
