// Logins as far as a test of the window's model wants them.
#ifndef DEVICEFLOW_TESTS_UNIT_MODEL_LOGINS_HPP
#define DEVICEFLOW_TESTS_UNIT_MODEL_LOGINS_HPP

#include <array>
#include <string>
#include <vector>

#include "model/app_model.hpp"

namespace deviceflow::demo {

inline constexpr std::array kScreens{Screen::home,          Screen::connecting, Screen::code,
                                     Screen::signed_in,     Screen::ended,      Screen::denied,
                                     Screen::expired,       Screen::offline,    Screen::untrusted,
                                     Screen::misconfigured, Screen::refused};

/// The number that the first login of a model gets.
inline constexpr int kLogin = 1;

inline SteadyTime after(std::chrono::milliseconds time) {
  return SteadyTime(std::chrono::hours(1) + time);
}
/// When the codes come.
inline const SteadyTime kStart = after(std::chrono::milliseconds(0));

inline AppFacts provider_facts() {
  AppFacts facts;
  facts.provider = "login.example.com";
  facts.place = "login.example.com:9443";
  facts.client_id = "tv-app";
  facts.scope = "openid profile";
  return facts;
}

inline AppFacts sandbox_facts() {
  AppFacts facts;
  facts.provider = "Sandbox";
  facts.client_id = "demo-tv";
  facts.sandbox = true;
  facts.lan_addresses = {"192.168.1.20", "10.0.0.7"};
  return facts;
}

/// Codes for ten minutes, from kStart on.
inline CodesCame codes_at(const std::string& uri = "https://login.example.com/device") {
  CodesCame event;
  event.codes.device_code = Secret("device-code-1");
  event.codes.user_code = "WDJB-MJHT";
  event.scope = "openid profile";
  event.codes.verification_uri = uri;
  event.codes.verification_uri_complete = uri + "?user_code=WDJB-MJHT";
  event.codes.expires_in = std::chrono::minutes(10);
  event.expires_at = kStart + event.codes.expires_in;
  return event;
}

inline Error error_of(ErrorCode code, Blame blame, Stage stage = Stage::token) {
  return make_error(blame, code, stage, "It did not work.");
}

inline Error oauth(std::string code, int status = 400, Stage stage = Stage::device_authorization) {
  Error error = error_of(ErrorCode::oauth_error, Blame::server, stage);
  error.oauth_code = std::move(code);
  error.http_status = status;
  return error;
}

/// An error that leads to this screen.
inline Error error_for(Screen screen) {
  switch (screen) {
    case Screen::denied: return error_of(ErrorCode::access_denied, Blame::user);
    case Screen::expired: return error_of(ErrorCode::expired_token, Blame::user);
    case Screen::offline: return error_of(ErrorCode::network, Blame::network);
    case Screen::untrusted: return error_of(ErrorCode::tls, Blame::network);
    case Screen::misconfigured: return oauth("invalid_client", 401);
    default: return error_of(ErrorCode::invalid_response, Blame::protocol);
  }
}

template <typename What>
void feed(AppModel& model, What what, int login = kLogin, SteadyTime now = kStart) {
  model.on_event({login, std::move(what)}, now);
}

/// A model on that screen; on every one but the first, login kLogin has led there.
inline AppModel model_on(Screen screen, AppFacts facts = provider_facts()) {
  AppModel model(std::move(facts));
  if (screen == Screen::home) return model;
  model.on_intent({Intent::Kind::log_in, 0});
  if (screen == Screen::connecting) return model;
  const bool signed_in = screen == Screen::signed_in || screen == Screen::ended;
  if (screen == Screen::code || signed_in || screen == Screen::expired) feed(model, codes_at());
  if (screen == Screen::code) return model;
  if (signed_in) {
    feed(model, SignedIn{"openid profile", "", std::nullopt, false, {}, {}, {}, {}}, kLogin,
         after(std::chrono::seconds(-1)));
    model.on_time(kStart);  // the tick is over
    if (screen == Screen::ended) {
      feed(model, SessionEnded{error_of(ErrorCode::sign_in_needed, Blame::user, Stage::refresh)});
    }
  } else {
    feed(model, LoginFailed{error_for(screen), {}, {}});
  }
  return model;
}

/// "cancel 1, log_in 2"
inline std::string words(const std::vector<Command>& commands) {
  std::string out;
  for (const Command& command : commands) {
    constexpr std::array kNames{"log_in",       "cancel",          "introspect",  "renew",
                                "sign_out",     "restart_sandbox", "trust",       "user_info",
                                "refresh",      "save_trace",      "save_har",    "discover",
                                "use_settings", "test_settings",   "cancel_test", "check_ca_file",
                                "copy_curl",    "copy_body",       "press_desk",  "list_traces",
                                "read_trace",   "copy_link",       "open_page"};
    out += out.empty() ? "" : ", ";
    out += kNames.at(static_cast<std::size_t>(command.kind));
    out += " " + std::to_string(command.login);
    if (!command.lan_address.empty()) out += " at " + command.lan_address;
  }
  return out;
}

inline std::string after_intent(AppModel& model, Intent::Kind kind, int value = 0) {
  return words(model.on_intent({kind, value}));
}

}  // namespace deviceflow::demo

#endif
