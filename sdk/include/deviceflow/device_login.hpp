// One device login as a value: RFC 8628 as a state machine that does no I/O.
#ifndef DEVICEFLOW_DEVICE_LOGIN_HPP
#define DEVICEFLOW_DEVICE_LOGIN_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/device_authorization.hpp>
#include <deviceflow/device_login_table.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/id_token.hpp>
#include <deviceflow/poll_schedule.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/revocation.hpp>
#include <deviceflow/stored_login.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <deviceflow/token.hpp>
#include <deviceflow/transport.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct DeviceLoginOptions {
  DeviceAuthorizationParameters request;
  std::string token_endpoint;
  /// Pkce::verifier, where `request` has a code_challenge.
  Secret code_verifier;
  /// Which token types are taken. The proofs are the Exchange's business (make_dpop_auth()).
  DpopMode dpop = DpopMode::off;
  /// Where tokens are revoked that arrive after cancel() or in a response that can't be used; empty
  /// if that is not possible.
  std::string revocation_endpoint;
  /// How long to keep trying to get a code while the network is away, from the first step. Empty:
  /// the first failure ends the login. Tries again only after failures that prove nothing was sent.
  std::optional<std::chrono::milliseconds> start_deadline;
  /// Plain http verification URIs beyond this machine are fine: the sandbox only.
  bool sandbox = false;
  PollPolicy policy;
  /// Decides the jitter of the waits; take it from a random source.
  std::uint64_t seed = 0;
  /// Secrets to keep out of every text; the login adds its own.
  Redactor redactor;
};

/// How a login ended.
struct LoginOutcome {
  /// The tokens, or why there are none: access_denied, expired_token, cancelled, oauth_error, …
  /// With expired_token, `description` is what the server said at the last poll, if that failed.
  Result<TokenSet> tokens;
  Quirks quirks;
  /// With expired_token: why the last poll got no answer ("timeout", "http_503" …), or empty.
  std::string last_failure;
  /// Who signed in: the ID token's claims, verified. Only a driver that can fetch keys fills this
  /// (Session::sign_in()); the machine does not.
  std::optional<IdTokenClaims> id_token_claims = {};
  /// Why there are no claims, though an ID token came or was due, and the tokens are good all the
  /// same: its keys could not be had, the issuer is not known, or `openid` brought no ID token
  /// (reason "missing").
  std::optional<Error> id_token_problem = {};
};

/// What the last poll brought, for progress displays.
struct PollReport {
  enum class Result { authorization_pending, slow_down, retry };
  int attempt = 0;  ///< From 1.
  Result result = Result::authorization_pending;
  std::string reason;  ///< With retry: "timeout", "refused", "http_503" …
  /// When the next poll is due; empty where none fits before expiry.
  std::optional<SteadyTime> next_poll;
  /// The same, from the moment of the report.
  std::optional<std::chrono::milliseconds> next_in = {};
  /// With retry: what the server said, if it did: its OAuth error code and description, or the
  /// message of another JSON error. Cleaned like every text of an Error.
  std::string server_text = {};
  /// With retry: 404, 405 or 501 from an endpoint that has not given one OAuth response in this
  /// login. Its address may be wrong: after three in a row over a minute the login ends.
  bool check_endpoint = false;
};
std::string_view name(PollReport::Result result) noexcept;

/// One login. Ask step() what to do, do it, feed the result back, repeat until Finished:
///
///   Send       finish the request with Exchange::prepare(), send it, pass the answer through
///              Exchange::accept() and feed it to on_response(), or the failure to on_failure()
///   WaitUntil  call step() again at that time (kNever: only after something was fed in)
///   Finished   read the outcome
///
/// `now` must never go back. Nothing here blocks, allocates without bound, throws, or reads a
/// clock. Not thread-safe; use one instance from one thread at a time.
class DeviceLogin {
 public:
  struct Send {
    OAuthRequest request;
  };
  struct WaitUntil {
    SteadyTime time;
  };
  struct Finished {
    const LoginOutcome* outcome;  ///< Owned by the login.
  };
  using Step = std::variant<Send, WaitUntil, Finished>;

  /// Sends nothing before the first step(): a login starts when the user asks (row D-3.1-6).
  explicit DeviceLogin(DeviceLoginOptions options);

  /// Takes up a login of an earlier run: shows its codes again, and waits one full interval before
  /// the first poll. Of `options.request` only the resources are used, in the polls.
  ///
  /// Fails with cannot_resume where the wall clock is unknown or stands before the snapshot, and
  /// where the codes have expired; with verification_uri_refused for a URI that may not be shown.
  static Result<DeviceLogin> restore(DeviceLoginOptions options, const PendingLogin& pending,
                                     SteadyTime now, std::optional<WallTime> wall);
  /// This login as it waits for the person, to be kept in a token store and nowhere else. Take it
  /// again when interval() has grown, and erase it at the end. Fails with cannot_resume where
  /// there are no codes (yet, or any more) or the wall clock is unknown.
  Result<PendingLogin> snapshot(SteadyTime now, std::optional<WallTime> wall) const;

  Step step(SteadyTime now);
  /// The answer to the request of the last Send. Ignored where none is awaited.
  void on_response(SteadyTime now, const HttpResponse& response);
  /// No answer came. Ignored where none is awaited.
  void on_failure(SteadyTime now, const TransportFailure& failure);
  /// The request of the last Send could not be made (Exchange::prepare() failed): ends the login.
  void on_refused(Error error);
  /// Gives up. Wins over every later answer; a token that arrives afterwards is revoked where
  /// possible and never handed out.
  void cancel();

  LoginState state() const noexcept { return state_; }
  /// What brought it there; meaningless in LoginState::ready.
  LoginEvent last_event() const noexcept { return last_event_; }
  /// The codes to show, or null where none may be shown (yet, or any more). Owned by the login.
  const DeviceAuthorization* codes() const noexcept;
  /// When the codes expire. Only while codes() is not null.
  SteadyTime expires_at() const noexcept;
  /// The interval in force. Only while codes() is not null.
  std::chrono::seconds interval() const noexcept;
  /// When the next poll is due, while one is waited for.
  std::optional<SteadyTime> next_poll() const noexcept;
  /// The last poll that did not end the login, or null. Owned by the login.
  const PollReport* last_poll() const noexcept { return report_ ? &*report_ : nullptr; }
  /// Why the last try to get a code failed, while it is being retried; or null.
  const Error* start_failure() const noexcept;
  /// When the next try to get a code is due, while one is waited for.
  std::optional<SteadyTime> next_start() const noexcept;
  /// Tokens that came after cancel() or in a response that can't be used, while step() hands out
  /// the request that revokes them; or null. If one of them is stored, don't send it but call
  /// on_refused(): some servers return the same tokens at every sign-in. Owned by the login.
  const TokenSet* late_tokens() const noexcept {
    return state_ == LoginState::revoking ? &late_tokens_.back() : nullptr;
  }
  /// Knows every secret of this login.
  const Redactor& redactor() const noexcept { return options_.redactor; }
  /// What step() says is the outcome, or null. Owned by the login.
  const LoginOutcome* outcome() const noexcept {
    return state_ == LoginState::revoking ? nullptr : outcome_.get();
  }
  /// The outcome, moved out. Only once, and only when finished (aborts otherwise).
  LoginOutcome take_outcome();

 private:
  struct Input;
  void apply(SteadyTime now, Input input);
  void read_start(SteadyTime now, const HttpResponse& response);
  void read_poll(SteadyTime now, const HttpResponse& response);
  bool is_wrong_endpoint(SteadyTime now, const TokenAnswer& answer);
  void settle(SteadyTime now);
  void show_codes(SteadyTime now, DeviceAuthorization codes);
  void report_poll(PollReport::Result result, std::string reason, SteadyTime now,
                   const Input& input);
  void finish(Error error);
  void finish(TokenSet tokens);
  Step send_start(SteadyTime now);
  Step send_poll(SteadyTime now);
  Step send_revocation();

  DeviceLoginOptions options_;
  LoginState state_ = LoginState::ready;
  std::optional<StartSchedule> start_;
  SteadyTime sent_at_{};
  SteadyTime wake_at_ = kNever;  // next try to start, or next poll; kNever where none is left
  std::optional<Error> start_failure_;
  std::optional<DeviceAuthorization> codes_;
  std::optional<PollSchedule> schedule_;
  std::optional<PollReport> report_;
  std::string last_failure_;
  int attempts_ = 0;
  int missing_ = 0;  // polls in a row that found no endpoint
  SteadyTime missing_since_{};
  bool endpoint_found_ = false;  // it has given an OAuth response
  bool request_made_ = false;    // the state's request has been handed out by step()
  bool nonce_repeated_ = false;  // this request has been repeated already
  LoginEvent last_event_ = LoginEvent::due;
  std::vector<TokenSet> late_tokens_;  // the last one is being revoked
  Quirks quirks_;
  std::unique_ptr<LoginOutcome> outcome_;  // by itself: a login that waits has none
};

}  // namespace deviceflow

#endif
