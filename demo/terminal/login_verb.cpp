#include <cstdlib>
#include <deviceflow/platform.hpp>
#include <optional>

#include "common/browser.hpp"
#include "common/sandbox_child.hpp"
#include "common/stop.hpp"
#include "enter_key.hpp"
#include "report.hpp"
#include "ticking_network.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

// One login, and everything that lives as long as it.
class Login {
 public:
  Login(const CommandLine& line, Output& output, Session session)
      : line_(line), output_(output), session_(std::move(session)) {}

  ExitCode run() {
    const auto checked = check_for_login(line_, session_);
    if (!checked.ok()) return fail({checked.error(), {}, {}, {}});
    if (!names_provider(line_)) {
      const auto started = start_sandbox();
      if (!started.ok()) return fail({started.error(), {}, {}, {}});
    }
    LoginFacts facts;
    facts.client_id = session_.settings.client_id;
    facts.host = host_of(session_);
    facts.scope = session_.settings.scope.value_or("");
    facts.sandbox = child_ != nullptr;
    facts.lan = line_.sandbox.lan;
    facts.can_open = output_.wants_ticks() && EnterKey::is_there() && browser_.ok();
    listens_ = facts.can_open;
    output_.connecting(facts);
    const auto keeper = LoginKeeper::open(session_, ports());
    if (!keeper.ok()) return fail({keeper.error(), {}, {}, {}});
    return finish(output_, session_, log_in(**keeper));
  }

 private:
  Result<void> start_sandbox() {
    auto child =
        SandboxChild::start(line_.sandbox, [this](std::string_view text) { output_.remark(text); });
    if (!child.ok()) return child.error();
    child_ = std::move(*child);
    use_sandbox(session_, *child_);
    return {};
  }

  Ports ports() {
    Ports ports;
    if (child_ || output_.wants_ticks()) {
      ports.network = [this, how = curl_options(make_config(session_))] {
        return std::make_unique<TickingNetwork>(
            std::make_unique<CurlNetwork>(how), clock_,
            [this](SteadyTime now, SteadyTime next) { on_tick(now, next); });
      };
    }
    ports.clock = &clock_;
    return ports;
  }

  SignInOptions options() {
    SignInOptions options;
    options.show = [this](const DeviceAuthorization& codes) {
      prompted_ = true;
      output_.prompt(codes, clock_.steady_now());
      page_ = codes.verification_uri_complete.value_or(codes.verification_uri);
      if (line_.open) open_it();
      if (listens_) enter_.emplace();
    };
    options.on_poll = [this](const PollReport& report) { output_.poll(report, report.next_in); };
    options.on_end = [this](const LoginOutcome& outcome) {
      if (session_.trace) {
        session_.trace->end_login(outcome, clock_.steady_now(), session_.provider_name());
      }
      outcome_ = outcome;
    };
    return options;
  }

  ExitCode log_in(LoginKeeper& keeper) {
    const bool first = keeper.is_empty();
    const auto token = keeper.session().sign_in(options(), stop_cancel());
    if (child_) child_->relay();
    if (!token.ok()) {
      if (!outcome_) return fail({token.error(), {}, {}, {}});
      return fail({token.error(), outcome_->quirks, outcome_->last_failure, {}});
    }
    if (!token->store_failure) {
      KeptAt kept = keeper.kept_at();
      if (!first) kept.protection.clear();  // it needs to be read once, not at every sign-in
      tell(*token, std::move(kept));
      return kDone;
    }
    if (line_.show_tokens) {
      tell(*token, {});
    } else {  // nobody has these tokens now, so nobody should be able to use them
      keeper.session().sign_out(Forget::always, stop_cancel());
    }
    return fail({*token->store_failure, outcome_->quirks, {}, {}});
  }

  void tell(const AccessToken& token, KeptAt kept) {
    TokenNews news{*outcome_->tokens};
    news.quirks = token.quirks;
    if (token.id_token_claims) news.claims = &*token.id_token_claims;
    if (token.id_token_problem) news.claims_missing = &*token.id_token_problem;
    news.kept = std::move(kept);
    if (token.replaced) news.replaced = &*token.replaced;
    output_.tokens(news);
  }

  ExitCode fail(Failure failure) {
    return report_failure(output_, &session_, std::move(failure), prompted_);
  }

  void on_tick(SteadyTime now, SteadyTime next_request) {
    if (child_) child_->relay();
    if (enter_ && enter_->pressed()) open_it();
    output_.tick(now, next_request);
  }

  void open_it() {
    const auto opened =
        browser_.ok() ? open_page(*browser_, page_) : Result<void>(browser_.error());
    if (!opened.ok()) output_.remark(opened.error().message);
  }

  const CommandLine& line_;
  Output& output_;
  Session session_;
  SystemClock clock_;
  std::unique_ptr<SandboxChild> child_;
  std::optional<LoginOutcome> outcome_;  ///< Once there is one.
  bool prompted_ = false;
  Result<std::string> browser_ = find_browser(std::getenv);
  std::string page_;
  bool listens_ = false;
  std::optional<EnterKey> enter_;
};

}  // namespace

ExitCode run_login(const CommandLine& line, Output& output) {
  auto session = open_session(line, output);
  if (!session.ok()) {
    return report_failure(output, nullptr, {session.error(), {}, {}, {}}, false);
  }
  return Login(line, output, std::move(*session)).run();
}

}  // namespace deviceflow::demo
