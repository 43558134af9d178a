// Theory of operation
// -------------------
// A login is a conversation of one request at a time, and a clock. It asks for codes once, shows
// them, and then polls until one of four things happens: tokens, a final error, the end of the
// codes' life, or a cancel.
//
//  * A request is on its way in exactly four states: authorizing, polling, repeating's poll (which
//    is polling again), and revoking. Only there does an answer mean anything.
//  * Time passes in two states: restarting and waiting. "due" there means that the moment has come;
//    in waiting it is the schedule that says when, and it never says a moment at or after expiry.
//  * Expiry is noticed in waiting and repeating, before anything is sent. A poll that is on its way
//    when the codes expire may still bring the tokens.
//  * A poll's response is read before it gets here, body first: the machine sees one of pending,
//    slow_down, fault, nonce, tokens, final_error, lost_tokens, expired.
//  * A demand for a DPoP nonce is followed once for each request, at once: by a poll through
//    repeating, by the device authorization request through restarting, whose time has come then.
//  * Cancel wins over every later answer. If a poll is on its way, its answer may still carry a
//    token that nobody will use: that one is revoked, if there is an endpoint to do so. So are the
//    tokens in a response that ends the login with an error.
//  * A login that is taken up again after a restart brings its codes along and starts in waiting.
//  * finished absorbs everything.
#include <deviceflow/device_login.hpp>

namespace deviceflow {

namespace {

using S = LoginState;
using E = LoginEvent;
using A = LoginAction;

constexpr LoginTransition kTable[] = {
    {S::ready, E::due, A::request_codes, S::authorizing},
    {S::ready, E::codes, A::show_codes, S::waiting},
    {S::ready, E::cancel, A::discard, S::finished},

    {S::authorizing, E::codes, A::show_codes, S::waiting},
    {S::authorizing, E::not_sent, A::start_later, S::restarting},
    {S::authorizing, E::nonce, A::repeat, S::restarting},
    {S::authorizing, E::final_error, A::finish, S::finished},
    {S::authorizing, E::cancel, A::discard, S::finished},

    {S::restarting, E::due, A::request_codes, S::authorizing},
    {S::restarting, E::cancel, A::discard, S::finished},

    {S::waiting, E::due, A::poll, S::polling},
    {S::waiting, E::expired, A::finish, S::finished},
    {S::waiting, E::cancel, A::discard, S::finished},

    {S::polling, E::pending, A::keep_pace, S::waiting},
    {S::polling, E::slow_down, A::slow_down, S::waiting},
    {S::polling, E::fault, A::back_off, S::waiting},
    {S::polling, E::nonce, A::repeat, S::repeating},
    {S::polling, E::tokens, A::finish, S::finished},
    {S::polling, E::final_error, A::finish, S::finished},
    {S::polling, E::lost_tokens, A::revoke, S::revoking},
    {S::polling, E::expired, A::finish, S::finished},
    {S::polling, E::cancel, A::discard, S::cancelling},

    {S::repeating, E::due, A::poll, S::polling},
    {S::repeating, E::expired, A::finish, S::finished},
    {S::repeating, E::cancel, A::discard, S::finished},

    {S::cancelling, E::tokens, A::revoke, S::revoking},
    {S::cancelling, E::pending, A::discard, S::finished},
    {S::cancelling, E::slow_down, A::discard, S::finished},
    {S::cancelling, E::fault, A::discard, S::finished},
    {S::cancelling, E::nonce, A::discard, S::finished},
    {S::cancelling, E::final_error, A::discard, S::finished},
    {S::cancelling, E::expired, A::discard, S::finished},

    {S::revoking, E::settled, A::discard, S::finished},
};

}  // namespace

std::string_view name(LoginState state) noexcept {
  switch (state) {
    case LoginState::ready: return "ready";
    case LoginState::authorizing: return "authorizing";
    case LoginState::restarting: return "restarting";
    case LoginState::waiting: return "waiting";
    case LoginState::polling: return "polling";
    case LoginState::repeating: return "repeating";
    case LoginState::cancelling: return "cancelling";
    case LoginState::revoking: return "revoking";
    case LoginState::finished: return "finished";
  }
  return "unknown";
}

std::string_view name(LoginEvent event) noexcept {
  switch (event) {
    case LoginEvent::due: return "due";
    case LoginEvent::codes: return "codes";
    case LoginEvent::not_sent: return "not_sent";
    case LoginEvent::pending: return "pending";
    case LoginEvent::slow_down: return "slow_down";
    case LoginEvent::fault: return "fault";
    case LoginEvent::nonce: return "nonce";
    case LoginEvent::tokens: return "tokens";
    case LoginEvent::final_error: return "final_error";
    case LoginEvent::lost_tokens: return "lost_tokens";
    case LoginEvent::expired: return "expired";
    case LoginEvent::cancel: return "cancel";
    case LoginEvent::settled: return "settled";
  }
  return "unknown";
}

std::string_view name(LoginAction action) noexcept {
  switch (action) {
    case LoginAction::ignore: return "ignore";
    case LoginAction::request_codes: return "request_codes";
    case LoginAction::start_later: return "start_later";
    case LoginAction::show_codes: return "show_codes";
    case LoginAction::poll: return "poll";
    case LoginAction::keep_pace: return "keep_pace";
    case LoginAction::slow_down: return "slow_down";
    case LoginAction::back_off: return "back_off";
    case LoginAction::repeat: return "repeat";
    case LoginAction::finish: return "finish";
    case LoginAction::discard: return "discard";
    case LoginAction::revoke: return "revoke";
  }
  return "unknown";
}

LoginTransition transition(LoginState state, LoginEvent event) noexcept {
  for (const LoginTransition& cell : kTable) {
    if (cell.state == state && cell.event == event) return cell;
  }
  return {state, event, LoginAction::ignore, state};
}

std::string login_diagram() {
  std::string out = "stateDiagram-v2\n    [*] --> ready\n";
  for (const LoginTransition& cell : kTable) {
    out += "    " + std::string(name(cell.state)) + " --> " + std::string(name(cell.next)) + ": " +
           std::string(name(cell.event));
    if (cell.action != LoginAction::ignore) out += " / " + std::string(name(cell.action));
    out += "\n";
  }
  return out + "    finished --> [*]\n";
}

}  // namespace deviceflow
