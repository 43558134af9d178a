// Which thing on the screen has the focus, and where the arrow keys take it.
#ifndef DEVICEFLOW_DEMO_MODEL_FOCUS_HPP
#define DEVICEFLOW_DEMO_MODEL_FOCUS_HPP

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "action.hpp"
#include "intent.hpp"

namespace deviceflow::demo {

struct Rect {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;

  float right() const { return x + width; }
  float bottom() const { return y + height; }
  bool contains(float px, float py) const {
    return px >= x && px < right() && py >= y && py < bottom();
  }
  bool overlaps(const Rect& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
  bool inside(const Rect& outer, float tolerance = 0.5F) const {
    return x >= outer.x - tolerance && y >= outer.y - tolerance &&
           right() <= outer.right() + tolerance && bottom() <= outer.bottom() + tolerance;
  }
};

/// Something that can have the focus, as it was drawn last.
struct Focusable {
  std::string id;
  Rect rect;
  Intent accept;
  /// Where an arrow does something here instead of moving on, as in a list: up, down, left, right.
  std::array<std::optional<Intent>, 4> arrows;
  bool first = false;        ///< Has the focus when its screen appears.
  bool takes_focus = false;  ///< Has the focus whatever had it before.
  bool click_only = false;   ///< Can be clicked, but the arrows pass it by.
};

class Focus {
 public:
  /// Takes what was drawn. A new `scene` starts at its first focusable.
  void update(const std::string& scene, std::vector<Focusable> drawn);
  /// Moves the focus, or answers what the action means where the focus is.
  std::optional<Intent> act(Action action);
  /// Gives the focus to what is at a point, and answers its intent.
  std::optional<Intent> click(float x, float y);
  /// What turning the wheel means to what is at a point.
  std::optional<Intent> wheel(float x, float y, Action direction) const;
  /// The id of what is at a point, or empty.
  std::string at(float x, float y) const;
  const std::string& id() const noexcept { return id_; }

 private:
  const Focusable* find(const std::string& id) const;
  void move(Action direction);

  std::string scene_;
  std::string id_;
  std::vector<Focusable> drawn_;
};

}  // namespace deviceflow::demo

#endif
