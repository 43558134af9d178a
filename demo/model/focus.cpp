#include "focus.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace deviceflow::demo {

namespace {

// More than any distance in a window.
constexpr float kOtherLine = 100000;

// How far `to` lies in that direction, or nothing where it does not. What is in the same row or
// column comes before everything else, however near.
std::optional<float> distance(const Rect& from, const Rect& to, Action direction) {
  const float dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const float dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const bool level = direction == Action::left || direction == Action::right;
  const bool same_line = level ? from.y < to.bottom() && to.y < from.bottom()
                               : from.x < to.right() && to.x < from.right();
  float ahead = 0;
  switch (direction) {
    case Action::left: ahead = from.x - to.right(); break;
    case Action::right: ahead = to.x - from.right(); break;
    case Action::up: ahead = from.y - to.bottom(); break;
    default: ahead = to.y - from.bottom(); break;
  }
  if (ahead < -1) return std::nullopt;
  const float aside = std::abs(level ? dy : dx);
  return std::max(0.0F, ahead) + (same_line ? 0.1F * aside : kOtherLine + 2.0F * aside);
}

}  // namespace

void Focus::update(const std::string& scene, std::vector<Focusable> drawn) {
  drawn_ = std::move(drawn);
  for (const Focusable& one : drawn_) {
    if (!one.takes_focus) continue;
    scene_ = scene;
    id_ = one.id;
    return;
  }
  const bool gone = find(id_) == nullptr;
  if (scene == scene_ && !gone) return;
  scene_ = scene;
  id_.clear();
  for (const Focusable& one : drawn_) {
    if (one.click_only) continue;
    if (id_.empty() || one.first) id_ = one.id;
    if (one.first) break;
  }
}

std::optional<Intent> Focus::act(Action action) {
  const Focusable* here = find(id_);
  if (here == nullptr || action == Action::back) return std::nullopt;
  if (action == Action::accept) return here->accept;
  const auto& arrow = here->arrows[static_cast<std::size_t>(action)];
  if (arrow) return arrow;
  move(action);
  return std::nullopt;
}

std::optional<Intent> Focus::click(float x, float y) {
  const std::string id = at(x, y);
  if (id.empty()) return std::nullopt;
  const Focusable* hit = find(id);
  if (!hit->click_only) id_ = id;
  return hit->accept;
}

std::optional<Intent> Focus::wheel(float x, float y, Action direction) const {
  for (const Focusable& one : drawn_) {
    const auto& arrow = one.arrows[static_cast<std::size_t>(direction)];
    if (arrow && one.rect.contains(x, y)) return arrow;
  }
  return std::nullopt;
}

std::string Focus::at(float x, float y) const {
  // What was drawn last lies on top.
  for (auto one = drawn_.rbegin(); one != drawn_.rend(); ++one) {
    if (one->rect.contains(x, y)) return one->id;
  }
  return {};
}

const Focusable* Focus::find(const std::string& id) const {
  const auto found = std::find_if(drawn_.begin(), drawn_.end(),
                                  [&](const Focusable& one) { return one.id == id; });
  return found == drawn_.end() ? nullptr : &*found;
}

void Focus::move(Action direction) {
  const Focusable* here = find(id_);
  const Focusable* best = nullptr;
  float shortest = std::numeric_limits<float>::max();
  for (const Focusable& one : drawn_) {
    if (&one == here || one.click_only) continue;
    const auto far = distance(here->rect, one.rect, direction);
    if (far && *far < shortest) {
      shortest = *far;
      best = &one;
    }
  }
  if (best != nullptr) id_ = best->id;
}

}  // namespace deviceflow::demo
