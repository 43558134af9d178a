// What stands where it stood: buttons, rows and results, drawn without a window.
#include <gtest/gtest.h>
#include <imgui.h>

#include <map>

#include "model/app_model.hpp"
#include "model_exchanges.hpp"
#include "shell/fonts.hpp"
#include "views/app_view.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

constexpr SteadyTime kNow{std::chrono::seconds(1000)};

struct Picture {
  std::vector<Drawn> drawn;
  std::vector<Focusable> focusables;

  std::map<std::string, Rect> boxes() const {
    std::map<std::string, Rect> out;
    for (const Drawn& one : drawn) {
      if (one.kind == Drawn::Kind::box) out[one.id] = one.rect;
    }
    return out;
  }
  std::string text(std::string_view beginning) const {
    std::string out;
    for (const Drawn& one : drawn) {
      if (one.kind == Drawn::Kind::text && one.id.starts_with(beginning)) out += one.text + "\n";
    }
    return out;
  }
  const Focusable* find(std::string_view id) const {
    for (const Focusable& one : focusables) {
      if (one.id == id) return &one;
    }
    return nullptr;
  }
};

class ViewsPlaces : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
  }
  static void TearDownTestSuite() { ImGui::DestroyContext(); }

  void SetUp() override { load(1280, 720); }

  void load(float width, float height) {
    width_ = width;
    height_ = height;
    const auto files = find_fonts();
    ASSERT_TRUE(files.ok()) << files.error().message;
    auto set = load_fonts(*files, Canvas::scale_for(width, height));
    ASSERT_TRUE(set.ok()) << set.error().message;
    set_ = *set;
  }

  Picture draw(const AppModel& model, const std::string& focus = {}) const {
    ImGui::GetIO().DisplaySize = {width_, height_};
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    ImGui::NewFrame();
    Canvas canvas(*ImGui::GetBackgroundDrawList(), set_, width_, height_, focus, 1);
    draw_app(canvas, model, kNow);
    Picture picture{canvas.drawn(), canvas.take_focusables()};
    ImGui::EndFrame();
    return picture;
  }

  float width_ = 0;
  float height_ = 0;
  FontSet set_;
};

AppModel in_developer(std::string_view code = "en") {
  AppFacts facts;
  facts.language = language_of(code);
  facts.provider = "login.example.com";
  AppModel model(std::move(facts));
  model.on_intent({Kind::show_developer});
  return model;
}

void sign_in(AppModel& model, int polls) {
  model.on_intent({Kind::log_in});
  for (int i = 0; i < polls; ++i) {
    model.on_event({1, ExchangeCame{exchange(Stage::token, 400, kPending)}}, kNow);
  }
  model.on_event({1, SignedIn{}}, kNow);
  TokensCame tokens;
  tokens.tokens.access_token = Secret("access-token");
  model.on_event({1, std::move(tokens)}, kNow);
  model.on_intent({Kind::show_developer});
}

void expect_same_places(const Picture& before, const Picture& after,
                        const std::vector<std::string>& ids) {
  const auto was = before.boxes();
  const auto is = after.boxes();
  for (const std::string& id : ids) {
    ASSERT_TRUE(was.contains(id) && is.contains(id)) << id;
    EXPECT_EQ(was.at(id).x, is.at(id).x) << id;
    EXPECT_EQ(was.at(id).y, is.at(id).y) << id;
    EXPECT_EQ(was.at(id).width, is.at(id).width) << id;
  }
}

// Disabled rather than gone, and as wide as the longest of its labels.
TEST_F(ViewsPlaces, AToolbarKeepsItsPlaces) {
  for (const char* language : {"en", "de", "es"}) {
    for (const auto& [width, height] : {std::pair(1280.0F, 720.0F), std::pair(640.0F, 480.0F)}) {
      load(width, height);
      const std::vector<std::string> tools{"page.exchanges", "go.device_authorization",
                                           "go.token",       "introspect",
                                           "discover",       "secrets",
                                           "filter",         "search",
                                           "filter.clear",   "save.trace",
                                           "save.har"};
      AppModel model = in_developer(language);
      const Picture empty = draw(model);
      sign_in(model, 3);
      expect_same_places(empty, draw(model), tools);
      model.on_intent({Kind::toggle_secrets});
      expect_same_places(empty, draw(model), tools);
      for (int kind = 0; kind < kExchangeKinds; ++kind) {
        model.on_intent({Kind::cycle_filter});
        expect_same_places(empty, draw(model), tools);
      }
      model.on_intent({Kind::go_home});
      model.on_intent({Kind::show_developer});
      expect_same_places(empty, draw(model), tools);

      AppModel another = in_developer(language);
      another.on_intent({Kind::show_tokens});
      const Picture none = draw(another);
      sign_in(another, 0);
      another.on_intent({Kind::show_tokens});
      expect_same_places(none, draw(another),
                         {"introspect", "userinfo", "refresh", "revoke", "secrets"});
    }
  }
}

TEST_F(ViewsPlaces, WhatCanNotBePressedHasNoFocusUnlessItHadItBefore) {
  AppModel model = in_developer();
  EXPECT_EQ(draw(model).find("introspect"), nullptr);
  const Picture held = draw(model, "introspect");
  ASSERT_NE(held.find("introspect"), nullptr);
  EXPECT_EQ(held.find("introspect")->accept.kind, Kind::none);
}

TEST_F(ViewsPlaces, AClickOnARowMovesNoRow) {
  AppModel model = in_developer();
  sign_in(model, 60);
  for (const int start : {59, 30, 0}) {
    model.on_intent({Kind::select_exchange, start});
    const Picture before = draw(model);
    int rows = 0;
    for (const Focusable& row : before.focusables) {
      if (!row.id.starts_with("row.")) continue;
      ++rows;
      model.on_intent(draw(model).find(row.id)->accept);
      const Picture after = draw(model);
      ASSERT_NE(after.find(row.id), nullptr) << row.id;
      EXPECT_EQ(after.find(row.id)->rect.y, row.rect.y) << row.id;
      EXPECT_EQ("row." + std::to_string(model.developer().selected()), row.id);
    }
    EXPECT_GT(rows, 5);
  }
}

TEST_F(ViewsPlaces, PageKeysGoThroughALongList) {
  AppModel model = in_developer();
  sign_in(model, 60);
  const auto press = [&](Action action) {
    const Picture picture = draw(model);
    const auto intent = picture.find("exchanges")->arrows[static_cast<std::size_t>(action)];
    if (intent) model.on_intent(*intent);
    return model.developer().selected();
  };
  EXPECT_EQ(press(Action::first), 0U);
  const std::size_t page = press(Action::page_down);
  EXPECT_GT(page, 4U);
  EXPECT_EQ(press(Action::page_down), 2 * page);
  EXPECT_EQ(press(Action::page_up), page);
  EXPECT_EQ(press(Action::last), 59U);
  EXPECT_EQ(press(Action::page_down), 59U);
}

// A click in a text is for reading on with the keys; Enter there may reveal secrets.
TEST_F(ViewsPlaces, AClickInATextChangesNothing) {
  AppModel model = in_developer();
  sign_in(model, 3);
  for (const Kind page : {Kind::show_exchanges, Kind::show_tokens}) {
    model.on_intent({page});
    const Picture picture = draw(model);
    const std::string id = page == Kind::show_exchanges ? "detail" : "token.detail";
    const Rect text = picture.find(id)->rect;
    Focus focus;
    focus.update("developer", picture.focusables, kNow);
    EXPECT_EQ(focus.click(text.right() - 30, text.bottom() - 10, kNow), (Intent{Kind::none}));
    EXPECT_EQ(focus.id(), id);
  }
}

TEST_F(ViewsPlaces, TheResultBarHasTheLastResultOfEachKind) {
  load(1920, 1080);
  AppModel model = in_developer();
  sign_in(model, 3);
  EXPECT_NE(draw(model).text("result.").find("not requested"), std::string::npos);
  model.on_intent({Kind::introspect});
  model.on_event({0, IntrospectionCame{true}}, kNow);
  model.on_intent({Kind::user_info});
  model.on_event({0, ActionEnded{TokenAction::user_info, {}}}, kNow);
  model.on_event({0, Saved{std::string("/home/ada/deviceflow-1.har")}}, kNow);
  model.on_intent({Kind::user_info});
  const std::string bar = draw(model).text("result.");
  for (const char* part : {"active: true", "/home/ada/deviceflow-1.har", "Asking the server"}) {
    EXPECT_NE(bar.find(part), std::string::npos) << part << " in " << bar;
  }
  EXPECT_EQ(bar.find("done"), std::string::npos) << bar;
}

TEST_F(ViewsPlaces, AResultThatIsCutCanBeReadOn) {
  AppModel model = in_developer();
  sign_in(model, 3);
  std::string words = "The server says";
  for (int i = 0; i < 60; ++i) words += " word" + std::to_string(i);
  words += " and that is all.";
  Error refused = make_error(Blame::server, ErrorCode::oauth_error, Stage::introspection, "");
  refused.description = words;
  model.on_event({0, IntrospectionCame{refused}}, kNow);
  const Picture bar = draw(model);
  EXPECT_EQ(bar.text("result.").find("that is all."), std::string::npos);
  ASSERT_NE(bar.find("results"), nullptr);
  model.on_intent(bar.find("results")->accept);
  std::string whole = draw(model).text("line.");
  std::erase(whole, '\n');
  EXPECT_NE(whole.find("that is all."), std::string::npos) << whole;
  model.on_back();
  EXPECT_FALSE(model.developer().results_open());
  EXPECT_EQ(model.tab(), Tab::developer);
}

}  // namespace
}  // namespace deviceflow::demo
