#include "event_log.hpp"

#include <unistd.h>

#include <cerrno>

#include "common/own_file.hpp"
#include "common/settings.hpp"
#include "common/sink.hpp"
#include "foundation/json.hpp"
#include "model/app_model.hpp"

namespace deviceflow::demo {

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& path) {
  int descriptor = -1;
  if (!path.empty()) {
    descriptor = open_own_file(path, OwnFile::append);
    if (descriptor < 0) {
      return usage_error("The event log " + path + " can't be opened: " + own_file_problem(errno) +
                         ".");
    }
  }
  return std::unique_ptr<EventLog>(new EventLog(descriptor));
}

EventLog::~EventLog() {
  if (descriptor_ >= 0) close(descriptor_);
}

void EventLog::write(std::string_view line) {
  if (descriptor_ < 0) return;
  const std::lock_guard lock(mutex_);
  write_whole(descriptor_, line);
}

JsonValue screen_event(const AppModel& model) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? JsonValue() : JsonValue::string(text);
  };
  JsonValue event = JsonValue::object();
  event.set("event", "screen");
  event.set("screen", model.editor() != nullptr || model.settings_open() ? model.scene()
                      : model.tab() == Tab::developer                    ? "developer"
                                                      : std::string(name(model.screen())));
  event.set("status", model.status());
  const DeviceAuthorization* codes = model.codes();
  event.set("user_code", codes != nullptr ? JsonValue::string(codes->user_code) : JsonValue());
  event.set("verification_uri",
            codes != nullptr ? JsonValue::string(codes->verification_uri) : JsonValue());
  event.set(
      "verification_uri_complete",
      codes != nullptr ? text_or_null(codes->verification_uri_complete.value_or("")) : JsonValue());
  if (model.session() != nullptr && model.session()->person) {
    event.set("person", model.session()->person->name);
  }
  return event;
}

JsonValue stamped(JsonValue event, SteadyTime now, long frames) {
  event.set("steady_ms", JsonValue::integer(now.time_since_epoch().count()));
  event.set("frames", JsonValue::integer(frames));
  return event;
}

}  // namespace deviceflow::demo
