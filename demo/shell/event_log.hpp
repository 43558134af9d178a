// --event-log FILE: one JSON object a line for what happens.
#ifndef DEVICEFLOW_DEMO_SHELL_EVENT_LOG_HPP
#define DEVICEFLOW_DEMO_SHELL_EVENT_LOG_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "foundation/json.hpp"

namespace deviceflow::demo {

class AppModel;

/// Appends to a file that only its owner can read. Thread-safe.
class EventLog {
 public:
  /// An empty path gives a log that keeps nothing. Fails with a usage error where the file can't be
  /// opened.
  static Result<std::unique_ptr<EventLog>> open(const std::string& path);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  void write(std::string_view line);
  void write(const JsonValue& event) { write(to_json(event) + "\n"); }

 private:
  explicit EventLog(int descriptor) : descriptor_(descriptor) {}

  std::mutex mutex_;
  int descriptor_;
};

/// The event of a change of screen or status.
JsonValue screen_event(const AppModel& model);
/// `event` with the moment, in milliseconds of the steady clock, and the number of frames shown by
/// then.
JsonValue stamped(JsonValue event, SteadyTime now, long frames);

}  // namespace deviceflow::demo

#endif
