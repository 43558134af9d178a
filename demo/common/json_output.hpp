// --json: one JSON object a line. A stable interface; a change here breaks programs.
#ifndef DEVICEFLOW_DEMO_COMMON_JSON_OUTPUT_HPP
#define DEVICEFLOW_DEMO_COMMON_JSON_OUTPUT_HPP

#include <chrono>
#include <optional>
#include <string_view>

#include "foundation/json.hpp"
#include "output.hpp"
#include "sink.hpp"

namespace deviceflow::demo {

class JsonOutput final : public Output {
 public:
  JsonOutput(Sink out, Sink err, bool show_tokens)
      : out_(std::move(out)), err_(std::move(err)), show_tokens_(show_tokens) {}

  void connecting(const LoginFacts&) override {}
  void prompt(const DeviceAuthorization& codes, SteadyTime now) override;
  void poll(const PollReport& report, std::optional<std::chrono::milliseconds> next_in) override;
  void tick(SteadyTime, SteadyTime) override {}
  void tokens(const TokenNews& news) override;
  void userinfo(const UserInfo& info) override;
  void status(const LoginStatus& status) override;
  void stored(const std::vector<LoginStatus>& all, const KeptAt& kept) override;
  void token(const UsableToken& token) override;
  void signed_out(const SignOutNews& news) override;
  void introspection(const Introspection& answer) override;
  void endpoints(const KnownEndpoints& endpoints) override;
  void step(std::string_view) override {}
  void finding(const Finding& finding) override;
  void verdict(const Verdict& verdict) override;
  void providers(const std::vector<Provider>& providers) override;
  void failure(const Failure& failure) override;
  void remark(std::string_view text) override;
  bool wants_ticks() const override { return false; }

  /// Every event from now on carries this as `time`, in seconds.
  void stamp(std::chrono::milliseconds time) { time_ = time; }
  /// An event of a verb's own.
  void write(JsonValue event);

 private:
  void write_replaced(const ReplacedSignIn& replaced);
  void write_revoked(std::string_view what, const SignOutReport::Part& part, bool logout);

  Sink out_;
  Sink err_;
  bool show_tokens_;
  std::optional<std::chrono::milliseconds> time_;
};

}  // namespace deviceflow::demo

#endif
