// The Developer tab's page of replays: saved traces, and what this version makes of one.
#ifndef DEVICEFLOW_DEMO_MODEL_REPLAY_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_REPLAY_MODEL_HPP

#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/trace.hpp"
#include "intent.hpp"
#include "language.hpp"
#include "line_writer.hpp"

namespace deviceflow::demo {

/// Every login of a trace once more, on a virtual clock: each exchange as it was recorded, what the
/// login made of it, where the time differs, and how it ends. Fails with a usage error where
/// there is no login.
Result<std::vector<Line>> replay_lines(const Trace& trace, const Language& say);

class ReplayModel {
 public:
  /// The saved traces, the newest first. The selection stays on its file where that is still there.
  void listed(std::vector<std::string> paths);
  /// The selected trace was read.
  void read(const std::string& path, const Result<Trace>& trace, const Language& say);
  void select(const Intent& intent);

  const std::vector<std::string>& paths() const noexcept { return paths_; }
  /// Index into paths(); meaningless while there are none.
  std::size_t selected() const noexcept { return selected_; }
  /// As with select(): the first that is shown.
  std::size_t top() const noexcept { return top_; }
  /// The replayed one, or empty.
  const std::string& shown() const noexcept { return shown_; }
  const std::vector<Line>& lines() const noexcept { return lines_; }

 private:
  std::vector<std::string> paths_;
  std::size_t selected_ = 0;
  std::size_t top_ = 0;
  std::string shown_;
  std::vector<Line> lines_;
};

}  // namespace deviceflow::demo

#endif
