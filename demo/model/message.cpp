#include "message.hpp"

#include <algorithm>
#include <cctype>

#include "app_model.hpp"
#include "common/words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

std::string sentence(std::string words) {
  if (words.empty()) return words;
  words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  if (words.back() != '.') words += '.';
  return words;
}

bool has_label(const Error& error, std::initializer_list<std::string_view> labels) {
  return std::find(labels.begin(), labels.end(), error.label()) != labels.end();
}

Message expired(const LoginFailed& failure, seconds lifetime) {
  Message message;
  message.kicker = "Code expired";
  message.title = "That code is no longer valid";
  message.text = lifetime > seconds(0)
                     ? "Nobody approved it within " + duration_words(lifetime) + ". "
                     : "Nobody approved it in time. ";
  if (failure.last_failure.empty()) {
    message.text += "The old code can't be used any more, here or on your phone.";
  } else {
    message.text += "At the last check there was trouble with the network: " +
                    sentence(trouble_words(failure.last_failure));
  }
  message.again = "Get a new code";
  return message;
}

Message denied() {
  Message message;
  message.kicker = "Not approved";
  message.serious = true;
  message.title = "The sign-in was declined";
  message.text = "Nothing was shared with this device. If that was a mistake, start again.";
  message.again = "Start again";
  return message;
}

Message offline(const Error& error, const AppFacts& facts) {
  Message message;
  message.kicker = "No connection";
  message.title = facts.provider + " can't be reached";
  message.text = error.message + " Check this device's network, then try again.";
  message.again = "Try again";
  return message;
}

Message untrusted(const Error& error, const AppFacts& facts) {
  Message message;
  message.kicker = "Not safe";
  message.serious = true;
  message.title = "Can't be sure that this is " + facts.provider;
  message.text = error.message +
                 " Nothing was sent. Check the date of this device. For a server with a "
                 "certificate of your own, start with --cacert and the file of its authority.";
  message.again = "Try again";
  return message;
}

// The setting that is wrong, and what to do about it.
struct Setting {
  std::string name;
  std::string value;
  std::string advice;
};

Setting setting_for(const Error& error, const AppFacts& facts) {
  if (has_label(error, {"invalid_client"})) {
    return {"Client ID and secret", facts.client_id,
            "The server does not accept this client. Check --client-id, its secret, and how it "
            "authenticates (--client-auth)."};
  }
  if (has_label(error, {"unauthorized_client", "unsupported_grant_type"})) {
    return {"Client ID", facts.client_id,
            "The server does not allow this client to sign in with a code. Its device grant has "
            "to be switched on there."};
  }
  if (has_label(error, {"invalid_scope"})) {
    return {"Scope", facts.scope,
            "The server does not know it, or does not allow it. See --scope."};
  }
  if (error.code == ErrorCode::issuer_mismatch) {
    return {"Issuer", facts.provider,
            "The server calls itself by another name. --issuer has to match to the letter."};
  }
  if (error.code == ErrorCode::insecure_endpoint) {
    return {"Address of the server", facts.provider, "It has to begin with https://."};
  }
  // "local" is this machine's own trouble, such as a file of authorities that can't be used.
  if (error.code == ErrorCode::device_flow_not_supported ||
      (error.stage == Stage::discovery && error.reason != "local")) {
    return {"Issuer", facts.provider,
            "The server offers no sign-in with a code there. Check --issuer, or give the endpoints "
            "one by one."};
  }
  if (error.http_status == 404 || error.http_status == 405) {
    const bool token = error.stage == Stage::token;
    return {token ? "Token endpoint" : "Device authorization endpoint", facts.provider,
            std::string("There is nothing at this address. Check ") +
                (token ? "--token-endpoint." : "--device-authorization-endpoint.")};
  }
  return {"Settings", facts.client_id, "Check the options that this was started with."};
}

Message misconfigured(const Error& error, const AppFacts& facts) {
  const Setting setting = setting_for(error, facts);
  Message message;
  message.kicker = "Settings";
  message.title = "A setting needs a change";
  message.text = setting.advice;
  message.rows.push_back({"Setting", setting.name, 1});
  if (!setting.value.empty()) message.rows.push_back({"Now", setting.value, 1});
  message.rows.push_back({"Reason", error.message});
  if (!error.description.empty()) message.rows.push_back({"The server says", error.description});
  message.again = "Try again";
  return message;
}

// The sign-in itself was fine; this device can't read or keep it.
Message unkept(const Error& error) {
  Message message;
  message.kicker = "Storage";
  message.serious = true;
  message.title = "This device can't keep the sign-in";
  message.text = error.message;
  message.again = "Try again";
  return message;
}

Message refused(const Error& error, const AppFacts& facts) {
  Message message;
  message.kicker = "Unexpected answer";
  message.serious = true;
  message.title = facts.provider + " could not do it";
  message.text = error.message;
  if (!error.description.empty()) {
    message.rows.push_back({"The server says", error.description});
  }
  message.rows.push_back({"To find out more", "The Developer tab has every request and answer."});
  message.again = "Try again";
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
      return error.reason == "tls_handshake" ? Screen::offline : Screen::untrusted;
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
       (error.http_status == 404 || error.http_status == 405)) ||
      (error.code == ErrorCode::invalid_response && error.stage == Stage::discovery);
  return setting ? Screen::misconfigured : Screen::refused;
}

Message message_for(const LoginFailed& failure, const AppFacts& facts, seconds lifetime) {
  if (failure.error.blame == Blame::storage) return unkept(failure.error);
  switch (screen_for(failure.error)) {
    case Screen::expired: return expired(failure, lifetime);
    case Screen::denied: return denied();
    case Screen::offline: return offline(failure.error, facts);
    case Screen::untrusted: return untrusted(failure.error, facts);
    case Screen::misconfigured: return misconfigured(failure.error, facts);
    default: return refused(failure.error, facts);
  }
}

Message ended_message(const Error& error) {
  Message message;
  message.kicker = "Signed out";
  message.title = "Please sign in again";
  message.text = error.message;
  message.again = "Sign in";
  return message;
}

Message retry_message(const Error& error, std::optional<std::chrono::milliseconds> next_in,
                      const AppFacts& facts) {
  Message message;
  message.kicker = "No connection yet";
  message.title = "Trying to reach " + facts.provider;
  message.text = sentence(trouble_words(error.reason.empty() ? error.label() : error.reason));
  if (next_in) {
    const auto wait = std::chrono::ceil<seconds>(*next_in);
    message.text += " Trying again in " + duration_words(std::max(wait, seconds(1))) + ".";
  }
  message.text += " The sign-in goes on by itself once the network is back.";
  return message;
}

}  // namespace deviceflow::demo
