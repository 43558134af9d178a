// A key of whatever the person holds in their hands: what it means, and what it types.
#ifndef DEVICEFLOW_DEMO_MODEL_KEY_PRESS_HPP
#define DEVICEFLOW_DEMO_MODEL_KEY_PRESS_HPP

#include <deviceflow/secret.hpp>
#include <optional>

#include "action.hpp"

namespace deviceflow::demo {

/// In a text editor, text and erasing win over the action; elsewhere only the action counts.
struct KeyPress {
  std::optional<Action> action;
  Secret text;          ///< In UTF-8: one character, or what was pasted. May belong to a secret.
  bool erases = false;  ///< Takes the last character away.
};

/// What is left of a key that is held down: only moving and erasing repeat.
inline KeyPress repeated(KeyPress press) {
  const bool goes_on = press.action && moves(*press.action);
  return {goes_on ? press.action : std::nullopt, {}, press.erases};
}

}  // namespace deviceflow::demo

#endif
