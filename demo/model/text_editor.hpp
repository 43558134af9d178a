// One line of text that a person types, with a keyboard or with the arrows alone.
#ifndef DEVICEFLOW_DEMO_MODEL_TEXT_EDITOR_HPP
#define DEVICEFLOW_DEMO_MODEL_TEXT_EDITOR_HPP

#include <deviceflow/secret.hpp>
#include <span>
#include <string>
#include <string_view>

namespace deviceflow::demo {

/// A key on the screen.
struct ScreenKey {
  enum class Does { type, shift, space, erase, clear, cancel, done };
  Does does = Does::type;
  std::string_view plain;    ///< What it types, or a key of the languages.
  std::string_view shifted;  ///< The same while shift is on.
  int row = 0;
  int width = 1;  ///< In columns of its row.
};

/// The keyboard on the screen, row by row: every character of ASCII can be typed with it.
std::span<const ScreenKey> screen_keys();
inline constexpr int kScreenKeyRows = 6;

/// Text is added and taken away at its end.
class TextEditor {
 public:
  struct Subject {
    std::string title;
    std::string hint;     ///< What may be written here.
    Secret text;          ///< What stands there at first.
    bool secret = false;  ///< Shown as dots.
  };
  static constexpr std::size_t kMostBytes = 4000;

  explicit TextEditor(Subject subject) : subject_(std::move(subject)) {}

  /// A keyboard of one's own typed or pasted this. Control characters are left out, and so is what
  /// does not fit any more.
  void type(std::string_view text);
  void erase_last();
  /// A key on the screen was chosen: one that changes the text.
  void press(const ScreenKey& key);
  /// The arrows were used: accept means the key that has the focus again.
  void use_arrows() noexcept { typing_ = false; }

  const std::string& title() const noexcept { return subject_.title; }
  const std::string& hint() const noexcept { return subject_.hint; }
  std::string_view text() const noexcept { return subject_.text.reveal(); }
  /// For the screen: a secret is dots.
  std::string shown() const;
  bool shift() const noexcept { return shift_; }
  /// A keyboard of one's own typed last, so that accept means "Done".
  bool typing() const noexcept { return typing_; }

 private:
  void add(std::string_view text);
  void shorten();

  Subject subject_;
  bool shift_ = false;
  bool typing_ = false;
};

}  // namespace deviceflow::demo

#endif
