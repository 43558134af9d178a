#include "virtual_login.hpp"

#include <algorithm>
#include <cmath>

namespace deviceflow::test {

HttpResponse answer(int status, std::string_view body, std::string_view content_type,
                    std::initializer_list<std::pair<const char*, const char*>> headers) {
  HttpResponse response;
  response.status = status;
  response.body = Secret(body);
  if (!content_type.empty()) set_header(response.headers, "Content-Type", content_type);
  for (const auto& [name, value] : headers) set_header(response.headers, name, value);
  return response;
}

std::string codes_json(std::string_view interval, std::string_view expires_in) {
  std::string json =
      R"({"device_code":"device-code-sentinel","user_code":"WDJB-MJHT",)"
      R"("verification_uri":"https://id.example.com/device",)"
      R"("verification_uri_complete":"https://id.example.com/device?user_code=WDJB-MJHT")";
  if (!interval.empty()) json += ",\"interval\":" + std::string(interval);
  if (!expires_in.empty()) json += ",\"expires_in\":" + std::string(expires_in);
  return json + "}";
}

TransportFailure failure(TransportFailure::Kind kind, bool nothing_sent) {
  return {kind, nothing_sent, "It failed."};
}

Reply pending() {
  return error("authorization_pending");
}
Reply slow_down(std::string_view interval) {
  std::string body = R"({"error":"slow_down")";
  if (!interval.empty()) body += ",\"interval\":" + std::string(interval);
  return replies(answer(400, body + "}"));
}
Reply tokens() {
  return replies(answer(200, R"({"access_token":"access-token-sentinel","token_type":"Bearer",)"
                             R"("expires_in":3600,"refresh_token":"refresh-token-sentinel"})"));
}
Reply error(std::string_view code, int status) {
  return replies(answer(status, "{\"error\":\"" + std::string(code) + "\"}"));
}
Reply fails(TransportFailure::Kind kind, bool nothing_sent) {
  return {std::make_shared<TransportResult>(failure(kind, nothing_sent))};
}
Reply replies(HttpResponse response) {
  return {std::make_shared<TransportResult>(std::move(response))};
}
Reply late(Reply reply, milliseconds latency) {
  reply.latency = latency;
  return reply;
}

namespace {

Reply take(std::vector<Reply>& script) {
  Reply reply = script.front();
  if (script.size() > 1) script.erase(script.begin());
  return reply;
}

DeviceLoginOptions with_defaults(DeviceLoginOptions options) {
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.token_endpoint = "https://id.example.com/token";
  if (options.seed == 0) options.seed = 42;
  return options;
}

}  // namespace

VirtualLogin::VirtualLogin(std::string_view codes, DeviceLoginOptions options)
    : login_(with_defaults(std::move(options))) {
  start_script_.push_back(replies(answer(200, codes)));
  poll_script_.push_back(pending());
}

VirtualLogin& VirtualLogin::script(std::vector<Reply> polls_in) {
  poll_script_ = std::move(polls_in);
  return *this;
}

VirtualLogin& VirtualLogin::start_script(std::vector<Reply> starts_in) {
  start_script_ = std::move(starts_in);
  return *this;
}

VirtualLogin& VirtualLogin::each_step(std::function<void(VirtualLogin&)> hook) {
  hook_ = std::move(hook);
  return *this;
}

Reply VirtualLogin::next_reply(const OAuthRequest& request) {
  if (request.stage == Stage::device_authorization) {
    starts.push_back(request);
    return take(start_script_);
  }
  if (request.stage == Stage::revocation) {
    revocations.push_back(request);
    return replies(answer(200, ""));
  }
  polls.push_back(request);
  poll_departures.push_back(now);
  return take(poll_script_);
}

LoginOutcome VirtualLogin::run() {
  for (;;) {
    if (hook_) hook_(*this);
    auto step = login_.step(now);
    if (auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
      now = std::max(now, wait->time);
      continue;
    }
    if (std::holds_alternative<DeviceLogin::Finished>(step)) return login_.take_outcome();
    const OAuthRequest request = std::move(std::get<DeviceLogin::Send>(step).request);
    const Reply reply = next_reply(request);
    now += reply.latency;
    if (hook_ && reply.latency.count() > 0) hook_(*this);
    arrivals_.push_back(now);
    if (const auto* response = std::get_if<HttpResponse>(reply.result.get())) {
      login_.on_response(now, *response);
    } else {
      login_.on_failure(now, std::get<TransportFailure>(*reply.result));
    }
    if (request.stage == Stage::device_authorization) codes_arrived = now;
    const PollReport* report = login_.last_poll();
    if (report != nullptr && (reports.empty() || reports.back().attempt != report->attempt)) {
      reports.push_back(*report);
    }
  }
}

std::vector<double> VirtualLogin::gaps() const {
  std::vector<double> out;
  const std::size_t first = arrivals_.size() - poll_departures.size() - revocations.size() - 1;
  for (std::size_t i = 0; i < poll_departures.size(); ++i) {
    out.push_back(static_cast<double>((poll_departures[i] - arrivals_[first + i]).count()) / 1000);
  }
  return out;
}

std::vector<int> VirtualLogin::whole_gaps() const {
  std::vector<int> out;
  for (const double gap : gaps()) {
    const double margin = gap - std::floor(gap);
    out.push_back(margin >= 0.0999 && margin <= 0.2501 ? static_cast<int>(std::floor(gap)) : -1);
  }
  return out;
}

}  // namespace deviceflow::test
