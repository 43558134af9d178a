#include "message.hpp"

#include <algorithm>

#include "app_model.hpp"
#include "common/words.hpp"
#include "error_words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

bool has_label(const Error& error, std::initializer_list<std::string_view> labels) {
  return std::find(labels.begin(), labels.end(), error.label()) != labels.end();
}

// Nothing of this provider has answered yet, so its name may be wrong.
void ask_for_name(const Error& error, const AppFacts& facts, Message& message) {
  message.fix = kServerSetting;
  if (facts.reached || !is_network_trouble(error.reason)) return;
  std::string name = error.details.host.empty() ? facts.provider : error.details.host;
  if (name == facts.provider) name = facts.place;
  message.text += ' ' + facts.language("offline.right", {{"name", name}});
}

// What a screen called `key` says.
Message words_of(std::string_view key, const AppFacts& facts) {
  const Language& say = facts.language;
  const auto text = [&](std::string_view part) {
    return say(std::string(key) + "." + std::string(part), {{"provider", facts.provider}});
  };
  Message message;
  message.kicker = text("kicker");
  message.title = text("title");
  message.text = text("text");
  message.again = say("action.try_again");
  return message;
}

// What happened, in the user's language, and what the server wrote about it.
void add_reason(const Error& error, const AppFacts& facts, Message& message) {
  const Language& say = facts.language;
  message.rows.push_back({std::string(say("detail.reason")), error_words(error, say)});
  if (error.description.empty()) return;
  message.rows.push_back({std::string(say("detail.server")), error.description});
}

std::string_view trouble_of(const Error& error, const Language& say) {
  return say.trouble(error.reason.empty() ? error.label() : std::string_view(error.reason));
}

Message expired(const LoginFailed& failure, const AppFacts& facts, seconds lifetime) {
  const Language& say = facts.language;
  Message message;
  message.kicker = say("expired.kicker");
  message.title = say("expired.title");
  message.text = lifetime > seconds(0) ? say("expired.within", {{"time", say.duration(lifetime)}})
                                       : std::string(say("expired.in_time"));
  message.text += ' ';
  if (failure.last_failure.empty()) {
    message.text += say("expired.useless");
    message.rows.push_back(
        {std::string(say("expired.not_allowed")), std::string(say("expired.not_allowed.text"))});
  } else {
    const bool network = is_network_trouble(failure.last_failure);
    const bool missing = is_missing_endpoint(failure.last_failure);
    message.text += say(network ? "expired.trouble" : "expired.server",
                        {{"trouble", say.trouble(missing ? "endpoint" : failure.last_failure)}});
    if (missing) message.fix = {Setting::endpoint, "token_endpoint"};
  }
  if (!failure.error.description.empty()) {
    message.rows.push_back({std::string(say("detail.server")), failure.error.description});
  }
  message.again = say("action.new_code");
  return message;
}

Message denied(const AppFacts& facts) {
  Message message = words_of("denied", facts);
  message.serious = true;
  message.again = facts.language("action.start_again");
  return message;
}

Message offline(const Error& error, const AppFacts& facts) {
  const Language& say = facts.language;
  Message message = words_of("offline", facts);
  const ErrorDetails& about = error.details;
  const std::string_view setting =
      about.setting == "proxy" ? say("settings.proxy") : std::string_view(about.setting);
  if (!about.proxy.empty()) {
    message.text =
        say("offline.proxy",
            {{"trouble", trouble_of(error, say)}, {"proxy", about.proxy}, {"setting", setting}});
    message.fix = {Setting::proxy};
  } else if (error.reason == "plain_http") {
    message.text = say("offline.plain_http", {{"host", about.host}, {"port", about.port}});
    message.fix = kServerSetting;
  } else {
    message.text = say("offline.text", {{"trouble", trouble_of(error, say)}});
    ask_for_name(error, facts, message);
  }
  add_reason(error, facts, message);
  return message;
}

Message untrusted(const Error& error, const AppFacts& facts) {
  Message message = words_of("untrusted", facts);
  message.serious = true;
  message.fix = {Setting::ca_file};
  add_reason(error, facts, message);
  return message;
}

// The setting that is wrong, as a key, and what it is now.
struct WrongSetting {
  std::string_view key;
  std::string value;
  WhichSetting fix;
  std::string_view advice = {};  ///< A key, where it is not `key` with ".advice".
};

WrongSetting setting_for(const Error& error, const AppFacts& facts) {
  // Some servers answer a wrong secret with 401 and unauthorized_client.
  const bool unauthorized = has_label(error, {"unauthorized_client"}) && error.http_status == 401;
  if (unauthorized || has_label(error, {"invalid_client"})) {
    return {"settings.client_and_secret", facts.client_id, {Setting::client_id}};
  }
  if (has_label(error, {"unauthorized_client", "unsupported_grant_type"})) {
    return {"settings.client", facts.client_id, {Setting::client_id}};
  }
  if (has_label(error, {"invalid_scope"})) return {"settings.scope", facts.scope, {Setting::scope}};
  if (error.code == ErrorCode::issuer_mismatch) {
    return {"settings.issuer", facts.provider, kServerSetting};
  }
  if (error.code == ErrorCode::insecure_endpoint) {
    return {"settings.address", facts.provider, kServerSetting};
  }
  // "local" is this machine's own trouble, such as a file of authorities that can't be used.
  if (error.code == ErrorCode::device_flow_not_supported ||
      (error.stage == Stage::discovery && error.reason != "local")) {
    return {"settings.issuer", facts.provider, kServerSetting, "settings.no_device_grant.advice"};
  }
  if (error.http_status == 404 || error.http_status == 405 || error.http_status == 501) {
    const bool token = error.stage == Stage::token;
    return {token ? "settings.token_endpoint" : "settings.device_authorization_endpoint",
            facts.provider,
            {Setting::endpoint, token ? "token_endpoint" : "device_authorization_endpoint"},
            "settings.endpoint.advice"};
  }
  return {"settings.all", facts.client_id, {Setting::provider}};
}

Message misconfigured(const Error& error, const AppFacts& facts) {
  const Language& say = facts.language;
  const WrongSetting setting = setting_for(error, facts);
  const std::string name = setting.fix == kServerSetting && !facts.server_setting.empty()
                               ? facts.server_setting
                               : std::string(say(setting.key));
  const std::string advice =
      setting.advice.empty() ? std::string(setting.key) + ".advice" : std::string(setting.advice);
  Message message;
  message.kicker = say("settings.kicker");
  message.title = say("settings.title");
  message.text = say(advice, {{"name", name}});
  message.fix = setting.fix;
  message.rows.push_back({std::string(say("settings.setting")), name, 1});
  if (!setting.value.empty()) {
    message.rows.push_back({std::string(say("settings.now")), setting.value, 1});
  }
  add_reason(error, facts, message);
  message.again = say("action.try_again");
  return message;
}

// The sign-in itself was fine; this device can't read or keep it.
Message unkept(const Error& error, const AppFacts& facts) {
  Message message = words_of("storage", facts);
  message.serious = true;
  add_reason(error, facts, message);
  return message;
}

Message refused(const Error& error, const AppFacts& facts) {
  const Language& say = facts.language;
  Message message = words_of("refused", facts);
  message.serious = true;
  message.fix = {Setting::provider};
  add_reason(error, facts, message);
  message.rows.push_back({std::string(say("refused.more")), std::string(say("refused.more.text"))});
  return message;
}

}  // namespace

Screen screen_for(const Error& error) noexcept {
  switch (error.code) {
    case ErrorCode::access_denied: return Screen::denied;
    case ErrorCode::expired_token: return Screen::expired;
    case ErrorCode::cancelled: return Screen::home;
    case ErrorCode::network:
    case ErrorCode::timeout: return Screen::offline;
    case ErrorCode::tls:
      return error.reason == "tls_untrusted" || error.reason.empty() ? Screen::untrusted
                                                                     : Screen::offline;
    case ErrorCode::device_flow_not_supported:
    case ErrorCode::issuer_mismatch: return Screen::misconfigured;
    default: break;
  }
  if (error.retryable && error.stage == Stage::discovery) return Screen::offline;
  const bool setting =
      error.blame == Blame::caller || error.blame == Blame::storage ||
      has_label(error, {"invalid_client", "unauthorized_client", "unsupported_grant_type",
                        "invalid_scope"}) ||
      (error.code == ErrorCode::invalid_response &&
       (error.http_status == 404 || error.http_status == 405 || error.http_status == 501)) ||
      (error.code == ErrorCode::invalid_response && error.stage == Stage::discovery);
  return setting ? Screen::misconfigured : Screen::refused;
}

Message message_for(const LoginFailed& failure, const AppFacts& facts, seconds lifetime) {
  if (failure.error.blame == Blame::storage) return unkept(failure.error, facts);
  switch (screen_for(failure.error)) {
    case Screen::expired: return expired(failure, facts, lifetime);
    case Screen::denied: return denied(facts);
    case Screen::offline: return offline(failure.error, facts);
    case Screen::untrusted: return untrusted(failure.error, facts);
    case Screen::misconfigured: return misconfigured(failure.error, facts);
    default: return refused(failure.error, facts);
  }
}

Message ended_message(const Error& error, const AppFacts& facts) {
  Message message = words_of("ended", facts);
  add_reason(error, facts, message);
  message.again = facts.language("action.sign_in");
  return message;
}

Message sandbox_message(const Error& error, const AppFacts& facts) {
  Message message = words_of("sandbox", facts);
  message.serious = true;
  message.fix = {Setting::provider};
  // In the words of the server that did not start.
  message.rows.push_back({std::string(facts.language("detail.reason")), error.message});
  return message;
}

Message retry_message(const Error& error, std::optional<std::chrono::milliseconds> next_in,
                      const AppFacts& facts) {
  const Language& say = facts.language;
  Message message = words_of("offline.retry", facts);
  message.text = say("offline.retry.text", {{"trouble", trouble_of(error, say)}});
  ask_for_name(error, facts, message);
  if (next_in) {
    const auto wait = std::max(std::chrono::ceil<seconds>(*next_in), seconds(1));
    message.text += ' ' + say("offline.retry.next", {{"time", say.duration(wait)}});
  }
  message.text += ' ' + std::string(say("offline.retry.by_itself"));
  message.again.clear();
  return message;
}

}  // namespace deviceflow::demo
