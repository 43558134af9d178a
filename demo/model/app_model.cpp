#include "app_model.hpp"

#include <algorithm>
#include <utility>

#include "certificate_message.hpp"
#include "code_words.hpp"
#include "error_words.hpp"
#include "foundation/url.hpp"
#include "scope_words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// What the server said goes into a line of the code screen.
constexpr std::size_t kMostServerText = 60;
// By then a user who could approve would have.
constexpr minutes kLongWait{1};
// An approval: the tick is drawn, then seen.
constexpr std::chrono::milliseconds kTick{180};
constexpr std::chrono::milliseconds kTickSeen{220};

// What keeps a phone from opening `uri`, by its host.
void check_reach(std::string_view uri, const AppFacts& facts, CodeView& view) {
  const auto url = parse_url(uri);
  if (!url.ok()) return;
  switch (host_reach(url->host)) {
    case HostReach::anywhere: return;
    case HostReach::private_network:
      view.reach = facts.language("code.reach.network", {{"host", url->host}});
      return;
    case HostReach::this_machine: break;
  }
  view.unreachable = true;
  view.reach =
      facts.language(!facts.sandbox                                       ? "code.reach.provider"
                     : facts.loopback_only || facts.lan_addresses.empty() ? "code.reach.here"
                                                                          : "code.reach.let_in",
                     {{"host", url->host}});
}

std::string outcome_words(const LoginFailed& failure) {
  const Error& error = failure.error;
  std::string words = std::string(name(error.stage)) + ": " + std::string(error.label());
  if (error.http_status) words += " (HTTP " + std::to_string(*error.http_status) + ")";
  if (!error.reason.empty()) words += ", " + error.reason;
  if (!failure.last_failure.empty()) words += ", last failure " + failure.last_failure;
  if (!error.description.empty()) words += ": " + error.description;
  return words;
}

std::string waiting_words(seconds every, const Language& say) {
  return say("code.waiting", {{"time", say.duration(every)}});
}

}  // namespace

std::string_view name(Screen screen) noexcept {
  switch (screen) {
    case Screen::home: return "home";
    case Screen::connecting: return "connecting";
    case Screen::code: return "code";
    case Screen::signed_in: return "signed_in";
    case Screen::ended: return "ended";
    case Screen::denied: return "denied";
    case Screen::expired: return "expired";
    case Screen::offline: return "offline";
    case Screen::untrusted: return "untrusted";
    case Screen::misconfigured: return "misconfigured";
    case Screen::refused: return "refused";
  }
  return "unknown";
}

void AppModel::on_event(WorkerEvent event, SteadyTime now) {
  if (event.login != 0 && event.login != login_) return;
  std::visit([&](auto& what) { take(std::move(what), now); }, event.what);
}

std::vector<Command> AppModel::on_intent(const Intent& intent) {
  switch (intent.kind) {
    case Intent::Kind::log_in:
      new_codes_ = 0;
      if (settings_.go_to_lacking(language())) {
        tab_ = Tab::sign_in;
        break;
      }
      return log_in();
    case Intent::Kind::trust_certificate: return trust();
    case Intent::Kind::cancel: return cancel();
    case Intent::Kind::go_home: return go_home();
    case Intent::Kind::show_sign_in: tab_ = Tab::sign_in; break;
    case Intent::Kind::show_developer: tab_ = Tab::developer; break;
    case Intent::Kind::open_lan_picker: lan_picker_ = offers_lan(); break;
    case Intent::Kind::close_picker: lan_picker_ = logs_in_again_ = false; break;
    case Intent::Kind::let_phones_in: return let_phones_in();
    case Intent::Kind::copy_link: return copy_link();
    case Intent::Kind::open_page: return open_page();
    case Intent::Kind::enlarge_qr: enlarge_qr(true); break;
    case Intent::Kind::shrink_qr: enlarge_qr(false); break;
    case Intent::Kind::choose_lan: return choose_lan(intent.value);
    case Intent::Kind::user_info: return act(TokenAction::user_info);
    case Intent::Kind::refresh: return act(TokenAction::refresh);
    case Intent::Kind::revoke: return act(TokenAction::revoke);
    case Intent::Kind::press_key: return press_key(intent.value);
    case Intent::Kind::search_exchanges:
      edit(EditTarget::exchange_search,
           {std::string(language()("developer.search")), {}, Secret(developer_.search()), false});
      break;
    case Intent::Kind::save_trace: return {{Command::Kind::save_trace, login_, {}}};
    case Intent::Kind::copy_curl:
    case Intent::Kind::copy_body: return copy(intent.kind);
    case Intent::Kind::save_har: return {{Command::Kind::save_har, login_, {}}};
    case Intent::Kind::discover: return discover();
    case Intent::Kind::show_replay:
      developer_.on_intent(intent);
      return {{Command::Kind::list_traces, login_, {}}};
    case Intent::Kind::replay_trace: return replay_trace(intent.value);
    case Intent::Kind::press_desk: return press_desk(intent.value);
    case Intent::Kind::quit: return {{Command::Kind::quit, login_, {}}};
    case Intent::Kind::introspect:
      if (!developer_.has_token()) break;
      developer_.introspecting(std::string(language()("developer.introspection.asking")));
      return {{Command::Kind::introspect, login_, {}}};
    default:
      if (!developer_.on_intent(intent)) return on_settings(intent);
      break;
  }
  return {};
}

std::vector<Command> AppModel::on_back() {
  if (editing_) {
    editing_.reset();
    return {};
  }
  if (settings_open()) return leave_settings();
  if (lan_picker_) {
    lan_picker_ = logs_in_again_ = false;
    return {};
  }
  if (tab_ == Tab::developer) {
    if (!developer_.on_back()) tab_ = Tab::sign_in;
    return {};
  }
  if (code_ && code_->enlarged) {
    enlarge_qr(false);
    return {};
  }
  switch (screen_) {
    case Screen::home:
    case Screen::signed_in: return {};  // leaving these takes a button: nobody signs out by mistake
    case Screen::connecting:
    case Screen::code: return cancel();
    default: return go_home();
  }
}

std::vector<Command> AppModel::on_shortcut(Action action) {
  if (action == Action::quit) return on_intent({Intent::Kind::quit, 0});
  if (editing_) return {};
  const bool exchanges = !settings_open() && tab_ == Tab::developer &&
                         developer_.page() == Page::exchanges && !developer_.rows().empty();
  if (action == Action::find && settings_.page() == SettingsPage::picker) {
    return on_intent({Intent::Kind::search_providers, 0});
  }
  if (action == Action::find && exchanges) return on_intent({Intent::Kind::search_exchanges, 0});
  if (action == Action::copy && exchanges) return on_intent({Intent::Kind::copy_body, 0});
  const bool link = !settings_open() && tab_ == Tab::sign_in && screen_ == Screen::code;
  if (action == Action::copy && link) return on_intent({Intent::Kind::copy_link, 0});
  return {};
}

std::vector<Command> AppModel::on_time(SteadyTime now) {
  developer_.on_time(now);
  if (now >= tick_ends_) tick_ends_ = kNever;
  // Only where nothing else has begun meanwhile.
  if (std::exchange(login_waits_, false) && screen_ == Screen::home && untouched_) return log_in();
  if (std::exchange(code_expired_, false)) return renew_code();
  if (screen_ == Screen::signed_in && session_->facts.renew_at &&
      *session_->facts.renew_at <= now) {
    session_->facts.renew_at.reset();  // until the worker says when to look again
    return {{Command::Kind::renew, login_, {}}};
  }
  if (screen_ != Screen::code || now < code_->expires_at) return {};
  LoginFailed failure{
      make_error(Blame::user, ErrorCode::expired_token, Stage::token, "The code expired."), {}, {}};
  take(std::move(failure), now);
  return std::exchange(code_expired_, false) ? renew_code() : std::vector<Command>();
}

SteadyTime AppModel::next_change(SteadyTime now) const {
  std::optional<SteadyTime> end;
  if (screen_ == Screen::code) end = code_->expires_at;
  if (screen_ == Screen::signed_in) end = session_->facts.expires_at;
  SteadyTime next = tick_ends_;
  if (end && *end > now) next = std::min(next, *end - (minutes_left(*end, now) - minutes(1)));
  if (screen_ == Screen::signed_in && session_->facts.renew_at) {
    next = std::min(next, *session_->facts.renew_at);
  }
  if (const auto ends = developer_.reveal_ends()) next = std::min(next, *ends);
  return next;
}

void AppModel::enlarge_qr(bool enlarged) {
  if (code_ && code_->qr) code_->enlarged = enlarged;
}

std::string AppModel::scene() const {
  if (editing_) return "editor";
  switch (settings_.page()) {
    case SettingsPage::list: return "settings";
    case SettingsPage::picker: return "settings_picker";
    case SettingsPage::test: return "settings_test";
    case SettingsPage::closed: break;
  }
  if (tab_ == Tab::developer) return "developer";
  if (code_ && code_->enlarged) return "code_large";
  if (just_approved()) return "approved";
  return std::string(name(screen_)) + (lan_picker_ ? "_picker" : "");
}

std::string AppModel::picture() const {
  const bool complete = screen_ == Screen::signed_in   ? session_->person.has_value()
                        : screen_ == Screen::untrusted ? certificate_known_
                        : screen_ == Screen::home
                            ? !facts_.sandbox || sandbox_ == SandboxState::ready
                            : true;
  if (settings_.page() == SettingsPage::test) {
    return scene() + (settings_.testing() ? "" : " complete");
  }
  const bool answered = tab_ == Tab::developer && developer_.newest_result().tone != Tone::muted;
  const bool another = tab_ == Tab::developer && developer_.page() != Page::exchanges;
  const std::string page = std::to_string(static_cast<int>(developer_.page()));
  return scene() + (another ? " page " + page : "") + (complete ? " complete" : "") +
         (answered ? " answered" : "");
}

void AppModel::show(Screen screen, std::string status) {
  screen_ = screen;
  status_ = std::move(status);
  lan_picker_ = false;
  if (screen != Screen::code) {
    codes_.reset();
    code_.reset();
  }
  if (screen != Screen::signed_in) session_.reset();
  tick_ends_ = kNever;
}

// Also where it may be over already: when this device's clock ends a code, the last poll can still
// be on its way, and a start may be tried again.
bool AppModel::login_goes_on() const noexcept {
  return screen_ == Screen::connecting || screen_ == Screen::code || screen_ == Screen::expired ||
         screen_ == Screen::offline;
}

std::vector<Command> AppModel::log_in() {
  if (screen_ == Screen::connecting || screen_ == Screen::code) return {};
  std::vector<Command> commands;
  if (login_goes_on()) commands.push_back({Command::Kind::cancel, login_, {}});
  if (screen_ == Screen::signed_in) commands.push_back({Command::Kind::sign_out, login_, {}});
  if (sandbox_ == SandboxState::failed) {
    sandbox_ = SandboxState::starting;
    commands.push_back({Command::Kind::restart_sandbox, login_, {}});
  }
  ++login_;
  untouched_ = false;
  message_ = {};
  certificate_known_ = false;
  notice_.clear();
  message_.title = language()("connecting.title", {{"provider", facts_.provider}});
  message_.text = language()("connecting.text");
  // At the desk one stays there, and watches.
  if (developer_.page() != Page::desk) tab_ = Tab::sign_in;
  developer_.set_token(false);
  developer_.login_begins();
  show(Screen::connecting, "contacting");
  commands.push_back({Command::Kind::log_in, login_, {}});
  return commands;
}

std::vector<Command> AppModel::trust() {
  if (screen_ != Screen::untrusted || message_.trust.empty()) return {};
  auto commands = log_in();
  commands.back().kind = Command::Kind::trust;
  return commands;
}

std::vector<Command> AppModel::cancel() {
  if (!login_goes_on()) return {};
  const int given_up = login_;
  ++login_;  // whatever comes of it is ignored
  untouched_ = false;
  developer_.login_over(std::string(name(ErrorCode::cancelled)), false);
  tab_ = Tab::sign_in;
  show(Screen::home, "ready");
  return {{Command::Kind::cancel, given_up, {}}};
}

std::vector<Command> AppModel::go_home() {
  if (login_goes_on()) return cancel();
  const bool had_tokens = screen_ == Screen::signed_in;
  tab_ = Tab::sign_in;
  developer_.set_token(false);
  show(Screen::home, "ready");
  if (!had_tokens) return {};
  // Whatever still goes on with the tokens, such as asking for the name, would hold up the next
  // login.
  return {{Command::Kind::cancel, login_, {}}, {Command::Kind::sign_out, login_, {}}};
}

bool AppModel::offers_lan() const noexcept {
  return facts_.sandbox && !facts_.loopback_only && screen_ == Screen::home;
}

std::vector<Command> AppModel::choose_lan(int row) {
  lan_picker_ = false;
  const bool again = std::exchange(logs_in_again_, false);
  const auto index = static_cast<std::size_t>(row);
  if (!offers_lan() || row < 0 || index > facts_.lan_addresses.size()) return {};
  // The first row is "off".
  const std::string address = index == 0 ? "" : facts_.lan_addresses[index - 1];
  if (address == facts_.lan_address) return again ? log_in() : std::vector<Command>();
  facts_.lan_address = address;
  sandbox_ = SandboxState::starting;
  std::vector<Command> commands{{Command::Kind::restart_sandbox, login_, address}};
  if (!again) return commands;
  for (Command& command : log_in()) commands.push_back(std::move(command));
  return commands;
}

bool AppModel::offers_phones() const noexcept {
  return code_ && code_->unreachable && facts_.sandbox && !facts_.loopback_only &&
         !facts_.lan_addresses.empty();
}

// The page of another address has another code.
std::vector<Command> AppModel::let_phones_in() {
  if (!offers_phones()) return {};
  auto commands = cancel();
  lan_picker_ = logs_in_again_ = true;
  if (facts_.lan_addresses.size() > 1) return commands;
  for (Command& command : choose_lan(1)) commands.push_back(std::move(command));
  return commands;
}

// Without the code, which nothing sends anywhere.
std::vector<Command> AppModel::copy_link() {
  if (!codes_) return {};
  code_->status = language()("code.copied");
  Command command{Command::Kind::copy_link, login_, {}};
  command.path = codes_->verification_uri;
  return {command};
}

std::vector<Command> AppModel::open_page() {
  if (!codes_ || !facts_.browser) return {};
  code_->status = language()("code.opened");
  Command command{Command::Kind::open_page, login_, {}};
  command.path = codes_->verification_uri_complete.value_or(codes_->verification_uri);
  return {command};
}

void AppModel::page_not_opened() {
  if (code_) code_->status = language()("code.not_opened");
}

std::string AppModel::notice() const {
  if (!notice_.empty()) return notice_;
  if (!settings_.broken().empty()) return std::string(language()("home.broken"));
  if (settings_.not_saved().empty()) return {};
  return language()("home.not_saved", {{"reason", settings_.not_saved()}});
}

void AppModel::take(SandboxReady event, SteadyTime) {
  sandbox_ = SandboxState::ready;
  facts_.lan_address = event.lan_address;
  sandbox_issuer_ = std::move(event.issuer);
}

void AppModel::take(SandboxFailed event, SteadyTime) {
  sandbox_ = SandboxState::failed;
  sandbox_issuer_.clear();
  facts_.lan_address.clear();  // the next start is the one that asks for the least
  ++login_;  // one that waited for it can only fail, and that would hide the reason
  untouched_ = false;
  message_ = sandbox_message(event.error, facts_);
  show(Screen::misconfigured, std::string(event.error.label()));
}

void AppModel::take(StartRetried event, SteadyTime) {
  facts_.server_setting = settings_.label_of(kServerSetting, language());
  message_ = retry_message(event.error, event.next_in, facts_);
  developer_.set_outcome(outcome_words({event.error, {}, {}}), {});
  show(Screen::offline, "retry");
}

void AppModel::take(CodesCame event, SteadyTime) {
  CodeView view;
  view.user_code = clean_text(event.codes.user_code, 200);
  view.uri = event.codes.verification_uri;
  view.asks_for = scope_words(clean_text(event.scope), language());
  const std::string& scanned =
      event.codes.verification_uri_complete.value_or(event.codes.verification_uri);
  auto qr = QrCode::encode(scanned);
  if (qr.ok()) view.qr = std::move(*qr);
  view.expires_at = event.expires_at;
  view.lifetime = event.codes.expires_in;
  view.check_every = event.codes.interval;
  view.status = waiting_words(view.check_every, language());
  check_reach(scanned, facts_, view);
  developer_.codes_came(event.codes, event.expires_at - event.codes.expires_in);
  show(Screen::code, "waiting");
  code_ = std::move(view);
  codes_ = std::move(event.codes);
}

void AppModel::take(PollCame event, SteadyTime now) {
  developer_.polled(event.report);
  if (!code_) return;
  const Language& say = language();
  code_->trouble = event.report.result == PollReport::Result::retry;
  if (event.next_in && !code_->trouble) {
    code_->check_every = std::max(seconds(1), std::chrono::floor<seconds>(*event.next_in));
  }
  if (code_->trouble) {
    const auto wait = std::chrono::ceil<seconds>(event.next_in.value_or(seconds(0)));
    std::string trouble(
        say.trouble(event.report.check_endpoint ? "endpoint" : event.report.reason));
    if (!event.report.server_text.empty()) {
      trouble += ": " + clean_text(event.report.server_text, kMostServerText);
    }
    code_->status = say(event.next_in ? "code.retry" : "code.no_retry",
                        {{"trouble", trouble}, {"time", say.duration(wait)}});
    status_ = "retry";
  } else if (event.report.result == PollReport::Result::slow_down) {
    code_->status = say("code.busy", {{"time", say.duration(code_->check_every)}});
    status_ = "slow_down";
  } else {
    const SteadyTime shown_at = code_->expires_at - code_->lifetime;
    code_->status = now - shown_at < kLongWait ? waiting_words(code_->check_every, say)
                                               : std::string(say("code.not_allowed"));
    status_ = "waiting";
  }
}

// What happens on another tab takes no time.
void AppModel::take(SignedIn event, SteadyTime now) {
  const bool watched = screen_ == Screen::code && tab_ == Tab::sign_in;
  const std::string received(language()("developer.tokens_received"));
  developer_.login_over(received, true);
  developer_.set_outcome(received, event.quirks);
  developer_.set_token(true);
  show(Screen::signed_in, "signed_in");
  session_ = SessionView{std::move(event), std::nullopt};
  if (watched) tick_ends_ = now + kTick + kTickSeen;
}

void AppModel::take(PersonKnown event, SteadyTime) {
  if (session_) session_->person = std::move(event);
}

void AppModel::take(LoginFailed event, SteadyTime) {
  const Screen screen = screen_for(event.error);
  // The device's own clock may have said so already; then only the reason is new.
  const bool known = screen == Screen::expired && screen_ == Screen::expired;
  if (!known || !event.last_failure.empty()) {
    facts_.server_setting = settings_.label_of(kServerSetting, language());
    message_ = message_for(event, facts_, code_ ? code_->lifetime : seconds(0));
  }
  developer_.login_over(std::string(event.error.label()), false);
  developer_.set_outcome(outcome_words(event), event.quirks);
  const ErrorCode code = event.error.code;
  if (code == ErrorCode::id_token_invalid || code == ErrorCode::algorithm_not_allowed) {
    developer_.id_token_refused(event.error);
  }
  if (screen == Screen::expired && !known) code_expired_ = true;
  show(screen, std::string(event.error.label()));
}

void AppModel::take(ExchangeCame event, SteadyTime) {
  facts_.reached = facts_.reached || event.record.response.has_value();
  developer_.add(std::move(event.record));
}

void AppModel::take(IntrospectionCame event, SteadyTime) {
  if (!developer_.has_token()) return;  // it was forgotten meanwhile
  if (event.active.ok() || event.active.error().details.setting != "introspection") {
    developer_.set_introspection(event.active, language());
    return;
  }
  developer_.introspecting(std::string(language()("developer.introspection.needs")));
  const bool asked_here = tab_ == Tab::developer && !editing_ && !settings_open();
  if (asked_here) settings_.open_at_introspection(language());
}

// Only where nothing else has begun meanwhile.
void AppModel::take(Restored event, SteadyTime now) {
  if (screen_ == Screen::home && untouched_) take(std::move(event.facts), now);
}

void AppModel::take(Renewed event, SteadyTime) {
  if (!session_) return;
  SignedIn& before = session_->facts;
  if (event.facts.id_token == IdTokenCheck::none_came) {
    event.facts.id_token = before.id_token;
    event.facts.id_token_problem = std::move(before.id_token_problem);
  }
  before = std::move(event.facts);
}

void AppModel::take(SessionEnded event, SteadyTime) {
  if (screen_ != Screen::signed_in) return;
  message_ = ended_message(event.error, facts_);
  developer_.set_token(false);
  developer_.set_outcome(outcome_words({event.error, {}, {}}), {});
  show(Screen::ended, std::string(event.error.label()));
}

// Only of a login that is on the screen: another one's are gone.
void AppModel::take(TokensCame event, SteadyTime) {
  if (developer_.has_token()) developer_.tokens_came(std::move(event));
}

// The exchanges of the sign-out itself hold the tokens once more.
void AppModel::take(SignedOut event, SteadyTime) {
  developer_.forget_login();
  notice_ = event.problem ? error_words(*event.problem, language()) : std::string();
  if (event.provider_not_told) notice_ = language()("session.provider_not_told");
  const bool done = notice_.empty();
  developer_.end(TokenAction::revoke, done,
                 done ? std::string(language()("developer.done")) : notice_);
}

void AppModel::take(ActionEnded event, SteadyTime) {
  if (!developer_.has_token()) return;  // it was forgotten meanwhile
  developer_.end(event.action, !event.problem,
                 event.problem ? error_report(*event.problem, language())
                               : std::string(language()("developer.done")));
}

void AppModel::take(Saved event, SteadyTime) {
  developer_.saved(event.path, language());
}

void AppModel::take(const CertificateSeen& event, SteadyTime) {
  if (screen_ != Screen::untrusted) return;
  message_ = certificate_message(event, facts_);
  status_ = name(worst_problem(event).kind);
  certificate_known_ = true;
}

void AppModel::take(CertificateKept event, SteadyTime) {
  if (screen_ != Screen::connecting) return;
  message_.rows = {{std::string(language()("certificate.kept")), std::move(event.file), 3, true}};
}

void AppModel::take(LoginWaits, SteadyTime) {
  login_waits_ = true;
}

float AppModel::approved_part(SteadyTime now) const {
  const std::chrono::duration<float> left = tick_ends_ - kTickSeen - now;
  return std::clamp(1 - left / std::chrono::duration<float>(kTick), 0.0F, 1.0F);
}

}  // namespace deviceflow::demo
