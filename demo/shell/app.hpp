// The window's program: carries input to the model, its commands to the worker, and its state to
// the screen.
#ifndef DEVICEFLOW_DEMO_SHELL_APP_HPP
#define DEVICEFLOW_DEMO_SHELL_APP_HPP

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "alarm.hpp"
#include "common/json_output.hpp"
#include "errands.hpp"
#include "event_log.hpp"
#include "mailbox.hpp"
#include "model/app_model.hpp"
#include "model/focus.hpp"
#include "screenshots.hpp"
#include "window.hpp"
#include "window_options.hpp"
#include "worker.hpp"

namespace deviceflow::demo {

class App {
 public:
  /// Everything that can be told before the window opens.
  App(const WindowOptions& options, const SettingsStart& settings, Result<Session> session,
      std::unique_ptr<Window> window, std::unique_ptr<EventLog> log,
      std::optional<Screenshots> screenshots);

  /// Runs until the window is closed or a signal came. Fails where it can't go on drawing.
  Result<void> run();

 private:
  void take_events();
  void take_input();
  void act(const KeyPress& key, SteadyTime now);
  void act(const Intent& intent);
  void carry_out(const std::vector<Command>& commands);
  void save(std::string_view ending);
  void copy(std::string_view what, const Secret& text);
  void press_desk(const Command& command);
  Result<void> draw();
  void tell();
  void tell_screen();
  void save_picture(const Picture& picture);
  float opacity(SteadyTime now) const;

  std::unique_ptr<Window> window_;
  std::unique_ptr<EventLog> log_;
  std::optional<Screenshots> screenshots_;
  JsonOutput output_;
  SystemClock clock_;
  Mailbox mailbox_;
  Alarm alarm_;
  SandboxOptions sandbox_options_;
  AppModel model_;
  Focus focus_;
  std::deque<KeyPress> keys_;        ///< Not yet acted on.
  std::deque<Input::Point> clicks_;  ///< The same.
  std::string pointed_at_;
  std::string scene_;
  SteadyTime scene_since_{};
  float drawn_opacity_ = 1;  ///< Of the last frame; below 1 a screen is fading in.
  std::string told_;         ///< The last screen event.
  std::string told_focus_;   ///< The last focus event.
  std::string pictured_;     ///< What the last screenshot shows.
  Errands errands_;          ///< It and the next end before what they report to.
  Worker worker_;
};

}  // namespace deviceflow::demo

#endif
