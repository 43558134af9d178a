#include "client_helpers.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <memory>
#include <thread>

#include "foundation/json.hpp"

namespace deviceflow::test {

void record_into(LoginLog& log, Config& config) {
  config.on_exchange = [&log](const ExchangeRecord& record, const Redactor& redactor) {
    ++log.exchanges;
    if (record.response && record.response->new_connection) ++log.new_connections;
    log.traces.push_back(std::string(to_trace(record, redactor, TraceSecrets::redact).reveal()));
  };
}

LoginOutcome run_login(Client& client, LoginLog& log, const LoginRequest& request,
                       const Cancel& cancel) {
  LoginEvents events;
  events.on_prompt = [&log](const DeviceAuthorization& codes) {
    log.events.push_back("prompt");
    log.user_code = codes.user_code;
    log.verification_uri = codes.verification_uri;
  };
  events.on_poll = [&log](const PollReport& poll) {
    std::string event = "poll " + std::to_string(poll.attempt) + " ";
    event += name(poll.result);
    if (!poll.reason.empty()) event += " " + poll.reason;
    log.events.push_back(std::move(event));
    log.waits.push_back(poll.next_in);
  };
  events.on_start_retry = [&log](const Error& error, std::chrono::milliseconds) {
    log.events.push_back("retry " + std::string(name(error.stage)) + " " + error.reason);
    if (log.on_start_retry) log.on_start_retry();
  };
  return client.login(request, events, cancel);
}

Config client_of(const std::string& origin) {
  Config config;
  config.endpoints.device_authorization = origin + "/device_authorization";
  config.endpoints.token = origin + "/token";
  config.client_id = "demo-tv";
  return config;
}

std::string scripted_codes(const std::vector<std::pair<std::string, std::string>>& members) {
  std::vector<std::pair<std::string, std::string>> all = {
      {"device_code", "\"" + json_escape(kDeviceCode) + "\""},
      {"user_code", "\"WDJB-MJHT\""},
      {"verification_uri", "\"https://as.example/device\""},
      {"expires_in", "30"},
      {"interval", "1"}};
  for (const auto& [name, text] : members) {
    const auto same = [&name = name](const auto& member) { return member.first == name; };
    const auto found = std::find_if(all.begin(), all.end(), same);
    if (found != all.end()) {
      found->second = text;
    } else {
      all.emplace_back(name, text);
    }
  }
  std::string json = "{";
  for (const auto& [name, text] : all) {
    if (text.empty()) continue;
    json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + text;
  }
  return json + "}";
}

std::string scripted_tokens() {
  return "{\"access_token\":\"SECRETtoken-0123456789\",\"token_type\":\"Bearer\","
         "\"expires_in\":3600,\"refresh_token\":\"SECRETrefresh-0123456789\"}";
}

FaultServer::Script authorization_server(Action start, std::vector<Action> polls) {
  auto polled = std::make_shared<std::size_t>(0);
  return [start = std::move(start), polls = std::move(polls),
          polled](const ReceivedRequest& request) -> Action {
    if (request.target == "/device_authorization") return start;
    if (request.target != "/token" || polls.empty()) return answer(404, "");
    return polls[std::min((*polled)++, polls.size() - 1)];
  };
}

std::string texts_of(const Error& error) {
  return error.message + "|" + error.oauth_code + "|" + error.description + "|" + error.reason;
}

void expect_clean(std::string_view text) {
  // The beginning alone already narrows a guess down.
  const std::size_t at = text.find("SECRET");
  if (at != std::string_view::npos) ADD_FAILURE() << "a secret: " << text.substr(at, 60);
  const bool obeyed = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  EXPECT_FALSE(obeyed) << text;
}

void in_parallel(const std::vector<std::function<void()>>& tasks) {
  std::vector<std::thread> threads;
  for (const auto& task : tasks) threads.emplace_back(task);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace deviceflow::test
