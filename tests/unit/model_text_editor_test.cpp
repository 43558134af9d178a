// The text editor: a remote with arrows, accept and back can type, and a keyboard may.
#include <gtest/gtest.h>

#include <set>

#include "model/text_editor.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;
using Does = ScreenKey::Does;

TextEditor editor_with(std::string_view text, bool secret = false) {
  return TextEditor({"Title", "", Secret(text), secret});
}

int key_that(Does does, std::string_view plain = {}) {
  const auto keys = screen_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].does == does && (plain.empty() || keys[i].plain == plain)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

const ScreenKey& key_of(Does does, std::string_view plain = {}) {
  return screen_keys()[static_cast<std::size_t>(key_that(does, plain))];
}

KeyPress typed(std::string_view text) {
  return {std::nullopt, Secret(text), false};
}

KeyPress arrow(Action action) {
  return {action, {}, false};
}

AppModel with_search(std::string text = {}) {
  AppModel model = model_on(Screen::home);
  model.edit(EditTarget::exchange_search, {"Search", "", Secret(text), false});
  return model;
}

TEST(ModelTextEditor, TheKeysOnTheScreenTypeAllOfAscii) {
  std::set<std::string> all{" "};
  for (const ScreenKey& key : screen_keys()) {
    if (key.does != Does::type) continue;
    all.emplace(key.plain);
    all.emplace(key.shifted);
  }
  for (char c = 0x20; c < 0x7F; ++c) EXPECT_TRUE(all.contains(std::string(1, c))) << c;
}

TEST(ModelTextEditor, EachKeyDoesWhatItSays) {
  TextEditor editor = editor_with("");
  editor.press(key_of(Does::type, "https://"));
  editor.press(key_of(Does::type, "a"));
  editor.press(key_of(Does::shift));
  EXPECT_TRUE(editor.shift());
  editor.press(key_of(Does::type, "b"));
  editor.press(key_of(Does::type, "1"));
  editor.press(key_of(Does::shift));
  editor.press(key_of(Does::space));
  editor.press(key_of(Does::type, "b"));
  EXPECT_EQ(editor.text(), "https://aB! b");
  editor.press(key_of(Does::erase));
  EXPECT_EQ(editor.text(), "https://aB! ");
  editor.press(key_of(Does::clear));
  editor.press(key_of(Does::erase));
  EXPECT_EQ(editor.text(), "");
  EXPECT_FALSE(editor.typing());
}

TEST(ModelTextEditor, ACharacterBeyondAsciiGoesWhole) {
  TextEditor editor = editor_with("ü");
  editor.type("€");
  editor.erase_last();
  EXPECT_EQ(editor.text(), "ü");
  editor.erase_last();
  EXPECT_EQ(editor.text(), "");
}

TEST(ModelTextEditor, APasteLosesItsLineBreaksAndControls) {
  TextEditor editor = editor_with("");
  editor.type(" my-\ntv\r\n\t\x1B\x7F");
  EXPECT_EQ(editor.text(), " my-tv");
}

TEST(ModelTextEditor, WhatDoesNotFitIsLeftOut) {
  TextEditor editor = editor_with("");
  editor.type(std::string(TextEditor::kMostBytes, 'x'));
  editor.type("y");
  EXPECT_EQ(editor.text(), std::string(TextEditor::kMostBytes, 'x'));
}

TEST(ModelTextEditor, ASecretIsDots) {
  TextEditor editor = editor_with("gehüm", true);
  EXPECT_EQ(editor.shown(), "•••••");
  EXPECT_EQ(editor.text(), "gehüm");
}

TEST(ModelTextEditor, WithoutAnEditorNoKeyIsText) {
  AppModel model = model_on(Screen::home);
  EXPECT_FALSE(model.type(typed("x")));
  EXPECT_FALSE(model.type({Action::accept, Secret(" "), false}));
  EXPECT_FALSE(model.type({Action::back, {}, true}));
}

TEST(ModelTextEditor, InAnEditorTextWinsOverTheAction) {
  AppModel model = with_search("ab");
  EXPECT_TRUE(model.type({Action::accept, Secret(" "), false}));
  EXPECT_TRUE(model.type(typed("c")));
  EXPECT_TRUE(model.type(typed("d")));
  EXPECT_TRUE(model.type({Action::back, {}, true}));
  EXPECT_EQ(model.editor()->text(), "ab c");
  EXPECT_FALSE(model.type(arrow(Action::accept)));
  EXPECT_FALSE(model.type(arrow(Action::back)));
}

TEST(ModelTextEditor, EnterMeansDoneFromTypingUntilAnArrow) {
  AppModel model = with_search();
  EXPECT_FALSE(model.editor()->typing());
  model.type(typed("x"));
  EXPECT_TRUE(model.editor()->typing());
  EXPECT_FALSE(model.type(arrow(Action::accept)));
  EXPECT_TRUE(model.editor()->typing());
  EXPECT_FALSE(model.type(arrow(Action::left)));
  EXPECT_FALSE(model.editor()->typing());
}

TEST(ModelTextEditor, DoneBringsTheTextToItsTarget) {
  AppModel model = with_search();
  EXPECT_EQ(model.scene(), "editor");
  model.type(typed("token"));
  EXPECT_EQ(model.developer().search(), "");
  EXPECT_EQ(after_intent(model, Kind::press_key, key_that(Does::done)), "");
  EXPECT_EQ(model.editor(), nullptr);
  EXPECT_EQ(model.developer().search(), "token");
  model.on_intent({Kind::search_exchanges, 0});
  EXPECT_EQ(model.editor()->text(), "token");
}

TEST(ModelTextEditor, CancelAndBackLeaveEverythingAsItWas) {
  for (const bool by_key : {false, true}) {
    AppModel model = with_search();
    model.type(typed("token"));
    if (by_key) {
      after_intent(model, Kind::press_key, key_that(Does::cancel));
    } else {
      EXPECT_EQ(words(model.on_back()), "");
    }
    EXPECT_EQ(model.editor(), nullptr);
    EXPECT_EQ(model.developer().search(), "");
    EXPECT_EQ(model.screen(), Screen::home);
  }
}

TEST(ModelTextEditor, AKeyThatIsNotThereDoesNothing) {
  AppModel model = with_search("a");
  for (const int index : {-1, 1000}) EXPECT_EQ(after_intent(model, Kind::press_key, index), "");
  EXPECT_EQ(model.editor()->text(), "a");
  AppModel none = model_on(Screen::home);
  EXPECT_EQ(after_intent(none, Kind::press_key, key_that(Does::done)), "");
}

}  // namespace
}  // namespace deviceflow::demo
