// One device login as a value: RFC 8628 as a state machine that does no I/O.
#ifndef DEVICEFLOW_DEVICE_LOGIN_HPP
#define DEVICEFLOW_DEVICE_LOGIN_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// The states of a login.
enum class LoginState {
  ready,        ///< Nothing asked yet.
  authorizing,  ///< The device authorization request is on its way.
  restarting,   ///< It never left, met 429 or 503, or lacked a nonce; to be sent again in time.
  waiting,      ///< Codes are there; waiting for the next poll.
  polling,      ///< A poll is on its way.
  repeating,    ///< The poll has to be repeated at once, with a nonce.
  cancelling,   ///< Cancelled while a poll was on its way: its answer may still carry a token.
  revoking,     ///< Tokens that nobody will use are being revoked.
  finished,
};

/// What can happen to a login. Responses are read first; the machine only sees what they mean.
enum class LoginEvent : std::uint8_t {
  due,          ///< The time that was waited for has come.
  codes,        ///< The device authorization request brought codes.
  not_sent,     ///< It never left this machine, or met 429 or 503, and there is time to try again.
  pending,      ///< authorization_pending.
  slow_down,    ///< slow_down.
  fault,        ///< A transient error: timeout, reset, 5xx, a web page …
  nonce,        ///< use_dpop_nonce, for the first time in this request.
  tokens,       ///< The tokens.
  final_error,  ///< Denied, refused, or anything else that waiting can't fix.
  lost_tokens,  ///< The same, with tokens in the response that can be revoked.
  expired,      ///< The code's life is over, by our clock or by the server's word.
  cancel,       ///< cancel() was called.
  settled,      ///< A revocation was answered, or failed.
};
inline constexpr int kLoginEventCount = static_cast<int>(LoginEvent::settled) + 1;
inline constexpr int kLoginStateCount = static_cast<int>(LoginState::finished) + 1;

/// What the machine does on the way into the next state.
enum class LoginAction {
  ignore,         ///< Nothing: the event means nothing in this state.
  request_codes,  ///< Hand out the device authorization request.
  start_later,    ///< Wait 2, 4, 8 … 30 s.
  show_codes,     ///< Keep the codes, start the schedule.
  poll,           ///< Hand out a token request.
  keep_pace,      ///< Wait the interval in force.
  slow_down,      ///< Lengthen the interval for good, then wait it.
  back_off,       ///< Double the wait, then wait it.
  repeat,         ///< Send the same request once more at once, and only this once.
  finish,         ///< Set the outcome, wipe the codes.
  discard,        ///< Cancelled: whatever came is dropped.
  revoke,         ///< Hand out revocation requests for tokens that nobody will use.
};

struct LoginTransition {
  LoginState state;
  LoginEvent event;
  LoginAction action;
  LoginState next;
};

std::string_view name(LoginState state) noexcept;
std::string_view name(LoginEvent event) noexcept;
std::string_view name(LoginAction action) noexcept;

/// The table's cell; a cell that is not listed ignores the event and stays.
LoginTransition transition(LoginState state, LoginEvent event) noexcept;

/// The table as a Mermaid state diagram, the one in sdk/docs/state-machine.md.
std::string login_diagram();

// When to poll: the rules of time of RFC 8628 section 3.5, as data and small calculators.

/// The one rule of backing off: the wait after `last`, which doubles it, from `first` (the wait
/// where `last` is zero) up to `longest`.
std::chrono::seconds next_wait(std::chrono::seconds last, std::chrono::seconds first,
                               std::chrono::seconds longest);

/// The rules of polling. They follow RFC 8628 and what servers were seen to need.
struct PollPolicy {
  /// Added to every wait, drawn evenly from this range: servers compare strictly, and some restart
  /// the wait at every early poll.
  std::chrono::milliseconds margin_min{100};
  std::chrono::milliseconds margin_max{250};
  /// Used where the server sends no usable interval (RFC 8628 section 3.2).
  static constexpr std::chrono::seconds default_interval{5};
  /// What each slow_down adds (RFC 8628 section 3.5).
  static constexpr std::chrono::seconds slow_down_step{5};
  /// Back-off doubles up to this, or up to twice the interval where that is longer.
  static constexpr std::chrono::seconds back_off_cap{60};
  /// The same for refused connections, which cost the server nothing: a user who approved while it
  /// restarted must not wait a minute.
  static constexpr std::chrono::seconds refused_cap{15};
  /// How long before expiry a last poll is placed when back-off would have slept past it.
  static constexpr std::chrono::milliseconds last_poll_lead{1000};
};

/// The longest duration this SDK counts with; longer ones sent by a server are cut to it.
inline constexpr std::chrono::seconds kLongest{std::int64_t{10} * 365 * 24 * 3600};

/// Says when the next poll is due. A value: copy it, compare runs, no clock inside.
class PollSchedule {
 public:
  /// `interval` is settled; `seed` decides the margins, so a run can be repeated.
  PollSchedule(const PollPolicy& policy, std::chrono::seconds interval,
               std::chrono::seconds expires_in, SteadyTime issued, std::uint64_t seed);

  /// A response that arrived at `arrival` and that the server dated `date`: shows how fast the
  /// local clock runs. Call it before one of the others.
  void on_date(SteadyTime arrival, WallTime date);
  /// A completed round trip: back-off falls back to the interval in force.
  void on_answer();
  /// slow_down: the interval grows by the step, or to `sent` if that is larger, for good. If the
  /// response before was slow_down as well and this poll `waited` the interval (it is no repeat
  /// with a nonce), the local clock may run fast: the waits stretch to 1.2, 1.4 … 2 times the
  /// interval, within what the dates of the responses allow.
  void on_slow_down(std::optional<std::chrono::seconds> sent, bool waited, Quirks& quirks);
  /// A transient error: the wait doubles. `refused`: the connection was refused with nothing sent.
  void on_fault(bool refused);

  /// When to poll after an answer (or failure) that came at `arrival`; empty where no poll fits
  /// before expiry. `retry_after` is never shortened. Draws a new margin at each call.
  std::optional<SteadyTime> next_poll(SteadyTime arrival,
                                      std::optional<std::chrono::seconds> retry_after);

  std::chrono::seconds interval() const noexcept { return interval_; }
  /// True if waits are stretched, and the dates, if there are any, show that the clock runs fast.
  bool drifts() const noexcept;
  SteadyTime expires_at() const noexcept { return expires_at_; }

 private:
  std::chrono::milliseconds draw_margin();
  int stretch() const noexcept;

  PollPolicy policy_;
  std::chrono::seconds interval_;
  std::chrono::seconds expires_in_;
  std::chrono::seconds back_off_{0};  // zero while nothing is wrong
  SteadyTime expires_at_;
  std::uint64_t random_;
  std::optional<WallTime> first_date_;
  SteadyTime first_arrival_{};
  int stretch_ = 100;  // of the interval, in percent
  int least_stretch_ = 100;
  int most_stretch_ = 100;
  bool dated_ = false;
  bool slowed_down_ = false;  // the last response was slow_down
};

/// Says when to try again to start a login that did not reach the server: after 2, 4, 8 … 30 s,
/// until a deadline. The caller decides what may be repeated at all. A value, like
/// PollSchedule.
class StartSchedule {
 public:
  /// No deadline: no second try, and no limit to the first.
  StartSchedule() = default;
  /// `deadline` counts from `begin`; empty: as above.
  StartSchedule(SteadyTime begin, std::optional<std::chrono::milliseconds> deadline);

  /// When to repeat the try that failed at `now`; the last one falls on the deadline. Empty where
  /// the deadline has come, or comes before `retry_after` has passed, which is never shortened.
  /// Each call lengthens the next wait.
  std::optional<SteadyTime> next_try(SteadyTime now,
                                     std::optional<std::chrono::seconds> retry_after = {});
  /// What is left of the deadline, never negative; empty where there is none.
  std::optional<std::chrono::milliseconds> left(SteadyTime now) const;
  /// How long a request of a try may take: what is left, a second at least. Zero where there is no
  /// deadline, as in HttpRequest::timeout.
  std::chrono::milliseconds timeout(SteadyTime now) const;

 private:
  std::optional<SteadyTime> deadline_;
  std::chrono::seconds wait_{0};
};

// One device login as a value: RFC 8628 as a state machine that does no I/O.

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
  /// the first failure ends the login. Tries again only after failures that prove nothing was sent,
  /// and after 429 and 503, not before their Retry-After.
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
