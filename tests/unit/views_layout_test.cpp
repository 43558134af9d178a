// The null shell: every screen drawn without a window, and what was drawn looked at. Nothing may be
// cut, overlap, leave the safe area, or be too small for a sofa (rows U-1 to U-4, U-Q-1, U-Q-4).
#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>
#include <ostream>

#include "shell/fonts.hpp"
#include "views/app_view.hpp"
#include "views/code_points.hpp"
#include "views_developer_scenes.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kNow{seconds(1000)};

struct Size {
  float width;
  float height;
};

// A picture to look at: the scene's name and the model that is on it.
struct Scene {
  std::string name;
  std::shared_ptr<AppModel> model;
};

std::ostream& operator<<(std::ostream& out, const Scene& scene) {
  return out << scene.name;
}

// What the scenes are made in, one language after the other.
Language language_now;

AppFacts plain_facts() {
  AppFacts facts;
  facts.language = language_now;
  facts.provider = "login.example.com";
  facts.client_id = "my-tv";
  facts.scope = "openid profile";
  return facts;
}

AppFacts long_facts() {
  AppFacts facts = plain_facts();
  facts.provider = "identity-server.department.of.a-very-large-organisation.example.com";
  facts.client_id = "0123456789abcdef0123456789abcdef-television-application";
  return facts;
}

CodesCame codes(std::string user_code, std::string uri, std::string complete) {
  CodesCame event;
  event.codes.device_code = Secret("device-code");
  event.codes.user_code = std::move(user_code);
  event.codes.verification_uri = std::move(uri);
  if (!complete.empty()) event.codes.verification_uri_complete = std::move(complete);
  event.codes.expires_in = minutes(10);
  event.expires_at = kNow + minutes(10);
  return event;
}

std::shared_ptr<AppModel> started(const AppFacts& facts) {
  auto model = std::make_shared<AppModel>(facts);
  model->on_intent({Intent::Kind::log_in, 0});
  return model;
}

std::shared_ptr<AppModel> with_codes(const AppFacts& facts, CodesCame event) {
  auto model = started(facts);
  model->on_event({1, std::move(event)}, kNow);
  return model;
}

std::shared_ptr<AppModel> failed(const AppFacts& facts, Error error, std::string description = {}) {
  auto model = started(facts);
  error.description = std::move(description);
  model->on_event({1, LoginFailed{std::move(error), {}, {}}}, kNow);
  return model;
}

std::shared_ptr<AppModel> signed_in(const AppFacts& facts, PersonKnown person, std::string scope,
                                    std::string missing = {}) {
  auto model = started(facts);
  SignedIn event;
  event.scope = std::move(scope);
  event.missing_scope = std::move(missing);
  event.expires_at = kNow + minutes(58);
  event.renewable = true;
  event.id_token = IdTokenCheck::verified_but_time;
  model->on_event({1, std::move(event)}, kNow);
  model->on_event({1, std::move(person)}, kNow);
  return model;
}

ExchangeRecord exchange(Stage stage, std::string url, int status, std::string body) {
  ExchangeRecord record;
  record.stage = stage;
  record.sent_at_wall = WallTime(seconds(1795559350));
  record.duration = std::chrono::milliseconds(41);
  record.request.method = Method::post;
  record.request.url = std::move(url);
  record.request.body = Secret("client_id=my-tv&scope=openid+profile");
  HttpResponse response;
  response.status = status;
  set_header(response.headers, "Content-Type", "application/json");
  response.body = Secret(body);
  record.response = std::move(response);
  return record;
}

std::shared_ptr<AppModel> developer(int exchanges) {
  auto model = signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid");
  const std::string base = "https://login.example.com/oauth2/a/rather/long/path/";
  for (int i = 0; i < exchanges; ++i) {
    std::string body = R"({"error":"authorization_pending","error_description":")";
    body += std::string(400, 'w') + "\"}";
    model->on_event({1, ExchangeCame{exchange(Stage::token, base + "token", 400, body)}}, kNow);
  }
  model->on_event(
      {0, IntrospectionCame{make_error(Blame::caller, ErrorCode::not_possible, Stage::introspection,
                                       "Introspection needs credentials: give this, "
                                       "or that, or something else entirely.")}},
      kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  return model;
}

std::shared_ptr<AppModel> timeline(bool long_one, bool close_up) {
  auto model = with_codes(plain_facts(), codes_of_half_an_hour(long_one ? 1 : 5, kNow));
  poll_through(*model, long_one, kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_timeline, 0});
  if (close_up) model->on_intent({Intent::Kind::toggle_close_up, 0});
  return model;
}

std::shared_ptr<AppModel> tokens(TokenScene scene) {
  auto model = scene == TokenScene::refused
                   ? started(plain_facts())
                   : signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid");
  bring_tokens(*model, scene, kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_tokens, 0});
  return model;
}

std::shared_ptr<AppModel> saved() {
  auto model = developer(3);
  model->on_event({0, Saved{"/home/ada/" + std::string(200, 'p') + "/deviceflow-1.har"}}, kNow);
  return model;
}

std::shared_ptr<AppModel> empty_timeline() {
  auto model = std::make_shared<AppModel>(plain_facts());
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_timeline, 0});
  return model;
}

std::vector<Scene> message_scenes() {
  const std::string said(300, 'x');
  const auto server = [](std::string code) {
    Error error = make_error(Blame::server, ErrorCode::oauth_error, Stage::device_authorization,
                             "The server refused the request: " + code + ".");
    error.oauth_code = std::move(code);
    return error;
  };
  Error offline = make_error(Blame::network, ErrorCode::network, Stage::device_authorization,
                             "login.example.com was not found. Its name can't be resolved.");
  offline.reason = "dns";
  auto retrying = started(long_facts());
  retrying->on_event({1, StartRetried{offline, std::chrono::milliseconds(8000)}}, kNow);
  return {
      {"Connecting", started(long_facts())},
      {"Retrying", retrying},
      {"Denied", failed(plain_facts(), make_error(Blame::user, ErrorCode::access_denied,
                                                  Stage::token, "The person refused."))},
      {"Expired", failed(plain_facts(), make_error(Blame::user, ErrorCode::expired_token,
                                                   Stage::token, "The code expired."))},
      {"Offline", failed(long_facts(), offline)},
      {"Untrusted",
       failed(plain_facts(),
              make_error(Blame::network, ErrorCode::tls, Stage::discovery,
                         "The certificate of login.example.com is not trusted: self-signed."))},
      {"Misconfigured", failed(long_facts(), server("invalid_client"), said)},
      {"Refused", failed(plain_facts(), server("server_error"), said)},
  };
}

std::vector<Scene> scenes() {
  AppFacts sandbox = plain_facts();
  sandbox.provider = "Sandbox";
  sandbox.sandbox = true;
  sandbox.lan_addresses = {"192.168.178.120", "10.200.100.101", "172.16.100.5"};
  auto picker = std::make_shared<AppModel>(sandbox);
  picker->on_intent({Intent::Kind::open_lan_picker, 0});
  const std::string uri = "https://login.example.com/device";
  const std::string long_uri = "https://login.example.com/" + std::string(60, 'a') + "/" +
                               std::string(80, 'b') + "/device" +
                               std::string(200 - 26 - 60 - 1 - 80 - 7, 'c');
  auto trouble = with_codes(plain_facts(), codes("WDJB-MJHT", uri, ""));
  PollReport report;
  report.result = PollReport::Result::retry;
  report.reason = "timeout";
  trouble->on_event({1, PollCame{report, std::chrono::milliseconds(20150)}}, kNow);
  std::vector<Scene> all{
      {"Home", std::make_shared<AppModel>(plain_facts())},
      {"HomeLongNames", std::make_shared<AppModel>(long_facts())},
      {"HomeSandbox", std::make_shared<AppModel>(sandbox)},
      {"LanPicker", picker},
      {"Code", with_codes(plain_facts(), codes("WDJB-MJHT", uri, uri + "?user_code=WDJB-MJHT"))},
      {"CodeOfLettersAndDigits",
       with_codes(plain_facts(),
                  codes("xKt4Rw", "https://localhost:9443/authenticationendpoint/device.do", ""))},
      {"CodeOfFifteen",
       with_codes(long_facts(), codes("WWWWWWWWWWWWWWW", uri, uri + "?user_code=WWWWWWWWWWWWWWW"))},
      {"CodeWithLongAddress", with_codes(long_facts(), codes("WWWWWWWWWWWWWWW", long_uri, ""))},
      {"CodeWithEverythingLong",
       with_codes(plain_facts(),
                  codes("WWWWWWWWWWWWWWW", "http://127.0.0.1:33409/" + std::string(177, 'd'), ""))},
      {"CodeInTrouble", trouble},
      {"SignedIn", signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid profile")},
      {"SignedInUnnamed", signed_in(plain_facts(), {"", ""}, "")},
      {"SignedInLongNames",
       signed_in(long_facts(),
                 {"Wolfeschlegelsteinhausenbergerdorff Montgomery-Featherstonehaugh the Third",
                  "wolfeschlegelsteinhausenbergerdorff@a-very-large-organisation.example.com"},
                 "openid profile email offline_access https://api.example.com/very/long/scope.read "
                 "https://api.example.com/very/long/scope.write",
                 "address phone")},
      {"DeveloperEmpty", developer(0)},
      {"Developer", developer(3)},
      {"DeveloperFull", developer(60)},
      {"DeveloperSaved", saved()},
      {"TimelineEmpty", empty_timeline()},
      {"TokensNone", tokens(TokenScene::none)},
      {"Tokens", tokens(TokenScene::access)},
      {"TokensOfId", tokens(TokenScene::id)},
      {"TokensRefused", tokens(TokenScene::refused)},
      {"Timeline", timeline(false, false)},
      {"TimelineCloseUp", timeline(false, true)},
      {"TimelineOfHalfAnHour", timeline(true, false)},
  };
  for (Scene& scene : message_scenes()) all.push_back(std::move(scene));
  return all;
}

std::vector<Scene> scenes_in_every_language() {
  std::vector<Scene> all;
  for (const LanguageFile& file : language_files()) {
    language_now = language_of(file.code);
    for (Scene& scene : scenes()) {
      scene.name += "_" + std::string(file.code);
      all.push_back(std::move(scene));
    }
  }
  return all;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

class Layout : public testing::TestWithParam<std::tuple<Size, Scene>> {
 protected:
  static void SetUpTestSuite() {
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
  }
  static void TearDownTestSuite() { ImGui::DestroyContext(); }

  void SetUp() override {
    const auto& [size, scene] = GetParam();
    size_ = size;
    ASSERT_NO_FATAL_FAILURE(load(size));
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {size.width, size.height};
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    ImGui::NewFrame();
    Canvas canvas(*ImGui::GetBackgroundDrawList(), set_, size.width, size.height, "", 1);
    draw_app(canvas, *scene.model, kNow);
    drawn_ = canvas.drawn();
    for (Focusable& one : canvas.take_focusables()) focusables_.push_back(std::move(one));
    ImGui::EndFrame();
  }

  // Rasterising takes a moment, so fonts are only made anew for another size.
  static void load(Size size) {
    const float scale = Canvas::scale_for(size.width, size.height);
    if (scale == loaded_) return;
    const auto files = find_fonts();
    ASSERT_TRUE(files.ok()) << files.error().message;
    auto set = load_fonts(*files, scale);
    ASSERT_TRUE(set.ok()) << set.error().message;
    set_ = *set;
    loaded_ = scale;
  }

  float scale() const { return Canvas::scale_for(size_.width, size_.height); }
  bool ten_foot() const { return std::get<1>(GetParam()).model->tab() == Tab::sign_in; }

  std::vector<Drawn> of(Drawn::Kind kind) const {
    std::vector<Drawn> out;
    for (const Drawn& one : drawn_) {
      if (one.kind == kind) out.push_back(one);
    }
    return out;
  }

  // What the parts called NAME, NAME.0, NAME.1 … spell together.
  std::string spelled(const std::string& name) const {
    std::string out;
    for (const Drawn& one : drawn_) {
      const bool part = one.id.starts_with(name + ".") &&
                        std::isdigit(static_cast<unsigned char>(one.id[name.size() + 1])) != 0;
      if (one.kind == Drawn::Kind::text && (one.id == name || part)) out += one.text;
    }
    return out;
  }

  static inline FontSet set_;
  static inline float loaded_ = 0;
  Size size_{};
  std::vector<Drawn> drawn_;
  std::vector<Focusable> focusables_;
};

Rect shrunk(const Rect& rect, float by) {
  return {rect.x + by, rect.y + by, rect.width - 2 * by, rect.height - 2 * by};
}

// U-2, U-3: five per cent of each side may be hidden by an old television.
TEST_P(Layout, EverythingStaysInTheSafeAreaAndIsNotCut) {
  const Rect safe{theme::kMarginX * scale(), theme::kMarginY * scale(),
                  size_.width - 2 * theme::kMarginX * scale(),
                  size_.height - 2 * theme::kMarginY * scale()};
  const float outline = 12 * scale();  // of the focus, and the optical edge of large letters
  for (const Drawn& one : drawn_) {
    const Rect room{safe.x - outline, safe.y - outline, safe.width + 2 * outline,
                    safe.height + 2 * outline};
    EXPECT_TRUE(one.kind == Drawn::Kind::focusable || one.rect.inside(room))
        << one.id << " \"" << one.text << "\" at " << one.rect.x << "," << one.rect.y << " to "
        << one.rect.right() << "," << one.rect.bottom();
    EXPECT_TRUE(one.rect.inside(one.clip)) << one.id << " is cut";
  }
}

TEST_P(Layout, NoTwoTextsOverlap) {
  const auto texts = of(Drawn::Kind::text);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      EXPECT_FALSE(shrunk(texts[i].rect, 1).overlaps(shrunk(texts[j].rect, 1)))
          << texts[i].id << " \"" << texts[i].text << "\" and " << texts[j].id << " \""
          << texts[j].text << "\"";
    }
  }
}

// A text either lies inside a box or does not touch it.
TEST_P(Layout, NoTextCrossesTheEdgeOfABox) {
  for (const Drawn& box : of(Drawn::Kind::box)) {
    for (const Drawn& text : of(Drawn::Kind::text)) {
      const bool apart = !shrunk(text.rect, 1).overlaps(box.rect);
      EXPECT_TRUE(apart || text.rect.inside(box.rect, 1))
          << text.id << " \"" << text.text << "\" and the box " << box.id;
    }
  }
}

TEST_P(Layout, NoTwoButtonsOverlap) {
  for (std::size_t i = 0; i < focusables_.size(); ++i) {
    for (std::size_t j = i + 1; j < focusables_.size(); ++j) {
      if (focusables_[i].click_only || focusables_[j].click_only) continue;
      EXPECT_FALSE(shrunk(focusables_[i].rect, 1).overlaps(shrunk(focusables_[j].rect, 1)))
          << focusables_[i].id << " and " << focusables_[j].id;
    }
  }
}

// U-3. Recorded is the height from ascender to descender, a little more than the em.
TEST_P(Layout, TextIsLargeEnough) {
  const float least = (ten_foot() ? 26.0F : 21.0F) * 1.16F * scale();
  for (const Drawn& text : of(Drawn::Kind::text)) {
    EXPECT_GE(text.size, std::floor(least)) << text.id << " \"" << text.text << "\"";
    if (text.id.starts_with("user_code.")) {
      EXPECT_GE(text.size, std::floor(2 * least)) << text.text;
    }
  }
}

// U-1, U-2, D-3.3.1-2, D-3.3.1-3: nothing of what a person has to type or compare is left out.
TEST_P(Layout, CodeAndAddressAreWhole) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !ten_foot()) {
    EXPECT_EQ(spelled("user_code"), "");
    return;
  }
  EXPECT_EQ(spelled("user_code"), model.code()->user_code);
  EXPECT_EQ(spelled("uri"), model.codes()->verification_uri);
}

// U-Q-1, U-Q-4, U-Q-5: whole pixels, four modules around it, and large enough.
TEST_P(Layout, TheSymbolHasWholePixelsAndRoomAround) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !ten_foot()) return;
  for (const Drawn& box : of(Drawn::Kind::box)) {
    if (box.id != "qr") continue;
    const float module = box.size;
    EXPECT_EQ(module, std::floor(module));
    const auto modules = static_cast<float>(model.code()->qr->size() + 2 * QrCode::kQuietZone);
    EXPECT_LE(module * modules, box.rect.width);
    if (model.code()->qr->size() <= 33) {
      EXPECT_GE(module, std::floor(10 * scale()));
    }
  }
}

// D-5.4-1, C-UX-1, C-UX-2: which device asks whom, as which client, and to decline unless one
// began it here.
TEST_P(Layout, TheCodeScreenSaysWhoAsksAndWhenToDecline) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !ten_foot()) return;
  EXPECT_EQ(spelled("device"), model.language()("device"));
  EXPECT_TRUE(spelled("whom").starts_with(model.facts().provider.substr(0, 20)));
  EXPECT_EQ(without_spaces(spelled("safety")), without_spaces(model.language()("code.safety")));
}

// U-6
TEST_P(Layout, OneThingHasTheFocusAtFirstAndAllCanHaveIt) {
  ASSERT_FALSE(focusables_.empty());
  Focus focus;
  focus.update("scene", focusables_);
  EXPECT_FALSE(focus.id().empty());
  std::vector<std::string> seen;
  // Whatever can be reached by arrows alone, from whatever has been reached.
  std::vector<std::string> queue{focus.id()};
  while (!queue.empty()) {
    const std::string here = queue.back();
    queue.pop_back();
    if (std::find(seen.begin(), seen.end(), here) != seen.end()) continue;
    seen.push_back(here);
    for (const Action action : {Action::up, Action::down, Action::left, Action::right}) {
      std::vector<Focusable> copy = focusables_;
      for (Focusable& one : copy) {
        one.first = one.id == here;
        one.arrows = {};  // a list that scrolls ends somewhere, and then the arrow moves on
      }
      Focus from;
      from.update("scene", copy);
      from.act(action);
      queue.push_back(from.id());
    }
  }
  for (const Focusable& one : focusables_) {
    if (one.click_only) continue;
    EXPECT_NE(std::find(seen.begin(), seen.end(), one.id), seen.end())
        << one.id << " can't be reached";
  }
}

INSTANTIATE_TEST_SUITE_P(Screens, Layout,
                         testing::Combine(testing::Values(Size{1280, 720}, Size{1920, 1080},
                                                          Size{3840, 2160}),
                                          testing::ValuesIn(scenes_in_every_language())),
                         [](const testing::TestParamInfo<Layout::ParamType>& one) {
                           return std::get<1>(one.param).name + "At" +
                                  std::to_string(static_cast<int>(std::get<0>(one.param).height));
                         });

// Computed as WCAG 2 has it.
double luminance(Color color) {
  const auto part = [&](int shift) {
    const double value = static_cast<double>((color.rgb >> shift) & 0xFFU) / 255;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
}

double contrast(Color a, Color b) {
  const double high = std::max(luminance(a), luminance(b));
  const double low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

TEST(Theme, TextStandsOutFromEveryGround) {  // U-4, U-Q-2
  for (const Color ground : {theme::kGroundLight, theme::kGroundMiddle, theme::kGroundDark,
                             theme::kCard, theme::kRaised, theme::kSelected}) {
    for (const Color text :
         {theme::kText, theme::kMuted, theme::kGood, theme::kWarning, theme::kBad, theme::kLink}) {
      EXPECT_GE(contrast(text, ground), 4.5) << std::hex << text.rgb << " on " << ground.rgb;
    }
  }
  EXPECT_GE(contrast(theme::kAccentInk, theme::kAccent), 4.5);
  EXPECT_GE(contrast(theme::kBlack, theme::kWhite), 7);  // U-Q-2
}

TEST(CodePoints, BrokenTextGivesReplacementsAndLosesNothing) {
  const auto points = code_points("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xFF\xC3");
  ASSERT_EQ(points.size(), 6U);
  EXPECT_EQ(points[1].value, 0xE9U);
  EXPECT_EQ(points[2].value, 0x20ACU);
  EXPECT_EQ(points[3].value, 0x1F600U);
  EXPECT_EQ(points[4].value, 0xFFFDU);
  EXPECT_EQ(points[5].value, 0xFFFDU);
}

}  // namespace
}  // namespace deviceflow::demo
