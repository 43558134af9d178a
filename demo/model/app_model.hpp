// Everything the window shows and why, without a window.
#ifndef DEVICEFLOW_DEMO_MODEL_APP_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_APP_MODEL_HPP

#include <deviceflow/qr_code.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "developer_model.hpp"
#include "intent.hpp"
#include "key_press.hpp"
#include "language.hpp"
#include "message.hpp"
#include "settings_model.hpp"
#include "text_editor.hpp"
#include "worker_event.hpp"

namespace deviceflow::demo {

/// The screens of the first tab; name() is what the event log calls them.
enum class Screen {
  home,
  connecting,
  code,
  signed_in,
  ended,  ///< The session is over; sign in again.
  denied,
  expired,
  offline,        ///< Still trying, or given up.
  untrusted,      ///< A certificate.
  misconfigured,  ///< A setting.
  refused,        ///< The server's answer can't be used.
};
std::string_view name(Screen screen) noexcept;

enum class Tab { sign_in, developer };

enum class SandboxState { starting, ready, failed };

/// What is known before anything is asked.
struct AppFacts {
  Language language;
  std::string provider;  ///< Its host, or "Sandbox".
  std::string client_id;
  std::string scope;
  bool sandbox = false;
  bool loopback_only = false;  ///< --loopback: the sandbox's page is for this computer, always.
  std::vector<std::string> lan_addresses;  ///< Of this computer.
  std::string lan_address;                 ///< The one in use, or empty.
  std::string locale;                      ///< Whose language is shown unless another is set.
  std::chrono::seconds utc_offset{0};      ///< What local time is ahead of UTC.
};

/// What the shell has to do.
struct Command {
  enum class Kind {
    log_in,           ///< Start the login `login`.
    cancel,           ///< Give up the one that is going on.
    introspect,       ///< Ask about the access token.
    renew,            ///< Look after the access token.
    sign_out,         ///< Revoke the tokens where that is possible, and forget them.
    restart_sandbox,  ///< With its page on `lan_address`, or on this computer only.
    trust,            ///< Keep the certificate that was seen last, then start the login `login`.
    user_info,        ///< Ask the UserInfo endpoint.
    refresh,          ///< Use the refresh token, though that need not be due.
    save_trace,       ///< Write the exchanges into a file.
    save_har,         ///< The same as an HTTP archive.
    discover,         ///< Fetch the provider's metadata.
    use_settings,     ///< Save `settings`, and open what they name.
    test_settings,    ///< Run the doctor with `settings`.
    cancel_test,
    check_ca_file,  ///< Look whether the one in `settings` can be used.
    copy_curl,      ///< Put DeveloperModel::curl() into the clipboard.
    copy_body,      ///< The same with its body().
    press_desk,     ///< Press a button of the sandbox's desk.
    list_traces,    ///< Look for saved traces.
    read_trace,     ///< Read the one at `path`.
    quit,           ///< Close the window.
  };
  Kind kind = Kind::log_in;
  int login = 0;
  std::string lan_address;
  std::shared_ptr<const SettingsChange> settings = nullptr;
  // With press_desk:
  DeskPress press = DeskPress::approve;
  std::string issuer = {};  ///< The sandbox's.
  std::string user_code = {};
  std::string path = {};  ///< With read_trace.
};

/// The codes and how the wait for the person's decision goes.
struct CodeView {
  std::string user_code;     ///< Cleaned; grouping is the view's business.
  std::string uri;           ///< As the person types it.
  std::string asks_for;      ///< The scope in words, or empty.
  std::optional<QrCode> qr;  ///< Empty where the address is too long for one.
  SteadyTime expires_at{};
  std::chrono::seconds lifetime{0};
  std::chrono::seconds check_every{5};
  std::string status;        ///< A sentence: what is being waited for.
  bool trouble = false;      ///< `status` tells of trouble.
  std::string reach;         ///< Why a phone may not get there, or empty.
  bool unreachable = false;  ///< It can't at all.
  bool enlarged = false;     ///< The QR code fills the height of the screen.
};

struct SessionView {
  SignedIn facts;
  std::optional<PersonKnown> person;
};

/// What the text of the editor is for. Another use is another value here, an edit() where it is
/// asked for, and a line in finish_editing().
enum class EditTarget {
  exchange_search,  ///< Of the Developer tab.
  provider_search,  ///< Of the settings.
  setting,          ///< The row that was chosen there.
};

/// The model. Fed from one thread; reads no clock.
class AppModel {
 public:
  explicit AppModel(AppFacts facts, SettingsModel settings = SettingsModel())
      : facts_(std::move(facts)), developer_(facts_.utc_offset), settings_(std::move(settings)) {}

  void on_event(WorkerEvent event, SteadyTime now);
  std::vector<Command> on_intent(const Intent& intent);
  /// The back key.
  std::vector<Command> on_back();
  /// The keys for searching, copying and quitting, wherever the focus is.
  std::vector<Command> on_shortcut(Action action);
  /// True where the key was typed into the editor; else its action counts.
  bool type(const KeyPress& key);
  /// Opens the editor over whatever is shown. Its text, once the person is done, goes to `target`.
  void edit(EditTarget target, TextEditor::Subject subject);
  /// Time went by: hides codes that have expired, has tokens renewed, and takes up a login.
  std::vector<Command> on_time(SteadyTime now);

  /// When something that is shown changes by itself; kNever where nothing does.
  SteadyTime next_change(SteadyTime now) const;

  const AppFacts& facts() const noexcept { return facts_; }
  const Language& language() const noexcept { return facts_.language; }
  Screen screen() const noexcept { return screen_; }
  Tab tab() const noexcept { return tab_; }
  /// The current state within the screen, for the event log: "ready", "waiting", "retry" …
  const std::string& status() const noexcept { return status_; }
  bool lan_picker_open() const noexcept { return lan_picker_; }
  /// Empty where nothing is being typed.
  const TextEditor* editor() const noexcept { return editing_ ? &editing_->editor : nullptr; }
  SandboxState sandbox() const noexcept { return sandbox_; }
  /// Only on Screen::code.
  const CodeView* code() const noexcept { return code_ ? &*code_ : nullptr; }
  /// Only on Screen::code: as they came.
  const DeviceAuthorization* codes() const noexcept { return codes_ ? &*codes_ : nullptr; }
  /// On Screen::signed_in, right after the person has approved: a tick is drawn.
  bool just_approved() const noexcept { return tick_ends_ != kNever; }
  /// How much of it, from 0 to 1.
  float approved_part(SteadyTime now) const;
  /// Only on Screen::signed_in.
  const SessionView* session() const noexcept { return session_ ? &*session_ : nullptr; }
  /// What the first screen has to say: what a sign-out could not do, or why nobody can sign in; or
  /// empty.
  const std::string& notice() const noexcept { return notice_; }
  /// What a screen without codes has to say.
  const Message& message() const noexcept { return message_; }
  /// Whether a login of the sandbox waits for a decision, which the desk can make.
  bool desk_open() const noexcept { return !sandbox_issuer_.empty() && codes_.has_value(); }
  const DeveloperModel& developer() const noexcept { return developer_; }
  const SettingsModel& settings() const noexcept { return settings_; }
  bool settings_open() const noexcept { return settings_.page() != SettingsPage::closed; }
  /// Changes whenever another picture is shown; the focus starts anew then.
  std::string scene() const;
  /// Changes with the scene, and when what it lacked at first is there: worth another screenshot.
  std::string picture() const;

 private:
  void take(SandboxReady event, SteadyTime);
  void take(SandboxFailed event, SteadyTime);
  void take(StartRetried event, SteadyTime);
  void take(CodesCame event, SteadyTime);
  void take(PollCame event, SteadyTime);
  void take(SignedIn event, SteadyTime);
  void take(PersonKnown event, SteadyTime);
  void take(LoginFailed event, SteadyTime);
  void take(ExchangeCame event, SteadyTime);
  void take(IntrospectionCame event, SteadyTime);
  void take(Restored event, SteadyTime);
  void take(Renewed event, SteadyTime);
  void take(SessionEnded event, SteadyTime);
  void take(SignedOut event, SteadyTime);
  void take(const CertificateSeen& event, SteadyTime);
  void take(CertificateKept event, SteadyTime);
  void take(LoginWaits event, SteadyTime);
  void take(TokensCame event, SteadyTime);
  void take(ActionEnded event, SteadyTime);
  void take(Saved event, SteadyTime);
  void take(TracesListed event, SteadyTime) { developer_.traces_listed(std::move(event)); }
  void take(const TraceRead& event, SteadyTime) { developer_.trace_read(event, language()); }
  void take(const DeskAnswered& event, SteadyTime) { developer_.desk_answered(event); }
  void take(const DiscoveryCame& event, SteadyTime) { developer_.set_discovery(event, language()); }
  void take(const MachineMoved& event, SteadyTime) { developer_.machine_moved(event.step); }
  void take(SettingsUsed event, SteadyTime);
  void take(CaFileChecked event, SteadyTime) { settings_.on_event(event); }
  void take(TestStep event, SteadyTime) { settings_.on_event(std::move(event)); }
  void take(TestFound event, SteadyTime) { settings_.on_event(std::move(event)); }
  void take(TestEnded event, SteadyTime) { settings_.on_event(std::move(event)); }

  void show(Screen screen, std::string status);
  bool login_goes_on() const noexcept;
  std::vector<Command> log_in();
  std::vector<Command> trust();
  std::vector<Command> cancel();
  std::vector<Command> go_home();
  std::vector<Command> act(TokenAction action);
  std::vector<Command> copy(Intent::Kind what);
  std::vector<Command> discover();
  std::vector<Command> press_desk(int which) const;
  std::vector<Command> replay_trace(int index);
  bool offers_lan() const noexcept;
  std::vector<Command> choose_lan(int row);
  void enlarge_qr(bool enlarged);
  std::vector<Command> press_key(int index);
  std::vector<Command> finish_editing();
  std::vector<Command> on_settings(const Intent& intent);
  std::vector<Command> leave_settings();
  std::vector<Command> use_changes();
  std::vector<Command> check_ca_file();
  std::vector<Command> renew_code();

  AppFacts facts_;
  Screen screen_ = Screen::home;
  Tab tab_ = Tab::sign_in;
  std::string status_ = "ready";
  int login_ = 0;             ///< The newest one; events of others are ignored.
  bool login_waits_ = false;  ///< One of an earlier run, to be taken up.
  SandboxState sandbox_ = SandboxState::starting;
  std::string sandbox_issuer_;  ///< Empty where there is none that listens.
  bool lan_picker_ = false;
  std::optional<DeviceAuthorization> codes_;
  std::optional<CodeView> code_;
  std::optional<SessionView> session_;
  SteadyTime tick_ends_ = kNever;  ///< kNever: there is none.
  Message message_;
  bool certificate_known_ = false;  ///< `message_` tells of it.
  std::string notice_;
  DeveloperModel developer_;
  SettingsModel settings_;
  /// Nothing was begun with this provider: what an earlier run has left is taken up.
  bool untouched_ = true;
  bool code_expired_ = false;  ///< Just now; the settings say what happens.
  int new_codes_ = 0;          ///< Fetched by themselves since a person asked.
  struct Editing {
    EditTarget target;
    TextEditor editor;
  };
  std::optional<Editing> editing_;
};

}  // namespace deviceflow::demo

#endif
