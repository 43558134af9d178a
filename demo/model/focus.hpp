// Which thing on the screen has the focus, where the keys take it, and what a click reaches.
#ifndef DEVICEFLOW_DEMO_MODEL_FOCUS_HPP
#define DEVICEFLOW_DEMO_MODEL_FOCUS_HPP

#include <array>
#include <chrono>
#include <deviceflow/clock.hpp>
#include <optional>
#include <string>
#include <vector>

#include "action.hpp"
#include "intent.hpp"

namespace deviceflow::demo {

/// A screen that has just appeared takes neither Enter nor a click for so long: they were meant for
/// the one before.
inline constexpr std::chrono::milliseconds kDeadTime{300};
/// Clicks that follow each other faster belong together, as in a double click.
inline constexpr std::chrono::milliseconds kDoubleClick{500};

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
  /// If an arrow, a page key, Home or End does something here instead of moving on, as in a list.
  std::array<std::optional<Intent>, kListActions> arrows;
  std::string list = {};     ///< The list that it is, or is a row of. Empty: none.
  bool first = false;        ///< Has the focus when its screen appears.
  bool takes_focus = false;  ///< Has the focus whatever had it before.
  bool click_only = false;   ///< Can be clicked, but the keys pass it by.
  bool primary = false;      ///< Of its row of buttons.
  bool cancels = false;      ///< Never has the focus when its screen appears.
};

class Focus {
 public:
  /// Takes what was drawn. A new `scene` starts at its first focusable.
  void update(const std::string& scene, std::vector<Focusable> drawn, SteadyTime now);
  /// Moves the focus, or returns what the action means where the focus is.
  std::optional<Intent> act(Action action, SteadyTime now);
  /// Gives the focus to what is at a point, and returns its intent. Reaches nothing that appeared
  /// or moved there just now, and within a double click nothing that was not there before it.
  std::optional<Intent> click(float x, float y, SteadyTime now);
  /// What turning the wheel means to what is at a point.
  std::optional<Intent> wheel(float x, float y, Action direction) const;
  /// The id of what a click at a point does something to, or empty.
  std::string at(float x, float y) const;
  const std::string& id() const noexcept { return id_; }

 private:
  struct Shown : Focusable {
    SteadyTime since{};  ///< In this place.
  };
  /// The newest click, and when the series began that it belongs to.
  struct Click {
    SteadyTime at{};
    SteadyTime began{};
    float x = 0;
    float y = 0;
  };

  const Shown* find(const std::string& id) const;
  const Shown* hit(float x, float y) const;
  enum class Among { all, outside };  ///< Of the list that `from` is in.
  const Shown* nearest(const Focusable& from, Action direction, Among among) const;
  const Shown* main_beside(const Shown* place) const;
  void begin(const std::string& scene, SteadyTime now);
  void move(const Shown& from, Action direction);
  void step(bool forward);
  void move_to_end(const std::string& list, bool last);

  std::string scene_;
  std::string id_;
  std::vector<Shown> drawn_;
  SteadyTime listens_{};  ///< To Enter, from then on.
  std::optional<Click> click_;
};

}  // namespace deviceflow::demo

#endif
