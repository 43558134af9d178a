// deviceflow-demo: a device login on a big screen.
#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "app.hpp"
#include "common/chosen_settings.hpp"
#include "common/sink.hpp"
#include "common/stop.hpp"

namespace {

using namespace deviceflow;
using namespace deviceflow::demo;

constexpr int kClosed = 0;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;

int refuse(const Error& error) {
  standard_error()("deviceflow-demo: " + error.message + "\n");
  return kUsage;
}

// Waits for SIGINT and SIGTERM on a thread of its own, since what wakes the window may not be
// called in a signal handler.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&watched_);
    sigaddset(&watched_, SIGINT);
    sigaddset(&watched_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &watched_, nullptr);  // inherited by every thread from here on
    signal(SIGPIPE, SIG_IGN);
    thread_ = std::thread([this] {
      int number = 0;
      sigwait(&watched_, &number);
      request_stop(Stop::interrupted);
      Window::wake();
    });
  }
  ~SignalWatch() {
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  sigset_t watched_;
  std::thread thread_;
};

SettingsStart read_settings(const WindowOptions& options) {
  SettingsStart start;
  start.fixed = {options.flags, fixes_provider(options), options.language};
  auto saved = read_saved_settings(settings_file());
  if (saved.ok()) {
    start.saved = std::move(*saved);
  } else {
    start.broken = saved.error().message;
    standard_error()("deviceflow-demo: " + start.broken + " The file is left as it is.\n");
  }
  return start;
}

int run(const WindowOptions& options) {
  const SettingsStart settings = read_settings(options);
  auto session = open_chosen(options, settings.saved);
  // What stands in the settings file is mended on the screen.
  const bool from_file = !fixes_provider(options) && !settings.saved.sandbox;
  if (!session.ok() && !from_file) return refuse(session.error());
  auto log = EventLog::open(options.event_log);
  if (!log.ok()) return refuse(log.error());
  std::optional<Screenshots> screenshots;
  if (!options.screenshots.empty()) {
    auto made = Screenshots::into(options.screenshots);
    if (!made.ok()) return refuse(made.error());
    screenshots = std::move(*made);
  }
  auto fonts = find_fonts();
  if (!fonts.ok()) return refuse(fonts.error());
  auto window = Window::open(options.width, options.height, std::move(*fonts));
  if (!window.ok()) return refuse(window.error());
  if (options.fullscreen) (*window)->toggle_fullscreen();
  App app(options, settings, std::move(session), std::move(*window), std::move(*log),
          std::move(screenshots));
  const auto ended = app.run();
  return ended.ok() ? kClosed : refuse(ended.error());
}

}  // namespace

int main(int argc, char** argv) {
  unsetenv("SSLKEYLOGFILE");  // libcurl would write the keys of every connection there
  auto parsed = parse_window_options({argv + 1, argv + argc});
  if (const auto* help = std::get_if<HelpText>(&parsed)) {
    standard_output()(help->text);
    return kClosed;
  }
  if (const auto* error = std::get_if<Error>(&parsed)) return refuse(*error);
  const WindowOptions& options = std::get<WindowOptions>(parsed);
  if (options.trace_secrets) {
    standard_error()("deviceflow-demo: the trace " + options.trace_file +
                     " holds secrets; delete it afterwards.\n");
  }
  int code = kClosed;
  bool interrupted = false;
  {
    const SignalWatch signals;
    code = run(options);
    interrupted = stop_reason() == Stop::interrupted;
  }
  return interrupted ? kInterrupted : code;
}
