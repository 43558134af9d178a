// The null shell: every screen drawn without a window, and what was drawn looked at. Nothing may be
// cut, overlap, leave the safe area, or be too small for a sofa (rows U-1 to U-4, U-Q-1, U-Q-4).
#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "model/code_words.hpp"
#include "shell/fonts.hpp"
#include "views/app_view.hpp"
#include "views/code_points.hpp"
#include "views_scenes.hpp"

namespace deviceflow::demo {
namespace {

struct Size {
  float width;
  float height;
};

constexpr Size kTelevisions[] = {{1280, 720}, {1920, 1080}, {3840, 2160}};
// Windows and upright screens, for which fewer design pixels have to do.
// The wide one is also what a television becomes that is scaled up as far as it goes.
constexpr Size kSmall[] = {{640, 480}, {800, 600}, {1024, 768}, {720, 1280}, {854, 480}};

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
  bool television() const { return scale() >= 2.0F / 3 && size_.width > size_.height; }
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
  const float x = std::min(theme::kMarginX * scale(), 0.05F * size_.width);
  const float y = std::min(theme::kMarginY * scale(), 0.05F * size_.height);
  const Rect safe{x, y, size_.width - 2 * x, size_.height - 2 * y};
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

// U-3. Recorded is the height from ascender to descender, a little more than the em. A small window
// is looked at from near by, where 13 pixels are enough.
TEST_P(Layout, TextIsLargeEnough) {
  const float em = television() ? (ten_foot() ? 26.0F : 21.0F) * scale() : 13.0F;
  const float least = em * 1.16F;
  for (const Drawn& text : of(Drawn::Kind::text)) {
    EXPECT_GE(text.size, std::floor(least)) << text.id << " \"" << text.text << "\"";
    if (text.id.starts_with("user_code.")) {
      EXPECT_GE(text.size, std::floor(2 * least)) << text.text;
    }
  }
}

// U-1, U-2, D-3.3.1-2, D-3.3.1-3: nothing of what a person has to type or compare is left out.
// An address that nobody can type leaves the title, the code, the time and the warning their room.
TEST_P(Layout, CodeAndAddressAreWhole) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !ten_foot()) {
    EXPECT_EQ(spelled("user_code"), "");
    return;
  }
  EXPECT_EQ(spelled("user_code"), model.code()->user_code);
  EXPECT_EQ(without_spaces(spelled("time_left")),
            without_spaces(time_left_words(model.code()->expires_at, kNow, model.language())));
  const std::string& uri = model.codes()->verification_uri;
  const std::string shown = spelled("uri");
  constexpr std::size_t kTypable = 400;
  if (uri.size() <= kTypable) {
    EXPECT_EQ(shown, uri);
  } else {
    EXPECT_TRUE(uri.starts_with(shown) && shown.size() > 40) << shown;
    // Beside the enlarged symbol there is no title.
    EXPECT_EQ(spelled("title"), model.code()->enlarged ? "" : model.language()("code.title"));
    EXPECT_EQ(
        spelled("uri.more"),
        model.language()("code.more", {{"count", std::to_string(uri.size() - shown.size())}}));
  }
}

// What a person compares with what somebody else says is never cut.
TEST_P(Layout, AFingerprintIsWhole) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  const auto& rows = model.message().rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!ten_foot() || !rows[i].whole) continue;
    const std::string shown = spelled("row." + std::to_string(i));
    EXPECT_EQ(without_spaces(shown), without_spaces(rows[i].value));
  }
}

// U-Q-1, U-Q-4, U-Q-5: whole pixels, four modules around it, and large enough.
TEST_P(Layout, TheSymbolHasWholePixelsAndRoomAround) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !model.code()->qr || !ten_foot()) return;
  for (const Drawn& box : of(Drawn::Kind::box)) {
    if (box.id != "qr") continue;
    const float module = box.size;
    EXPECT_EQ(module, std::floor(module));
    const auto modules = static_cast<float>(model.code()->qr->size() + 2 * QrCode::kQuietZone);
    EXPECT_LE(module * modules, box.rect.width);
    if (television() && model.code()->qr->size() <= 33) {
      EXPECT_GE(module, std::floor(10 * scale()));
    }
    EXPECT_GE(module, 3);
  }
}

// U-Q-5: from the far end of a room. Whole pixels are all that keeps it from filling its card.
TEST_P(Layout, TheEnlargedSymbolTakesTheHeight) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !model.code()->enlarged) return;
  const auto boxes = of(Drawn::Kind::box);
  const auto card =
      std::find_if(boxes.begin(), boxes.end(), [](const Drawn& box) { return box.id == "qr"; });
  ASSERT_NE(card, boxes.end());
  if (!television()) {
    EXPECT_GE(card->rect.height, 0.44F * std::min(size_.width, size_.height));
    return;
  }
  // The code beside it stays as large as it was.
  const bool short_code = model.code()->user_code.size() <= 9;
  EXPECT_GE(card->rect.height, (short_code ? 0.78F : 0.55F) * size_.height);
  const auto modules = static_cast<float>(model.code()->qr->size() + 2 * QrCode::kQuietZone);
  EXPECT_EQ(card->size, std::floor(card->rect.height / modules));
  if (model.code()->qr->size() <= 33) {
    EXPECT_GE(card->size, std::floor(14 * scale()));
  }
}

TEST_P(Layout, TheEnlargedSymbolIsLargerAndTheCodeNoSmaller) {
  const auto& [size, scene] = GetParam();
  if (scene.model->code() == nullptr || !scene.model->code()->enlarged) return;
  const auto sizes = [&] {
    float code = 0;
    float card = 0;
    ImGui::NewFrame();
    Canvas canvas(*ImGui::GetBackgroundDrawList(), set_, size.width, size.height, "", 1);
    draw_app(canvas, *scene.model, kNow);
    for (const Drawn& one : canvas.drawn()) {
      if (one.id == "user_code.0") code = one.size;
      if (one.id == "qr" && one.kind == Drawn::Kind::box) card = one.rect.height;
    }
    ImGui::EndFrame();
    return std::pair(code, card);
  };
  const auto large = sizes();
  scene.model->on_intent({Intent::Kind::shrink_qr, 0});
  const auto before = sizes();
  scene.model->on_intent({Intent::Kind::enlarge_qr, 0});
  const bool short_code = scene.model->code()->user_code.size() <= 9;
  EXPECT_GE(large.first, (short_code ? 1 : 0.9F) * before.first - 0.5F);
  EXPECT_GT(large.second, before.second);
}

// D-5.4-1, C-UX-1, C-UX-2: which device asks whom, as which client, and to decline unless one
// began it here.
TEST_P(Layout, TheCodeScreenSaysWhoAsksAndWhenToDecline) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (model.code() == nullptr || !ten_foot()) return;
  EXPECT_EQ(spelled("device"), model.language()("device"));
  if (!model.code()->enlarged) {
    EXPECT_NE(spelled("asks").find(model.language()("scope.openid")), std::string::npos);
  }
  EXPECT_TRUE(spelled("whom").starts_with(model.facts().provider.substr(0, 20)));
  EXPECT_EQ(without_spaces(spelled("safety")), without_spaces(model.language()("code.safety")));
}

// The table's every state and transition is in the picture; a small window shows the ways out of
// one state at a time.
TEST_P(Layout, TheMachineIsDrawnWhole) {
  const AppModel& model = *std::get<1>(GetParam()).model;
  if (ten_foot() || model.developer().page() != Page::machine) return;
  const auto shows = [&](const std::string& id, std::string_view part) {
    return spelled(id).find(part) != std::string::npos;
  };
  for (int s = 0; s < kLoginStateCount; ++s) {
    const auto state = static_cast<LoginState>(s);
    EXPECT_TRUE(shows("machine.name." + std::string(name(state)), name(state)));
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto cell = transition(state, static_cast<LoginEvent>(e));
      if (cell.next == state) continue;
      const std::string from(name(state));
      const std::string by(name(cell.event));
      const std::string to(name(cell.next));
      if (spelled("machine.arrow.ready.due.authorizing").empty()) {
        if (state != model.developer().machine().selected()) continue;
        EXPECT_TRUE(shows("machine.way." + to, by)) << from << " " << by;
      } else {
        EXPECT_EQ(spelled("machine.arrow." + from + "." + by + "." + to), by);
      }
    }
  }
}

// U-6
TEST_P(Layout, OneThingHasTheFocusAtFirstAndAllCanHaveIt) {
  if (std::get<1>(GetParam()).model->just_approved()) return;  // nothing to choose for a moment
  ASSERT_FALSE(focusables_.empty());
  Focus focus;
  focus.update("scene", focusables_, kNow);
  const bool only_cancel = std::ranges::all_of(
      focusables_, [](const Focusable& one) { return one.cancels || one.click_only; });
  EXPECT_EQ(focus.id().empty(), only_cancel);
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
        one.takes_focus = false;  // until an arrow is pressed
        one.cancels = false;      // once an arrow was pressed
        one.arrows = {};          // a list that scrolls ends somewhere, and then the arrow moves on
      }
      Focus from;
      from.update("scene", copy, kNow);
      from.act(action, kNow);
      queue.push_back(from.id());
    }
  }
  for (const Focusable& one : focusables_) {
    if (one.click_only) continue;
    EXPECT_NE(std::find(seen.begin(), seen.end(), one.id), seen.end())
        << one.id << " can't be reached";
  }
}

TEST_P(Layout, TheFocusNeverBeginsOnCancel) {
  Focus focus;
  focus.update("scene", focusables_, kNow);
  for (const Focusable& one : focusables_) {
    const bool cancels =
        one.accept.kind == Intent::Kind::cancel || one.accept.kind == Intent::Kind::cancel_test;
    EXPECT_FALSE(cancels && one.id == focus.id()) << one.id;
  }
}

std::string test_name(const testing::TestParamInfo<Layout::ParamType>& one) {
  const auto& [size, scene] = one.param;
  return scene.name + "At" + std::to_string(static_cast<int>(size.width)) + "x" +
         std::to_string(static_cast<int>(size.height));
}

INSTANTIATE_TEST_SUITE_P(Televisions, Layout,
                         testing::Combine(testing::ValuesIn(kTelevisions),
                                          testing::ValuesIn(scenes_in_every_language())),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Small, Layout,
                         testing::Combine(testing::ValuesIn(kSmall),
                                          testing::ValuesIn(scenes_in_every_language())),
                         test_name);

// U-3: one factor for everything, with 1080 design pixels for the height of a television.
TEST(CanvasScale, ATelevisionIsMeasuredByItsHeightAndASmallWindowByItsText) {
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1080), 1);
  EXPECT_FLOAT_EQ(Canvas::scale_for(3840, 2160), 2);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1440, 1080), 0.75F);  // 4:3: by its width
  EXPECT_FLOAT_EQ(Canvas::scale_for(640, 480), 0.6F);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1080, 1920), 0.9F);  // upright
  // On a dense display the same window has more pixels, and so has its text; down to 1066 by 800.
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1440, 1), 1);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1440, 2), 1.2F);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1280, 960, 2), 1.2F);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1280, 720, 2), 0.9F);
}

TEST(CanvasScale, APersonMakesItLargerAndSmallerWithinWhatCanBeDrawnAndRead) {
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1080, 1, 1), 1.1F);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1080, 1, -1), 1 / 1.1F);
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1080, 1, 9), 1.35F);  // 1422 by 800 are left
  EXPECT_FLOAT_EQ(Canvas::scale_for(1920, 1080, 1, -9), 0.6F);
  for (const int steps : {-3, 3}) EXPECT_FLOAT_EQ(Canvas::scale_for(640, 480, 1, steps), 0.6F);
}

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
  EXPECT_GE(contrast(theme::kFaint, theme::kCard), 3);
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
