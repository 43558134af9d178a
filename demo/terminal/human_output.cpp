#include "human_output.hpp"

#include <algorithm>
#include <utility>

#include "common/words.hpp"
#include "doctor_text.hpp"
#include "outcome_text.hpp"

namespace deviceflow::demo {

namespace {

// Once a second, and a little less, since timers are never late by exactly the same amount.
constexpr std::chrono::milliseconds kRedrawAfter{950};

bool is_trouble(const std::optional<PollReport::Result>& result) {
  return result == PollReport::Result::retry;
}

}  // namespace

void HumanOutput::draw_line(std::string_view text) {
  const int columns = width(text);
  std::string out(1, '\r');
  out += text;
  if (drawn_ > columns) out.append(static_cast<std::size_t>(drawn_ - columns), ' ');
  options_.out(out);
  drawn_ = columns;
}

void HumanOutput::clear_line() {
  if (drawn_ == 0) return;
  // Two more for the "^C" that a terminal echoes behind the line, as far as the window goes.
  const int columns = std::min(drawn_ + 2, options_.look().columns - 1);
  std::string out(1, '\r');
  out.append(static_cast<std::size_t>(std::max(0, columns)), ' ');
  out += '\r';
  options_.out(out);
  drawn_ = 0;
}

void HumanOutput::connecting(const LoginFacts& facts) {
  facts_ = facts;
  const Tty screen = options_.look();
  if (!screen.terminal) return;
  const std::string text = "  Contacting " + shown(facts.host, screen) + " ...";
  if (width(text) < screen.columns) draw_line(text);
}

void HumanOutput::step(std::string_view what) {
  const Tty screen = options_.look();
  if (!screen.terminal) return;
  clear_line();
  const std::string text = "  " + shown(what, screen) + " ...";
  if (width(text) < screen.columns) draw_line(text);
}

void HumanOutput::finding(const Finding& finding) {
  clear_line();
  options_.out(finding_text(finding, options_.look()));
}

void HumanOutput::verdict(const Verdict& verdict) {
  clear_line();
  options_.out(verdict_text(verdict, options_.look()));
}

void HumanOutput::prompt(const DeviceAuthorization& codes, SteadyTime now) {
  const Tty screen = options_.look();
  clear_line();
  prompted_ = true;
  countdown_.shown_at = now;
  countdown_.expires_at = now + codes.expires_in;
  options_.out(prompt_text(facts_, codes, screen, options_.qr));
}

void HumanOutput::poll(const PollReport& report, std::optional<std::chrono::milliseconds>) {
  const auto before = std::exchange(countdown_.last, report.result);
  const bool same = report.result == before && report.reason == countdown_.reason &&
                    report.server_text == countdown_.server_text;
  countdown_.reason = report.reason;
  countdown_.server_text = report.server_text;
  countdown_.check_endpoint = report.check_endpoint;
  const Tty screen = options_.look();
  if (screen.terminal || same) return;
  if (is_trouble(report.result)) {
    std::string text = trouble_words(report.reason) + " (" + shown(report.reason, screen) + ").";
    if (!report.server_text.empty()) {
      text += " The server says: " + shown(report.server_text, screen) + ".";
    }
    if (report.check_endpoint) text += " Check --token-endpoint.";
    options_.out(text + " Still trying.\n");
  } else if (is_trouble(before)) {
    options_.out("The server answers again.\n");
  } else if (report.result == PollReport::Result::slow_down) {
    options_.out("The server asks for fewer checks. Waiting longer between them.\n");
  }
}

void HumanOutput::tick(SteadyTime now, SteadyTime next_request) {
  if (!prompted_) return;
  const bool waited = is_long_wait(countdown_);
  countdown_.now = now;
  const Tty screen = options_.look();
  if (!screen.terminal) {
    if (!waited && is_long_wait(countdown_)) {
      options_.out(
          "If the page says that codes are not allowed, ask the administrator of your account.\n");
    }
    return;
  }
  if (drawn_at_ && now - *drawn_at_ < kRedrawAfter) return;
  drawn_at_ = now;
  countdown_.next_request = next_request;
  draw_line(countdown_line(countdown_, screen));
}

void HumanOutput::tokens(const TokenNews& news) {
  clear_line();
  options_.out(tokens_text(news, facts_.scope, options_.show_tokens, options_.look()));
}

void HumanOutput::userinfo(const UserInfo& info) {
  clear_line();
  options_.out(userinfo_text(info, options_.look()));
}

void HumanOutput::status(const LoginStatus& status) {
  clear_line();
  options_.out(status_text(status, options_.look()));
}

void HumanOutput::stored(const std::vector<LoginStatus>& all, const KeptAt& kept) {
  clear_line();
  options_.out(stored_text(all, kept, options_.look()));
}

void HumanOutput::token(const UsableToken& token) {
  clear_line();
  const AccessToken& access = token.access;
  options_.out(token_text(access, options_.format) + "\n");
  if (access.refresh_failure) remark("Not renewed: " + access.refresh_failure->message);
  if (options_.format == TokenFormat::header && is_bound(access)) {
    remark("The token is bound to a key: each request also needs a DPoP proof (RFC 9449).");
  }
}

void HumanOutput::signed_out(const SignOutNews& news) {
  clear_line();
  options_.out(sign_out_text(news, options_.look()));
}

void HumanOutput::introspection(const Introspection& answer) {
  clear_line();
  options_.out(introspection_text(answer, options_.look()));
}

void HumanOutput::endpoints(const KnownEndpoints& endpoints) {
  clear_line();
  options_.out(endpoints_text(endpoints, options_.look()));
}

void HumanOutput::providers(const std::vector<Provider>& providers) {
  options_.out(providers_text(providers));
}

void HumanOutput::failure(const Failure& failure) {
  clear_line();
  options_.err(failure_text(failure, options_.err_screen));
}

void HumanOutput::remark(std::string_view text) {
  clear_line();
  options_.err(wrapped(shown(text, options_.err_screen), options_.err_screen, "  ", "  "));
}

}  // namespace deviceflow::demo
