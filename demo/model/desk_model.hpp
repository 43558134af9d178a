// The sandbox's desk: what the person pressed there, and what the login made of its newest polls.
#ifndef DEVICEFLOW_DEMO_MODEL_DESK_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_DESK_MODEL_HPP

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "line_writer.hpp"
#include "timeline.hpp"

namespace deviceflow::demo {

/// The first two decide in place of the person; the others are what the next poll gets.
enum class DeskPress { approve, deny, slow_down, bad_gateway, silence, reset, expired_token };
inline constexpr int kDeskPresses = 7;
/// As the sandbox's control endpoint knows it.
std::string_view name(DeskPress press) noexcept;

/// What the sandbox says to that.
enum class DeskResult {
  done,
  decided,      ///< The login has been decided, or is over.
  expired,      ///< Its code has expired.
  unknown,      ///< The sandbox knows no such code: it was started anew.
  unreachable,  ///< It did not answer.
};
std::string_view name(DeskResult result) noexcept;

class DeskModel {
 public:
  static constexpr std::size_t kMaxEntries = 20;
  struct Entry {
    DeskPress press;
    DeskResult result;
  };

  void answered(DeskPress press, DeskResult result);
  /// The newest first.
  const std::deque<Entry>& log() const noexcept { return log_; }

 private:
  std::deque<Entry> log_;
};

/// One poll: what it brought, and what the login does about that.
struct DeskPoll {
  std::size_t number = 0;
  std::string result;  ///< In the protocol's words.
  std::string then;    ///< The interval in force, and when the next poll is due.
  Ink ink = Ink::plain;
};
/// The newest first, `most` of them; before them how the login ended, where it has.
std::vector<DeskPoll> newest_polls(const Timeline& timeline, const Language& say, std::size_t most);

}  // namespace deviceflow::demo

#endif
