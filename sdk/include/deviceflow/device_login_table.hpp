// Every transition of a device login, as data.
#ifndef DEVICEFLOW_DEVICE_LOGIN_TABLE_HPP
#define DEVICEFLOW_DEVICE_LOGIN_TABLE_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// The states of a login.
enum class LoginState {
  ready,        ///< Nothing asked yet.
  authorizing,  ///< The device authorization request is on its way.
  restarting,   ///< It never left, or lacked a nonce; to be sent again when its time has come.
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
  not_sent,     ///< It never left this machine, and there is time to try again.
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

}  // namespace deviceflow

#endif
