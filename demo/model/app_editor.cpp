// The model's text editor: who opens it, and where its text goes.
#include <utility>

#include "app_model.hpp"

namespace deviceflow::demo {

void AppModel::edit(EditTarget target, TextEditor::Subject subject) {
  editing_ = Editing{target, TextEditor(std::move(subject))};
}

bool AppModel::type(const KeyPress& key) {
  if (!editing_) return false;
  TextEditor& editor = editing_->editor;
  if (key.erases) {
    editor.erase_last();
  } else if (!key.text.empty()) {
    editor.type(key.text.reveal());
  } else {
    if (key.action && moves(*key.action)) editor.use_arrows();
    return false;
  }
  return true;
}

std::vector<Command> AppModel::press_key(int index) {
  const auto keys = screen_keys();
  if (!editing_ || index < 0 || static_cast<std::size_t>(index) >= keys.size()) return {};
  const ScreenKey& key = keys[static_cast<std::size_t>(index)];
  switch (key.does) {
    case ScreenKey::Does::done: return finish_editing();
    case ScreenKey::Does::cancel: editing_.reset(); break;
    default: editing_->editor.press(key); break;
  }
  return {};
}

std::vector<Command> AppModel::finish_editing() {
  const Editing done = std::move(*std::exchange(editing_, std::nullopt));
  const std::string_view text = done.editor.text();
  switch (done.target) {
    case EditTarget::exchange_search: developer_.search_for(std::string(text)); break;
    case EditTarget::provider_search: settings_.search(std::string(text)); break;
    case EditTarget::setting: settings_.typed(text); return check_ca_file();
  }
  return {};
}

}  // namespace deviceflow::demo
