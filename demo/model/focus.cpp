#include "focus.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace deviceflow::demo {

namespace {

// More than any distance in a window.
constexpr float kOtherLine = 100000;
// What counts as the same place, in pixels: of something that is drawn anew, and of a hand that
// clicks twice.
constexpr float kSamePlace = 1;
constexpr float kSameClick = 10;

bool level(Action direction) {
  return direction == Action::left || direction == Action::right;
}

// How far `to` lies in that direction, or nothing where it does not. What is in the same row or
// column comes before everything else, however near.
std::optional<float> distance(const Rect& from, const Rect& to, Action direction) {
  const float dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const float dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const bool same_line = level(direction) ? from.y < to.bottom() && to.y < from.bottom()
                                          : from.x < to.right() && to.x < from.right();
  float ahead = 0;
  switch (direction) {
    case Action::left: ahead = from.x - to.right(); break;
    case Action::right: ahead = to.x - from.right(); break;
    case Action::up: ahead = from.y - to.bottom(); break;
    default: ahead = to.y - from.bottom(); break;
  }
  if (ahead < -1) return std::nullopt;
  const float aside = std::abs(level(direction) ? dy : dx);
  return std::max(0.0F, ahead) + (same_line ? 0.1F * aside : kOtherLine + 2.0F * aside);
}

bool same_place(const Rect& a, const Rect& b) {
  return std::abs(a.x - b.x) <= kSamePlace && std::abs(a.y - b.y) <= kSamePlace;
}

}  // namespace

void Focus::update(const std::string& scene, std::vector<Focusable> drawn, SteadyTime now) {
  std::vector<Shown> shown;
  for (Focusable& one : drawn) {
    const Shown* before = scene == scene_ ? find(one.id) : nullptr;
    const bool stands = before != nullptr && same_place(before->rect, one.rect);
    const SteadyTime since = stands ? before->since : scene_.empty() ? SteadyTime::min() : now;
    shown.push_back({std::move(one), since});
  }
  drawn_ = std::move(shown);
  for (const Focusable& one : drawn_) {
    if (!one.takes_focus) continue;
    scene_ = scene;
    id_ = one.id;
    return;
  }
  if (scene != scene_ || find(id_) == nullptr) begin(scene, now);
}

// Where nothing but Cancel was there, the focus waits for what is meant to have it.
void Focus::begin(const std::string& scene, SteadyTime now) {
  const bool waits = scene == scene_ && id_.empty();
  std::string id;
  for (const Focusable& one : drawn_) {
    if (one.click_only || one.cancels) continue;
    if ((id.empty() && !waits) || one.first) id = one.id;
    if (one.first) break;
  }
  if (scene != scene_ || id != id_) {
    listens_ = scene_.empty() ? SteadyTime::min() : now + kDeadTime;
  }
  scene_ = scene;
  id_ = std::move(id);
}

std::optional<Intent> Focus::act(Action action, SteadyTime now) {
  if (action == Action::next || action == Action::previous) step(action == Action::next);
  if (action >= Action::next && action != Action::accept) return std::nullopt;
  const Shown* here = find(id_);
  if (action == Action::accept) {
    return here != nullptr && now >= listens_ ? std::optional(here->accept) : std::nullopt;
  }
  if (here == nullptr) {
    step(true);
    return std::nullopt;
  }
  const auto which = static_cast<std::size_t>(action);
  const bool to_end = action == Action::first || action == Action::last;
  const auto arrow = here->arrows[which];
  if (to_end || (action > Action::right && !arrow)) {
    move_to_end(here->list, action == Action::last || action == Action::page_down);
  }
  if (arrow || action <= Action::right) {
    if (!arrow) move(*here, action);
    return arrow;
  }
  if (!here->list.empty()) return std::nullopt;
  // The focus is beside the list.
  for (const Focusable& one : drawn_) {
    if (one.arrows[which]) return one.arrows[which];
  }
  return std::nullopt;
}

std::optional<Intent> Focus::click(float x, float y, SteadyTime now) {
  const bool again = click_ && now - click_->at < kDoubleClick &&
                     std::abs(x - click_->x) <= kSameClick && std::abs(y - click_->y) <= kSameClick;
  click_ = Click{now, again ? click_->began : now, x, y};
  const Shown* target = hit(x, y);
  if (target == nullptr || target->since > std::min(click_->began, now - kDeadTime)) {
    return std::nullopt;
  }
  for (const Focusable& one : drawn_) {
    if (!one.click_only && one.rect.contains(x, y)) id_ = one.id;
  }
  return target->accept;
}

std::optional<Intent> Focus::wheel(float x, float y, Action direction) const {
  for (const Focusable& one : drawn_) {
    const auto& arrow = one.arrows[static_cast<std::size_t>(direction)];
    if (arrow && one.rect.contains(x, y)) return arrow;
  }
  return std::nullopt;
}

std::string Focus::at(float x, float y) const {
  const Shown* shown = hit(x, y);
  if (shown == nullptr || shown->accept.kind == Intent::Kind::none) return {};
  return shown->id;
}

// What was drawn last lies on top.
const Focus::Shown* Focus::hit(float x, float y) const {
  const auto found = std::find_if(drawn_.rbegin(), drawn_.rend(),
                                  [&](const Shown& one) { return one.rect.contains(x, y); });
  return found == drawn_.rend() ? nullptr : &*found;
}

const Focus::Shown* Focus::find(const std::string& id) const {
  const auto found =
      std::find_if(drawn_.begin(), drawn_.end(), [&](const Shown& one) { return one.id == id; });
  return found == drawn_.end() ? nullptr : &*found;
}

const Focus::Shown* Focus::nearest(const Focusable& from, Action direction, Among among) const {
  const Shown* best = nullptr;
  float shortest = std::numeric_limits<float>::max();
  for (const Shown& one : drawn_) {
    if (one.id == from.id || one.click_only) continue;
    if (among == Among::outside && one.list == from.list) continue;
    const auto far = distance(from.rect, one.rect, direction);
    if (far && *far < shortest) {
      shortest = *far;
      best = &one;
    }
  }
  return best;
}

// From a list, a row of buttons is entered at the one that matters most.
const Focus::Shown* Focus::main_beside(const Shown* place) const {
  if (place == nullptr || !place->list.empty()) return place;
  const auto main = [&](const Shown& one) {
    return (one.primary || one.first) && one.list.empty() && !one.click_only &&
           one.rect.y < place->rect.bottom() && place->rect.y < one.rect.bottom();
  };
  const auto found = std::find_if(drawn_.begin(), drawn_.end(), main);
  return found == drawn_.end() ? place : &*found;
}

void Focus::move(const Shown& from, Action direction) {
  const Shown* to = nearest(from, direction, Among::all);
  if (!from.list.empty()) {
    if (to == nullptr && level(direction)) {  // out of the list, however long it is
      to = nearest(from, Action::up, Among::outside);
      if (to == nullptr) to = nearest(from, Action::down, Among::outside);
      to = main_beside(to);
    } else if (direction == Action::down) {
      to = main_beside(to);
    }
  }
  if (to != nullptr) id_ = to->id;
}

// To the next or the previous one in the order of drawing; a list counts as one.
void Focus::step(bool forward) {
  const Shown* here = find(id_);
  const std::size_t count = drawn_.size();
  std::size_t at = here != nullptr ? static_cast<std::size_t>(here - drawn_.data())
                   : forward       ? count - 1
                                   : 0;
  for (std::size_t i = 0; i < count; ++i) {
    at = (at + (forward ? 1 : count - 1)) % count;
    const Shown& one = drawn_[at];
    const bool same_list = here != nullptr && !one.list.empty() && one.list == here->list;
    if (one.click_only || same_list) continue;
    id_ = one.id;
    return;
  }
}

void Focus::move_to_end(const std::string& list, bool last) {
  if (list.empty()) return;
  for (const Shown& one : drawn_) {
    if (one.click_only || one.list != list) continue;
    id_ = one.id;
    if (!last) return;
  }
}

}  // namespace deviceflow::demo
