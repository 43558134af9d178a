#include "machine_layout.hpp"

#include <algorithm>
#include <cmath>

namespace deviceflow::demo {

namespace {

using S = LoginState;

constexpr float kWidth = 168;   // of a state
constexpr float kHeight = 72;   // with a word below its name
constexpr float kLane = 56;     // over the first row, for the arrow that passes by a state
constexpr float kLabel = 28;    // the height of an event
constexpr float kBeside = 10;   // between an arrow and its events
constexpr float kPassing = 28;  // from a state's edge, where its arrow passes by the one below
constexpr float kShift = 46;    // of the lower states to the left, which makes room for that
constexpr float kLower = 150;   // their width
// Between the columns, as parts of what is left: as wide as the events that stand there.
constexpr std::array kGaps{0.14F, 0.18F, 0.27F, 0.20F, 0.21F};

float middle_x(const Rect& rect) {
  return rect.x + rect.width / 2;
}
float middle_y(const Rect& rect) {
  return rect.y + rect.height / 2;
}

}  // namespace

MachineLayout::MachineLayout(const Rect& rect) : top_(rect.y) {
  constexpr std::array kRow{S::ready,   S::authorizing, S::waiting,
                            S::polling, S::cancelling,  S::revoking};
  const float free = rect.width - static_cast<float>(kRow.size()) * kWidth;
  float x = rect.x;
  for (std::size_t i = 0; i < kRow.size(); ++i) {
    at(kRow[i]) = {x, rect.y + kLane, kWidth, kHeight};
    if (i < kGaps.size()) x += kWidth + free * kGaps[i];
  }
  at(S::finished) = {rect.x, rect.bottom() - kHeight, rect.width, kHeight};
  // The lower ones a little nearer to the end: above them stand three events.
  const float above = box(S::ready).bottom();
  const float room = box(S::finished).y - above - kHeight;
  const float y = above + room * 0.58F;
  for (const auto& [state, over] :
       {std::pair(S::restarting, S::authorizing), std::pair(S::repeating, S::polling)}) {
    at(state) = {box(over).x - kShift, y, kLower, kHeight};
  }
}

// Straight down into the last state, with the events beside it.
MachineRoute MachineLayout::to_the_end(S from) const {
  const Rect& box = this->box(from);
  const bool passes = from == S::authorizing || from == S::polling;
  const float x = passes ? box.right() - kPassing : middle_x(box);
  const float end = this->box(S::finished).y;
  MachineRoute out;
  out.way = {{x, box.bottom()}, {x, end}};
  const bool low = from == S::restarting || from == S::repeating;
  const float rows = from == S::cancelling ? 6 : from == S::polling ? 3 : 2;
  const float above = low ? (end - box.bottom() - rows * kLabel) / 2 + 4 : 30;
  out.label = {x + kBeside, end - above - rows * kLabel};
  return out;
}

// To the right, on the upper part of the boxes.
MachineRoute MachineLayout::there(S from, S to, float part) const {
  const Rect& a = box(from);
  const Rect& b = box(to);
  const float y = a.y + a.height * part;
  return {{{a.right(), y}, {b.x, y}}, {(a.right() + b.x) / 2, y - 6 - kLabel}, LabelAlign::middle};
}

// Down to the state below, or up from it.
MachineRoute MachineLayout::back(S from, S to) const {
  const bool down = box(from).y < box(to).y;
  const Rect& upper = down ? box(from) : box(to);
  const Rect& lower = down ? box(to) : box(from);
  constexpr float kDown = 22;
  constexpr float kUp = 96;
  if (down) {
    const float x = upper.x + kDown;
    return {{{x, upper.bottom()}, {x, lower.y}},
            {x - kBeside, lower.y - 14 - 2 * kLabel},
            LabelAlign::right};
  }
  const float x = upper.x + kUp;
  return {
      {{x, lower.y}, {x, upper.bottom()}}, {x - kBeside, lower.y - 14 - kLabel}, LabelAlign::right};
}

std::optional<MachineRoute> MachineLayout::route(S from, S to) const {
  if (to == S::finished) return to_the_end(from);
  if ((from == S::ready && to == S::waiting) || (from == S::polling && to == S::revoking)) {
    const Rect& a = box(from);
    const Rect& b = box(to);
    const float lane = top_ + 34;
    return MachineRoute{
        {{middle_x(a), a.y}, {middle_x(a), lane}, {middle_x(b), lane}, {middle_x(b), b.y}},
        {(middle_x(a) + middle_x(b)) / 2, top_},
        LabelAlign::middle};
  }
  if (from == S::waiting && to == S::polling) return there(from, to, 0.3F);
  if (from == S::polling && to == S::waiting) {
    MachineRoute out = there(to, from, 0.75F);
    std::reverse(out.way.begin(), out.way.end());
    out.label.y = out.way.front().y + 10;
    return out;
  }
  const bool lower =
      from == S::restarting || from == S::repeating || to == S::restarting || to == S::repeating;
  if (lower) return back(from, to);
  if (middle_y(box(from)) == middle_y(box(to))) return there(from, to, 0.5F);
  return std::nullopt;
}

std::optional<LoginState> state_beside(const std::array<Rect, kLoginStateCount>& boxes,
                                       LoginState from, Action direction) {
  const Rect& here = boxes[static_cast<std::size_t>(from)];
  const bool level = direction == Action::left || direction == Action::right;
  const float sign = direction == Action::left || direction == Action::up ? -1 : 1;
  std::optional<LoginState> best;
  float shortest = 0;
  for (int s = 0; s < kLoginStateCount; ++s) {
    const Rect& there = boxes[static_cast<std::size_t>(s)];
    const float dx = middle_x(there) - middle_x(here);
    const float dy = middle_y(there) - middle_y(here);
    const float ahead = sign * (level ? dx : dy);
    const float aside = std::abs(level ? dy : dx);
    const bool overlaps = level ? here.y < there.bottom() && there.y < here.bottom()
                                : here.x < there.right() && there.x < here.right();
    if (ahead <= 1 || !overlaps) continue;
    const float far = ahead + 0.1F * aside;
    if (best && far >= shortest) continue;
    best = static_cast<LoginState>(s);
    shortest = far;
  }
  return best;
}

}  // namespace deviceflow::demo
