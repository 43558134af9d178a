#include "text_editor.hpp"

#include <algorithm>
#include <array>
#include <deviceflow/secret.hpp>

namespace deviceflow::demo {

namespace {

using Does = ScreenKey::Does;

constexpr ScreenKey kLastRow[] = {
    {Does::shift, "editor.shift", "editor.shift", 5, 1},
    {Does::space, "editor.space", "editor.space", 5, 1},
    {Does::erase, "editor.erase", "editor.erase", 5, 1},
    {Does::clear, "editor.clear", "editor.clear", 5, 1},
    {Does::cancel, "action.cancel", "action.cancel", 5, 1},
    {Does::done, "editor.done", "editor.done", 5, 1},
};
constexpr std::string_view kPlain[] = {"1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm._/",
                                       ":@~+=,;?"};
constexpr std::string_view kShifted[] = {"!\"#$%&'()*", "QWERTYUIOP", "ASDFGHJKL|", "ZXCVBNM<>\\",
                                         "[]{}^`;?"};
constexpr std::string_view kScheme = "https://";
constexpr std::size_t kCharacters = 4 * 10 + 8;

constexpr auto make_keys() {
  std::array<ScreenKey, kCharacters + 1 + std::size(kLastRow)> keys{};
  std::size_t at = 0;
  for (int row = 0; row < 5; ++row) {
    const auto line = static_cast<std::size_t>(row);
    for (std::size_t i = 0; i < kPlain[line].size(); ++i) {
      keys[at++] = {Does::type, kPlain[line].substr(i, 1), kShifted[line].substr(i, 1), row, 1};
    }
  }
  keys[at++] = {Does::type, kScheme, kScheme, 4, 2};
  for (const ScreenKey& key : kLastRow) keys[at++] = key;
  return keys;
}
constexpr auto kKeys = make_keys();

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::span<const ScreenKey> screen_keys() {
  return kKeys;
}

void TextEditor::type(std::string_view text) {
  add(text);
  typing_ = true;
}

void TextEditor::erase_last() {
  shorten();
  typing_ = true;
}

void TextEditor::press(const ScreenKey& key) {
  typing_ = false;
  switch (key.does) {
    case Does::type: add(shift_ ? key.shifted : key.plain); break;
    case Does::space: add(" "); break;
    case Does::shift: shift_ = !shift_; break;
    case Does::erase: shorten(); break;
    case Does::clear: subject_.text = Secret(); break;
    case Does::cancel:
    case Does::done: break;
  }
}

std::string TextEditor::shown() const {
  if (!subject_.secret) return clean_text(text(), kMostBytes);
  std::string dots;
  for (const char byte : text()) {
    if (!continues(byte)) dots += "•";
  }
  return dots;
}

void TextEditor::add(std::string_view text) {
  if (this->text().size() + text.size() > kMostBytes) return;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x20 && value != 0x7F) subject_.text.append({&byte, 1});
  }
}

void TextEditor::shorten() {
  std::string_view left = text();
  while (!left.empty() && continues(left.back())) left.remove_suffix(1);
  if (!left.empty()) left.remove_suffix(1);
  subject_.text = Secret(left);
}

}  // namespace deviceflow::demo
