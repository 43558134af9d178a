// The output for people: calm, in whole sentences, and safe to put on a terminal.
#ifndef DEVICEFLOW_DEMO_TERMINAL_HUMAN_OUTPUT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_HUMAN_OUTPUT_HPP

#include <functional>
#include <string>
#include <string_view>

#include "common/output.hpp"
#include "common/sink.hpp"
#include "countdown.hpp"
#include "prompt_text.hpp"
#include "stored_text.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

class HumanOutput final : public Output {
 public:
  struct Options {
    Sink out;
    Sink err;
    /// Standard output's screen, asked for again whenever something is drawn: windows change size.
    std::function<Tty()> look;
    Tty err_screen;
    QrChoice qr = QrChoice::automatic;
    bool show_tokens = false;
    TokenFormat format = TokenFormat::plain;
  };
  explicit HumanOutput(Options options) : options_(std::move(options)) {}

  void connecting(const LoginFacts& facts) override;
  void prompt(const DeviceAuthorization& codes, SteadyTime now) override;
  void poll(const PollReport& report, std::optional<std::chrono::milliseconds> next_in) override;
  void tick(SteadyTime now, SteadyTime next_request) override;
  void tokens(const TokenNews& news) override;
  void userinfo(const UserInfo& info) override;
  void status(const LoginStatus& status) override;
  void stored(const std::vector<LoginStatus>& all, const KeptAt& kept) override;
  void token(const UsableToken& token) override;
  void signed_out(const SignOutNews& news) override;
  void introspection(const Introspection& answer) override;
  void endpoints(const KnownEndpoints& endpoints) override;
  void step(std::string_view what) override;
  void finding(const Finding& finding) override;
  void verdict(const Verdict& verdict) override;
  void providers(const std::vector<Provider>& providers) override;
  void failure(const Failure& failure) override;
  void remark(std::string_view text) override;
  bool wants_ticks() const override { return options_.look().terminal; }

 private:
  // The one line that is rewritten in place.
  void draw_line(std::string_view text);
  void clear_line();

  Options options_;
  LoginFacts facts_;
  bool prompted_ = false;
  Countdown countdown_;
  int drawn_ = 0;  // columns of the line that stands there
  std::optional<SteadyTime> drawn_at_;
};

}  // namespace deviceflow::demo

#endif
