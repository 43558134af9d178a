#include "desk_model.hpp"

namespace deviceflow::demo {

namespace {

DeskPoll poll_of(const Wait& wait, std::size_t number, const Language& say) {
  DeskPoll poll;
  poll.number = number;
  const bool slower = wait.interval > wait.before;
  poll.result = !wait.fault.empty() ? wait.fault : slower ? "slow_down" : "authorization_pending";
  poll.ink = !wait.fault.empty() ? Ink::bad : slower ? Ink::warning : Ink::muted;
  const std::string interval = seconds_text(wait.interval);
  poll.then = wait.reason == WaitReason::none_fits
                  ? say("desk.poll.none", {{"interval", interval}})
                  : say("desk.poll.next",
                        {{"interval", interval}, {"next", seconds_text(wait.until - wait.from)}});
  return poll;
}

}  // namespace

std::string_view name(DeskPress press) noexcept {
  switch (press) {
    case DeskPress::approve: return "approve";
    case DeskPress::deny: return "deny";
    case DeskPress::slow_down: return "slow_down";
    case DeskPress::bad_gateway: return "bad_gateway";
    case DeskPress::silence: return "silence";
    case DeskPress::reset: return "reset";
    case DeskPress::expired_token: return "expired_token";
  }
  return "unknown";
}

std::string_view name(DeskResult result) noexcept {
  switch (result) {
    case DeskResult::done: return "done";
    case DeskResult::decided: return "decided";
    case DeskResult::expired: return "expired";
    case DeskResult::unknown: return "unknown";
    case DeskResult::unreachable: return "unreachable";
  }
  return "unknown";
}

void DeskModel::answered(DeskPress press, DeskResult result) {
  log_.push_front({press, result});
  if (log_.size() > kMaxEntries) log_.pop_back();
}

std::vector<DeskPoll> newest_polls(const Timeline& timeline, const Language& say,
                                   std::size_t most) {
  std::vector<DeskPoll> polls;
  const auto& waits = timeline.waits();
  if (timeline.over() && most > 0) {
    const Ink ink = timeline.good() ? Ink::good : Ink::bad;
    polls.push_back({0, timeline.outcome(), std::string(say("desk.poll.over")), ink});
  }
  // Each wait but the first one of the login follows a poll.
  for (std::size_t i = waits.size(); i > 0 && polls.size() < most; --i) {
    const std::size_t number = timeline.dropped() + i - 1;
    if (number > 0) polls.push_back(poll_of(waits[i - 1], number, say));
  }
  return polls;
}

}  // namespace deviceflow::demo
