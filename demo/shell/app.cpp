#include "app.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <deviceflow/platform.hpp>
#include <iterator>

#include "common/browser.hpp"
#include "common/chosen_settings.hpp"
#include "common/lan_addresses.hpp"
#include "common/stop.hpp"
#include "foundation/json.hpp"
#include "press_desk.hpp"
#include "save_exchanges.hpp"
#include "views/app_view.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFade{180};
constexpr int kPasses = 4;

std::chrono::seconds utc_offset() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  if (localtime_r(&now, &local) == nullptr) return std::chrono::seconds(0);
  return std::chrono::seconds(local.tm_gmtoff);
}

// As POSIX has it: the first of these that is set.
std::string_view locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

AppFacts facts_of(const WindowOptions& options, const SettingsStart& settings,
                  const Result<Session>& session) {
  AppFacts facts;
  facts.locale = locale();
  const std::string& language =
      options.language.empty() ? settings.saved.language : options.language;
  facts.language = language_of(language.empty() ? facts.locale : language);
  facts.sandbox = !names_provider(with_saved(options, settings.saved));
  facts.provider = facts.sandbox  ? "Sandbox"
                   : session.ok() ? host_of(*session)
                                  : host_of(Session());
  const ProviderSettings& used = session.ok() ? session->settings : settings.saved.provider;
  facts.client_id = used.client_id;
  if (facts.sandbox && facts.client_id.empty()) facts.client_id = kSandboxClient;
  facts.scope = used.scope.value_or("");
  if (session.ok()) facts.place = place_of(*session);
  facts.loopback_only = options.loopback;
  facts.browser = find_browser(std::getenv).ok();
  if (!options.loopback) facts.lan_addresses = lan_addresses();
  facts.utc_offset = utc_offset();
  return facts;
}

void say_on_stderr(std::string_view text) {
  standard_error()(text);
}

}  // namespace

App::App(const WindowOptions& options, const SettingsStart& settings, Result<Session> session,
         std::unique_ptr<Window> window, std::unique_ptr<EventLog> log,
         std::optional<Screenshots> screenshots)
    : window_(std::move(window)),
      log_(std::move(log)),
      screenshots_(std::move(screenshots)),
      output_([this](std::string_view line) { log_->write(line); }, say_on_stderr, false),
      mailbox_(&Window::wake),
      alarm_(&Window::wake),
      sandbox_options_(options.sandbox),
      model_(facts_of(options, settings, session), SettingsModel(settings)),
      worker_(options, std::move(session), mailbox_, output_) {
  if (model_.facts().sandbox) {
    worker_.start_sandbox(sandbox_options_);
  } else {
    worker_.find_secrets(settings.saved);
    worker_.restore();
  }
}

Result<void> App::run() {
  while (!window_->closing() && stop_reason() == Stop::none) {
    take_events();
    take_input();
    const SteadyTime now = clock_.steady_now();
    carry_out(model_.on_time(now));
    alarm_.set(model_.next_change(now));
    if (window_->visible()) {
      const auto drawn = draw();
      if (!drawn.ok()) return drawn;
    }
    const bool ticking = model_.just_approved();
    if ((!keys_.empty() || !clicks_.empty()) && !ticking && window_->visible()) continue;
    if (window_->visible() && (drawn_opacity_ < 1 || ticking)) {
      window_->wait_a_frame();
    } else {
      window_->wait();
    }
  }
  // Nobody looks any more: whatever still waits, for the password of a locked keyring for one,
  // ends.
  request_stop(Stop::output_closed);
  JsonValue event = JsonValue::object();
  event.set("event", "frames");
  event.set("shown", JsonValue::integer(window_->frames_shown()));
  log_->write(event);
  return {};
}

void App::take_events() {
  for (WorkerEvent& event : mailbox_.take()) {
    model_.on_event(std::move(event), clock_.steady_now());
  }
}

void App::take_input() {
  Input input = window_->take_input();
  const SteadyTime now = clock_.steady_now();
  std::move(input.keys.begin(), input.keys.end(), std::back_inserter(keys_));
  clicks_.insert(clicks_.end(), input.clicks.begin(), input.clicks.end());
  // One a frame: what a key or a click means depends on what the one before it brought to the
  // screen. Keys that come while the tick is drawn wait for what they may mean after it.
  if (!keys_.empty() && !model_.just_approved()) {
    act(keys_.front(), now);
    keys_.pop_front();
  }
  if (!clicks_.empty()) {
    const Input::Point point = clicks_.front();
    clicks_.pop_front();
    if (const auto intent = focus_.click(point.x, point.y, now)) act(*intent);
  }
  if (input.wheel != 0) {
    const Action direction = input.wheel > 0 ? Action::up : Action::down;
    if (const auto intent = focus_.wheel(input.pointer.x, input.pointer.y, direction)) act(*intent);
  }
  std::string pointed_at = focus_.at(input.pointer.x, input.pointer.y);
  if (pointed_at != pointed_at_) window_->show_hand(!pointed_at.empty());
  pointed_at_ = std::move(pointed_at);
}

void App::act(const KeyPress& key, SteadyTime now) {
  if (model_.type(key) || !key.action) return;
  switch (*key.action) {
    case Action::back: carry_out(model_.on_back()); break;
    case Action::find:
    case Action::copy:
    case Action::quit: carry_out(model_.on_shortcut(*key.action)); break;
    case Action::larger: window_->zoom(1); break;
    case Action::smaller: window_->zoom(-1); break;
    case Action::usual_size: window_->zoom(0); break;
    case Action::fullscreen: window_->toggle_fullscreen(); break;
    default:
      if (const auto intent = focus_.act(*key.action, now)) act(*intent);
      break;
  }
}

void App::act(const Intent& intent) {
  carry_out(model_.on_intent(intent));
}

void App::carry_out(const std::vector<Command>& commands) {
  for (const Command& command : commands) {
    switch (command.kind) {
      case Command::Kind::log_in: worker_.log_in(command.login); break;
      case Command::Kind::trust: worker_.trust(command.login); break;
      case Command::Kind::cancel: worker_.cancel(); break;
      case Command::Kind::introspect: worker_.introspect(); break;
      case Command::Kind::discover: worker_.discover(); break;
      case Command::Kind::quit: window_->close(); break;
      case Command::Kind::list_traces:
        background_.add([this](const Cancel&) { mailbox_.put({0, TracesListed{saved_traces()}}); });
        break;
      case Command::Kind::read_trace:
        background_.add([this, path = command.path](const Cancel&) {
          mailbox_.put({0, TraceRead{path, read_saved_trace(path)}});
        });
        break;
      case Command::Kind::press_desk: press_desk(command); break;
      case Command::Kind::user_info: worker_.user_info(); break;
      case Command::Kind::refresh: worker_.refresh(); break;
      case Command::Kind::save_trace: save(".jsonl"); break;
      case Command::Kind::save_har: save(".har"); break;
      case Command::Kind::copy_curl: copy("curl", model_.developer().curl()); break;
      case Command::Kind::copy_body: copy("body", model_.developer().body()); break;
      case Command::Kind::copy_link: copy("link", Secret(command.path)); break;
      case Command::Kind::open_page: open_page(command.path); break;
      case Command::Kind::renew: worker_.renew(); break;
      case Command::Kind::use_settings: worker_.use_settings(command.settings); break;
      case Command::Kind::test_settings: worker_.test_settings(command.settings); break;
      case Command::Kind::cancel_test: worker_.cancel_test(); break;
      case Command::Kind::check_ca_file:
        worker_.check_ca_file(command.settings->saved.provider.ca_file);
        break;
      case Command::Kind::sign_out: worker_.sign_out(); break;
      case Command::Kind::restart_sandbox:
        sandbox_options_.lan = !command.lan_address.empty();
        sandbox_options_.lan_address = command.lan_address;
        worker_.start_sandbox(sandbox_options_);
        break;
    }
  }
}

// What was copied is told, never its text.
void App::copy(std::string_view what, const Secret& text) {
  window_->copy(text);
  JsonValue event = JsonValue::object();
  event.set("event", "copied");
  event.set("what", what);
  event.set("secrets", JsonValue::boolean(model_.developer().secrets_shown()));
  log_->write(event);
}

// Where it went is told on standard error as well: on the screen a long path is cut.
void App::save(std::string_view ending) {
  auto path = save_exchanges(model_.developer().log(), ending);
  say_on_stderr("deviceflow-demo: " +
                (path.ok() ? "the exchanges are in " + *path : path.error().message) + "\n");
  model_.on_event({0, Saved{std::move(path)}}, clock_.steady_now());
}

void App::open_page(const std::string& uri) {
  const auto browser = find_browser(std::getenv);
  const auto opened =
      browser.ok() ? deviceflow::demo::open_page(*browser, uri) : Result<void>(browser.error());
  JsonValue event = JsonValue::object();
  event.set("event", "page_opened");
  event.set("done", JsonValue::boolean(opened.ok()));
  log_->write(event);
  if (!opened.ok()) model_.page_not_opened();
}

void App::press_desk(const Command& command) {
  background_.add([this, command](const Cancel& given_up) {
    CurlNetwork network;
    const DeskResult result = deviceflow::demo::press_desk(network, command.issuer, command.press,
                                                           command.user_code, given_up);
    mailbox_.put({0, DeskAnswered{command.press, result}});
  });
}

float App::opacity(SteadyTime now) const {
  const auto since = std::chrono::duration<float>(now - scene_since_);
  const float part = since / std::chrono::duration<float>(kFade);
  return std::clamp(part, 0.0F, 1.0F);
}

Result<void> App::draw() {
  const SteadyTime now = clock_.steady_now();
  if (const std::string scene = model_.scene(); scene != scene_) {
    // The very first screen is just there, and so is the tick, which moves itself.
    scene_since_ = scene_.empty() || model_.just_approved() ? now - kFade : now;
    scene_ = scene;
  }
  // The focus is known only after a frame of the new scene, and which characters want a face;
  // another one shows it.
  for (int pass = 0; pass < kPasses; ++pass) {
    auto list = window_->begin();
    if (!list.ok()) return list.error();
    drawn_opacity_ = opacity(now);
    Canvas canvas(**list, window_->fonts(), window_->width(), window_->height(), focus_.id(),
                  drawn_opacity_);
    draw_app(canvas, model_, now);
    const std::string before = focus_.id();
    // If the settings call for a row, the focus starts anew.
    focus_.update(scene_ + std::to_string(model_.settings().called()), canvas.take_focusables(),
                  now);
    const bool found = window_->look_for(canvas.missing());
    if (pass + 1 < kPasses && (found || focus_.id() != before)) {
      window_->discard();
      continue;
    }
    if (screenshots_ && drawn_opacity_ >= 1 && !model_.just_approved() &&
        pictured_ != model_.picture()) {
      Picture picture;
      window_->show(&picture);
      pictured_ = model_.picture();
      save_picture(picture);
    } else {
      window_->show();
    }
    tell();
    break;
  }
  return {};
}

// Only after the screen shows it.
void App::tell() {
  tell_screen();
  if (focus_.id() == told_focus_) return;
  told_focus_ = focus_.id();
  JsonValue event = JsonValue::object();
  event.set("event", "focus");
  event.set("on", JsonValue::string(told_focus_));
  log_->write(stamped(std::move(event), clock_.steady_now(), window_->frames_shown()));
}

void App::tell_screen() {
  JsonValue event = screen_event(model_);
  std::string text = to_json(event);
  if (text == told_) return;
  if (told_.empty()) {
    JsonValue first = JsonValue::object();
    first.set("event", "first_frame");
    log_->write(stamped(std::move(first), clock_.steady_now(), window_->frames_shown()));
  }
  told_ = std::move(text);
  log_->write(stamped(std::move(event), clock_.steady_now(), window_->frames_shown()));
}

void App::save_picture(const Picture& picture) {
  if (screenshots_->save(scene_, picture)) return;
  say_on_stderr("deviceflow-demo: the screenshots can't be written; is the disk full?\n");
  screenshots_.reset();
}

}  // namespace deviceflow::demo
