#include <gtest/gtest.h>

#include "model/code_words.hpp"
#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Groups = std::vector<std::string>;
using Poll = PollReport::Result;

AppModel model_with(CodesCame codes, AppFacts facts = provider_facts()) {
  AppModel model = model_on(Screen::connecting, std::move(facts));
  feed(model, std::move(codes));
  return model;
}

void poll(AppModel& model, Poll result, std::optional<milliseconds> next_in,
          std::string reason = "") {
  feed(model, PollCame{{1, result, std::move(reason), {}}, next_in});
}

// How a code at that address may be reached.
CodeView at_address(const std::string& uri, AppFacts facts = provider_facts()) {
  AppModel model = model_with(codes_at(uri), std::move(facts));
  CodeView view;
  view.reach = model.code()->reach;
  view.unreachable = model.code()->unreachable;
  return view;
}

// When something changes by itself, from kStart on.
std::vector<SteadyTime> changes_of(AppModel& model) {
  std::vector<SteadyTime> times;
  SteadyTime now = kStart;
  while (times.size() < 100) {
    const SteadyTime next = model.next_change(now);
    if (next == kNever) break;
    EXPECT_GT(next, now);
    times.push_back(now = next);
    model.on_time(now);
  }
  return times;
}

TEST(ModelAppCode, APollWithoutCodesIsNoNews) {
  AppModel model = model_on(Screen::expired);
  poll(model, Poll::slow_down, seconds(10));
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(model.status(), "expired_token");
  EXPECT_EQ(model.code(), nullptr);
}

TEST(ModelAppCode, TimeAloneChangesNothingElsewhere) {
  for (const Screen screen : kScreens) {
    if (screen == Screen::code) continue;
    AppModel model = model_on(screen);
    model.on_time(after(hours(100)));
    EXPECT_EQ(name(model.screen()), name(screen));
    EXPECT_EQ(model.next_change(kStart), kNever) << name(screen);
  }
}

TEST(ModelAppCode, AUserCodeCanNotFoolTheScreen) {  // T-10.14-1
  CodesCame codes = codes_at();
  codes.codes.user_code = "AB\x1b[31m\xE2\x80\xAE\tCD\x07";
  const AppModel model = model_with(std::move(codes));
  EXPECT_EQ(model.code()->user_code, "AB\xEF\xBF\xBD[31m\xEF\xBF\xBD CD\xEF\xBF\xBD");
  EXPECT_EQ(model.codes()->user_code, "AB\x1b[31m\xE2\x80\xAE\tCD\x07");
}

TEST(ModelAppCode, AnEndlessUserCodeIsCut) {
  CodesCame codes = codes_at();
  codes.codes.user_code = std::string(5000, 'W');
  EXPECT_EQ(model_with(std::move(codes)).code()->user_code, std::string(200, 'W') + "…");
}

TEST(ModelAppCode, AnAddressTooLongForAQrCodeIsStillShown) {
  CodesCame codes = codes_at();
  codes.codes.verification_uri_complete = "https://login.example.com/?" + std::string(2400, 'x');
  const AppModel model = model_with(std::move(codes));
  EXPECT_FALSE(model.code()->qr);
  EXPECT_EQ(model.code()->uri, "https://login.example.com/device");
}

// C-SL-1, D-5.5-1
TEST(ModelAppCode, CodesThatAreOverWhenTheyComeAreGoneAtOnce) {
  CodesCame codes = codes_at();
  codes.expires_at = kStart;
  AppModel model = model_with(std::move(codes));
  model.on_time(kStart);
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(model.code(), nullptr);
}

// C-SL-1, D-5.5-1
TEST(ModelAppCode, AtItsExpiryTheCodeIsGoneWhateverTheServerSays) {
  AppModel model = model_on(Screen::code);
  model.on_time(after(minutes(10) - milliseconds(1)));
  EXPECT_EQ(model.screen(), Screen::code);
  model.on_time(after(minutes(10)));
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(model.code(), nullptr);
  EXPECT_EQ(model.codes(), nullptr);
  EXPECT_EQ(model.status(), "expired_token");
  EXPECT_TRUE(has(model.message().text, "for 10 minutes")) << model.message().text;
  poll(model, Poll::authorization_pending, seconds(5));
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(model.code(), nullptr);
}

TEST(ModelAppCode, WhenTheServerAgreesTheWordsStay) {
  AppModel model = model_on(Screen::code);
  model.on_time(after(minutes(10)));
  const std::string text = model.message().text;
  feed(model, LoginFailed{error_for(Screen::expired), {}, {}});
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(model.message().text, text);
}

TEST(ModelAppCode, TroubleThatHidTheAnswerIsToldAfterwards) {
  AppModel model = model_on(Screen::code);
  model.on_time(after(minutes(10)));
  feed(model, LoginFailed{error_for(Screen::expired), {}, "timeout"});
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_TRUE(has(model.message().text, "The server does not answer.")) << model.message().text;
}

TEST(ModelAppCode, TokensThatWereOnTheirWayAtExpiryCount) {
  AppModel model = model_on(Screen::code);
  model.on_time(after(minutes(10)));
  feed(model, SignedIn{});
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_TRUE(model.developer().has_token());
}

TEST(ModelAppCode, ACodeExpiresBehindTheDeveloperTabToo) {
  AppModel model = model_on(Screen::code);
  model.on_intent({Intent::Kind::show_developer, 0});
  model.on_time(after(minutes(10)));
  EXPECT_EQ(model.tab(), Tab::developer);
  EXPECT_EQ(model.codes(), nullptr);
  EXPECT_EQ(model.developer().outcome(), "token: expired_token");
}

// U-5
TEST(ModelAppCode, ATenMinuteCodeChangesExactlyTenTimes) {
  AppModel model = model_on(Screen::code);
  const auto times = changes_of(model);
  ASSERT_EQ(times.size(), 10U);
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(times[i], kStart + minutes(i + 1));
  }
  EXPECT_EQ(model.screen(), Screen::expired);
}

TEST(ModelAppCode, WordsChangeWhenTheyWereAnnouncedToAndNotBefore) {
  AppModel model = model_on(Screen::code);
  const SteadyTime end = model.code()->expires_at;
  const auto words_at = [&](SteadyTime time) { return time_left_words(end, time, Language()); };
  std::string shown = words_at(kStart);
  for (const SteadyTime time : changes_of(model)) {
    EXPECT_EQ(words_at(time - milliseconds(1)), shown);
    EXPECT_NE(words_at(time), shown);
    shown = words_at(time);
  }
  EXPECT_EQ(shown, "No longer valid");
}

TEST(ModelAppCode, BetweenTwoMinutesTheNextOneIsAwaited) {
  const AppModel model = model_on(Screen::code);
  EXPECT_EQ(model.next_change(after(seconds(17))), after(minutes(1)));
  EXPECT_EQ(model.next_change(after(minutes(1) - milliseconds(1))), after(minutes(1)));
  EXPECT_EQ(model.next_change(after(minutes(10))), kNever);
  EXPECT_EQ(model.next_change(after(minutes(11))), kNever);
}

TEST(ModelAppCode, ASessionChangesWithItsLifetimeAndOtherwiseNever) {
  AppModel model = model_on(Screen::code);
  feed(model, SignedIn{"", "", after(seconds(150)), false, {}, {}, {}, {}});
  EXPECT_EQ(changes_of(model),
            (std::vector<SteadyTime>{after(milliseconds(400)), after(seconds(30)),
                                     after(seconds(90)), after(seconds(150))}));
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_EQ(model_on(Screen::signed_in).next_change(kStart), kNever);
}

TEST(ModelAppCode, TimeLeftIsToldInWholeMinutes) {  // U-5
  const auto words_for = [](milliseconds left) {
    return time_left_words(kStart + left, kStart, Language());
  };
  EXPECT_EQ(words_for(milliseconds(-5)), "No longer valid");
  EXPECT_EQ(words_for(milliseconds(0)), "No longer valid");
  EXPECT_EQ(words_for(milliseconds(1)), "Valid for less than a minute");
  EXPECT_EQ(words_for(seconds(60)), "Valid for less than a minute");
  EXPECT_EQ(words_for(seconds(61)), "Valid for 2 more minutes");
  EXPECT_EQ(words_for(minutes(10)), "Valid for 10 more minutes");
  EXPECT_EQ(words_for(hours(2)), "Valid for 120 more minutes");
  EXPECT_EQ(words_for(hours(2) + seconds(1)), "Valid for more than 2 hours");
  EXPECT_EQ(words_for(hours(3)), "Valid for more than 2 hours");
  EXPECT_EQ(words_for(hours(25) + seconds(1)), "Valid for more than 1 day 1 hour");
}

TEST(ModelAppCode, ThePartThatIsLeftStaysWithinItsBounds) {
  const auto part = [](milliseconds left, seconds lifetime) {
    return part_left(kStart + left, lifetime, kStart);
  };
  EXPECT_FLOAT_EQ(part(minutes(5), seconds(0)), 0);
  EXPECT_FLOAT_EQ(part(minutes(5), seconds(-60)), 0);
  EXPECT_FLOAT_EQ(part(minutes(-5), minutes(10)), 0);
  EXPECT_FLOAT_EQ(part(minutes(20), minutes(10)), 1);
  EXPECT_FLOAT_EQ(part(minutes(10), minutes(10)), 1);
  EXPECT_FLOAT_EQ(part(minutes(5), minutes(10)), 0.5F);
  EXPECT_FLOAT_EQ(part(milliseconds(1), minutes(10)), 0.1F);
  EXPECT_FLOAT_EQ(part(seconds(90), seconds(90)), 1);
}

TEST(ModelAppCode, ShortAndForeignCodesAreNotTakenApart) {
  EXPECT_EQ(code_groups(""), Groups{});
  EXPECT_EQ(code_groups("ABCDE"), Groups{"ABCDE"});
  EXPECT_EQ(code_groups("ÄÖÜÄÖÜ"), Groups{"ÄÖÜÄÖÜ"});
}

TEST(ModelAppCode, ACodeWithGroupsOfItsOwnKeepsThem) {
  EXPECT_EQ(code_groups("WDJB-MJHT"), Groups{"WDJB-MJHT"});
  EXPECT_EQ(code_groups("123 456 789"), Groups{"123 456 789"});
}

TEST(ModelAppCode, LongCodesAreTakenApartInEqualGroups) {
  EXPECT_EQ(code_groups("ABCDEF"), (Groups{"ABC", "DEF"}));
  EXPECT_EQ(code_groups("ABCDEFG"), (Groups{"ABCD", "EFG"}));
  EXPECT_EQ(code_groups("ABCDEFGH"), (Groups{"ABCD", "EFGH"}));
  EXPECT_EQ(code_groups("123456789"), (Groups{"123", "456", "789"}));
  EXPECT_EQ(code_groups("1234567890"), (Groups{"12345", "67890"}));
  EXPECT_EQ(code_groups("ABCDEFGHIJKL"), (Groups{"ABCD", "EFGH", "IJKL"}));
  EXPECT_EQ(code_groups("WWWWWWWWWWWWWWW"), (Groups{"WWW", "WWW", "WWW", "WWW", "WWW"}));  // U-2
}

TEST(ModelAppCode, AnAddressThatIsNoneIsNotJudged) {
  EXPECT_EQ(at_address("somewhere").reach, "");
}

TEST(ModelAppCode, APhoneIsToldThatItCanNotReachThisMachine) {
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const CodeView view = at_address("http://" + host + ":8080/device");
    EXPECT_TRUE(view.unreachable);
    EXPECT_EQ(view.reach, "A phone can't open \"" + host +
                              "\". Use this computer's browser, or set the server's host name.");
  }
}

TEST(ModelAppCode, TheSandboxOffersToLetPhonesInWhereItMay) {
  AppFacts facts = sandbox_facts();
  const std::string address = "http://localhost:8080/device";
  EXPECT_EQ(at_address(address, facts).reach,
            "A phone can't open \"localhost\". Use this computer's browser, or let phones in: the "
            "page opens to your network, and a new code is shown.");
  facts.lan_addresses.clear();
  EXPECT_EQ(at_address(address, facts).reach,
            "A phone can't open \"localhost\". Use this computer's browser.");
  facts.loopback_only = true;
  EXPECT_EQ(at_address(address, facts).reach,
            "A phone can't open \"localhost\". Use this computer's browser.");
  EXPECT_TRUE(at_address(address, facts).unreachable);
}

TEST(ModelAppCode, LettingPhonesInBringsANewCode) {
  AppFacts facts = sandbox_facts();
  AppModel model = model_on(Screen::connecting, facts);
  EXPECT_EQ(after_intent(model, Intent::Kind::let_phones_in), "");
  feed(model, codes_at("http://127.0.0.1:8080/device"));
  ASSERT_TRUE(model.offers_phones());
  EXPECT_EQ(after_intent(model, Intent::Kind::let_phones_in), "cancel 1");
  EXPECT_TRUE(model.lan_picker_open());
  EXPECT_EQ(after_intent(model, Intent::Kind::choose_lan, 2),
            "restart_sandbox 2 at 10.0.0.7, log_in 3");
  EXPECT_EQ(model.screen(), Screen::connecting);

  facts.lan_addresses = {"10.0.0.7"};  // nothing to choose from
  AppModel one = model_on(Screen::connecting, facts);
  feed(one, codes_at("http://127.0.0.1:8080/device"));
  EXPECT_EQ(after_intent(one, Intent::Kind::let_phones_in),
            "cancel 1, restart_sandbox 2 at 10.0.0.7, log_in 3");

  AppModel left = model_on(Screen::connecting, sandbox_facts());
  feed(left, codes_at("http://127.0.0.1:8080/device"));
  after_intent(left, Intent::Kind::let_phones_in);
  left.on_back();
  after_intent(left, Intent::Kind::open_lan_picker);
  EXPECT_EQ(after_intent(left, Intent::Kind::choose_lan, 1), "restart_sandbox 2 at 192.168.1.20");
}

TEST(ModelAppCode, PhonesThatReachThePageNeedNotBeLetIn) {
  AppModel model = model_on(Screen::connecting, sandbox_facts());
  feed(model, codes_at("http://192.168.1.20:8080/device"));
  EXPECT_FALSE(model.offers_phones());
  EXPECT_EQ(after_intent(model, Intent::Kind::let_phones_in), "");
  EXPECT_FALSE(model_on(Screen::code).offers_phones());
}

TEST(ModelAppCode, TheLinkIsCopiedWithoutTheCode) {
  AppModel model = model_on(Screen::code);
  const auto commands = model.on_intent({Intent::Kind::copy_link, 0});
  ASSERT_EQ(words(commands), "copy_link 1");
  EXPECT_EQ(commands[0].path, "https://login.example.com/device");
  EXPECT_EQ(model.code()->status, "The link is in the clipboard.");
  EXPECT_EQ(after_intent(model, Intent::Kind::cancel), "cancel 1");
  EXPECT_EQ(after_intent(model, Intent::Kind::copy_link), "");
}

TEST(ModelAppCode, ThePageOpensWhereThereIsABrowser) {
  AppFacts facts = provider_facts();
  AppModel without = model_on(Screen::code, facts);
  EXPECT_EQ(after_intent(without, Intent::Kind::open_page), "");
  facts.browser = true;
  AppModel model = model_on(Screen::code, facts);
  const auto commands = model.on_intent({Intent::Kind::open_page, 0});
  ASSERT_EQ(words(commands), "open_page 1");
  EXPECT_EQ(commands[0].path, "https://login.example.com/device?user_code=WDJB-MJHT");
  model.page_not_opened();
  EXPECT_EQ(model.code()->status, "The page could not be opened here. Open the link yourself.");
}

TEST(ModelAppCode, APrivateAddressNeedsTheSameNetwork) {
  const CodeView view = at_address("http://192.168.1.20:8080/device", sandbox_facts());
  EXPECT_FALSE(view.unreachable);
  EXPECT_EQ(view.reach, "Your phone has to be on the same network as 192.168.1.20.");
}

TEST(ModelAppCode, APublicAddressNeedsNoWarning) {
  const CodeView view = at_address("https://login.example.com/device");
  EXPECT_FALSE(view.unreachable);
  EXPECT_EQ(view.reach, "");
}

TEST(ModelAppCode, WhileThePersonDecidesItSaysHowOftenItLooks) {
  AppModel model = model_on(Screen::code);
  EXPECT_EQ(model.code()->status, "Waiting for you · checking every 5 seconds");
  EXPECT_EQ(model.status(), "waiting");
  poll(model, Poll::authorization_pending, milliseconds(7900));
  EXPECT_EQ(model.code()->status, "Waiting for you · checking every 7 seconds");
  poll(model, Poll::authorization_pending, milliseconds(200));
  EXPECT_EQ(model.code()->status, "Waiting for you · checking every 1 second");
  poll(model, Poll::authorization_pending, std::nullopt);
  EXPECT_EQ(model.code()->check_every, seconds(1));
  EXPECT_FALSE(model.code()->trouble);
}

TEST(ModelAppCode, ABusyServerIsNamedAsTheReasonForSlowness) {
  AppModel model = model_on(Screen::code);
  poll(model, Poll::slow_down, milliseconds(10400));
  EXPECT_EQ(model.code()->status, "The server is busy · checking every 10 seconds");
  EXPECT_EQ(model.status(), "slow_down");
  EXPECT_FALSE(model.code()->trouble);
  poll(model, Poll::authorization_pending, milliseconds(10400));
  EXPECT_EQ(model.code()->status, "Waiting for you · checking every 10 seconds");
  EXPECT_EQ(model.status(), "waiting");
}

TEST(ModelAppCode, TroubleIsToldWithoutJargonAndPasses) {
  AppModel model = model_on(Screen::code);
  poll(model, Poll::retry, milliseconds(7200), "timeout");
  EXPECT_EQ(model.code()->status, "The server does not answer · next try in about 8 seconds");
  EXPECT_EQ(model.status(), "retry");
  EXPECT_TRUE(model.code()->trouble);
  EXPECT_EQ(model.code()->check_every, seconds(5));
  EXPECT_EQ(model.screen(), Screen::code);
  poll(model, Poll::authorization_pending, seconds(5));
  EXPECT_FALSE(model.code()->trouble);
  EXPECT_EQ(model.code()->status, "Waiting for you · checking every 5 seconds");
}

TEST(ModelAppCode, NoTryIsPromisedThatWouldComeTooLate) {
  AppModel model = model_on(Screen::code);
  poll(model, Poll::retry, std::nullopt, "http_503");
  EXPECT_EQ(model.code()->status, "The server has a problem · no further try fits");
}

TEST(ModelAppCode, CodesAreShownAsTheyCame) {  // D-6.1-1
  const AppModel model = model_on(Screen::code);
  EXPECT_EQ(model.code()->user_code, "WDJB-MJHT");
  EXPECT_EQ(model.code()->uri, "https://login.example.com/device");
  EXPECT_EQ(model.code()->lifetime, minutes(10));
  EXPECT_EQ(model.code()->expires_at, after(minutes(10)));
  EXPECT_EQ(model.codes()->device_code.reveal(), "device-code-1");
}

TEST(ModelAppCode, TheQrCodeIsEnlargedUntilSomebodyGoesBack) {  // U-Q-5
  AppModel model = model_on(Screen::code);
  EXPECT_EQ(after_intent(model, Intent::Kind::enlarge_qr), "");
  EXPECT_EQ(model.scene(), "code_large");
  poll(model, Poll::authorization_pending, seconds(5));
  EXPECT_TRUE(model.code()->enlarged);
  after_intent(model, Intent::Kind::show_developer);
  model.on_back();
  EXPECT_EQ(model.scene(), "code_large");
  EXPECT_EQ(words(model.on_back()), "");  // the login goes on
  EXPECT_EQ(model.scene(), "code");
  after_intent(model, Intent::Kind::enlarge_qr);
  after_intent(model, Intent::Kind::shrink_qr);
  EXPECT_EQ(model.scene(), "code");
}

TEST(ModelAppCode, WithoutAQrCodeThereIsNothingToEnlarge) {
  CodesCame codes = codes_at();
  codes.codes.verification_uri_complete = "https://login.example.com/?" + std::string(2400, 'x');
  AppModel model = model_with(std::move(codes));
  after_intent(model, Intent::Kind::enlarge_qr);
  EXPECT_EQ(model.scene(), "code");
  AppModel home = model_on(Screen::home);
  after_intent(home, Intent::Kind::enlarge_qr);
  EXPECT_EQ(home.scene(), "home");
}

TEST(ModelAppCode, ThePhoneScansTheAddressThatHoldsTheCode) {  // U-Q-3, D-3.3.1-4
  const auto expect_qr = [](const AppModel& model, std::string_view text) {
    const auto expected = QrCode::encode(text);
    ASSERT_TRUE(model.code()->qr);
    ASSERT_EQ(model.code()->qr->size(), expected->size());
    for (int y = 0; y < expected->size(); ++y) {
      for (int x = 0; x < expected->size(); ++x) {
        ASSERT_EQ(model.code()->qr->dark(x, y), expected->dark(x, y));
      }
    }
  };
  expect_qr(model_on(Screen::code), "https://login.example.com/device?user_code=WDJB-MJHT");
  CodesCame codes = codes_at();
  codes.codes.verification_uri_complete.reset();
  expect_qr(model_with(std::move(codes)), "https://login.example.com/device");
}

}  // namespace
}  // namespace deviceflow::demo
