// Characters that the window's own faces lack: another face of the system's draws them, and where
// there is none they are written as code points. None is lost or replaced in silence (row U-1).
#include <gtest/gtest.h>
#include <imgui.h>

#include "shell/fonts.hpp"

namespace deviceflow::demo {
namespace {

constexpr std::string_view kChinese = "\u5317\u4EAC";
constexpr std::string_view kCyrillic = "\u042E\u043B\u0438\u044F";
constexpr std::string_view kUnassigned = "\u0378";  // no face has it

class ShellGlyphs : public testing::Test {
 protected:
  void SetUp() override {
    before_ = ImGui::GetCurrentContext();
    context_ = ImGui::CreateContext();
    ImGui::SetCurrentContext(context_);
    const auto files = find_fonts();
    ASSERT_TRUE(files.ok()) << files.error().message;
    files_ = *files;
    ASSERT_NO_FATAL_FAILURE(load());
  }
  void TearDown() override {
    ImGui::DestroyContext(context_);
    ImGui::SetCurrentContext(before_);
  }

  void load() {
    auto set = load_fonts(files_, 0.5F, glyphs_);
    ASSERT_TRUE(set.ok()) << set.error().message;
    set_ = *set;
  }

  // What a frame shows for a text, and what it lacks.
  std::string shown(TextStyle style, std::string_view text) {
    ImDrawList list(nullptr);
    const Canvas canvas(list, set_, 960, 540, "", 1);
    std::string out = canvas.printable(style, text);
    missing_ = canvas.missing();
    return out;
  }

  ImGuiContext* context_ = nullptr;
  ImGuiContext* before_ = nullptr;
  FontFiles files_;
  Glyphs glyphs_;
  FontSet set_;
  std::set<MissingGlyph> missing_;
};

TEST_F(ShellGlyphs, AnotherFaceDrawsWhatTheFirstOneLacks) {
  EXPECT_EQ(shown(TextStyle::title, kChinese), "[U+5317][U+4EAC]");
  ASSERT_EQ(missing_.size(), 2U);
  if (!glyphs_.look_for(missing_)) GTEST_SKIP() << "NOT RUN: no font here has Chinese characters";
  EXPECT_EQ(glyphs_.found(), 2U);
  EXPECT_FALSE(glyphs_.look_for(missing_));  // once is enough
  load();
  EXPECT_EQ(shown(TextStyle::title, kChinese), kChinese);
  EXPECT_TRUE(missing_.empty());
  EXPECT_NE(shown(TextStyle::body, kChinese), kChinese);  // only where it is wanted
  glyphs_.look_for(missing_);
  load();
  EXPECT_EQ(shown(TextStyle::body, kChinese), kChinese);
  EXPECT_EQ(shown(TextStyle::title, kChinese), kChinese);
}

TEST_F(ShellGlyphs, ALargeFaceGetsWhatItsFileHasButItsAtlasLeftOut) {
  shown(TextStyle::hero, kCyrillic);
  EXPECT_EQ(missing_.size(), 4U);
  ASSERT_TRUE(glyphs_.look_for(missing_));
  load();
  EXPECT_EQ(shown(TextStyle::hero, kCyrillic), kCyrillic);
}

TEST_F(ShellGlyphs, WhatNoFaceHasStaysItsCodePoint) {
  EXPECT_EQ(shown(TextStyle::title, kUnassigned), "[U+0378]");
  EXPECT_FALSE(glyphs_.look_for(missing_));
  EXPECT_EQ(glyphs_.found(), 0U);
}

TEST_F(ShellGlyphs, AFloodOfCharactersIsBounded) {
  std::set<MissingGlyph> flood;
  for (char32_t point = 0x400; point < 0x500; ++point) {
    for (const TextStyle style : {TextStyle::title, TextStyle::hero, TextStyle::body}) {
      flood.insert({style, point});
    }
  }
  EXPECT_GT(flood.size(), Glyphs::kMost);
  EXPECT_TRUE(glyphs_.look_for(flood));
  EXPECT_LE(glyphs_.found(), Glyphs::kMost);
  EXPECT_FALSE(glyphs_.look_for(flood));
  load();
}

TEST_F(ShellGlyphs, WhatIsForgottenIsACodePointAgain) {
  ASSERT_TRUE(glyphs_.look_for({{TextStyle::hero, 0x42E}}));
  glyphs_.forget();
  load();
  EXPECT_EQ(shown(TextStyle::hero, kCyrillic.substr(0, 2)), "[U+042E]");
}

}  // namespace
}  // namespace deviceflow::demo
