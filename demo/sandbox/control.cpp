// What the window's desk, tests and scripts use: decide without a browser, answer the next poll,
// read violations and the log.
#include <nlohmann/json.hpp>

#include "authorization_server.hpp"

namespace deviceflow::sandbox {

namespace {

using nlohmann::ordered_json;

// Longer than any client waits.
constexpr std::chrono::minutes kSilence{10};

Response decision_response(DecisionResult result) {
  switch (result) {
    case DecisionResult::done: return json_response(200, ordered_json::object());
    case DecisionResult::unknown_code:
      return oauth_error(404, "unknown_user_code", "No code like this was given out.");
    case DecisionResult::used_code:
      return oauth_error(409, "used_user_code", "This code has been decided.");
    case DecisionResult::expired_code: break;
  }
  return oauth_error(409, "expired_user_code", "This code expired.");
}

// What answer_next() takes, by its name in a request.
std::optional<ScriptedAnswer> answer_called(std::string_view name) {
  ScriptedAnswer answer;
  answer.replaces = true;
  if (name == "slow_down" || name == "expired_token") {
    answer.error = std::string(name);
    const Response response = oauth_error(400, name, "Asked for at the desk.");
    answer.status = response.status;
    answer.headers = response.headers;
    answer.body = response.body;
  } else if (name == "bad_gateway") {
    answer.status = 502;
    answer.headers = {{"Content-Type", "text/html"}};
    answer.body = "<h1>502 Bad Gateway</h1>";
  } else if (name == "silence" || name == "reset") {
    answer.hang_up = true;
    if (name == "silence") answer.delay = kSilence;
  } else {
    return std::nullopt;
  }
  return answer;
}

ordered_json as_json(const std::vector<Violation>& violations) {
  ordered_json list = ordered_json::array();
  for (const Violation& violation : violations) {
    list.push_back({{"rule", violation.rule}, {"detail", violation.detail}});
  }
  return list;
}

ordered_json as_json(const std::deque<LogEntry>& log) {
  ordered_json list = ordered_json::array();
  for (const LogEntry& entry : log) {
    ordered_json item{{"at_ms", entry.at.count()},
                      {"method", entry.method},
                      {"path", entry.path},
                      {"status", entry.status}};
    if (!entry.outcome.empty()) item["outcome"] = entry.outcome;
    if (entry.attempt > 0) item["attempt"] = entry.attempt;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

Response AuthorizationServer::control(const Request& request, SteadyTime now) {
  const std::string_view path = request.path();
  const bool get = request.method == "GET";
  if (path == "/sandbox/violations" && get) return json_response(200, as_json(violations_));
  if (path == "/sandbox/log" && get) return json_response(200, as_json(log_));
  const bool approve = path == "/sandbox/approve";
  const bool next_poll = path == "/sandbox/next_poll";
  if (!approve && !next_poll && path != "/sandbox/deny") {
    return oauth_error(404, "not_found",
                       "Try /sandbox/violations, log, approve, deny or next_poll.");
  }
  // A page from elsewhere that a browser on this machine shows; browsers say so in every POST.
  if (find_header(request.headers, "Origin")) {
    return oauth_error(403, "forbidden", "Not from a browser.");
  }
  const auto form = Form::parse(request.body);
  if (request.method != "POST" || !form || !form->has("user_code")) {
    return oauth_error(400, "invalid_request", "POST a form with user_code.");
  }
  if (next_poll) {
    auto answer = answer_called(form->get("answer"));
    if (!answer) return oauth_error(400, "invalid_request", "There is no such answer.");
    return decision_response(answer_next(form->get("user_code"), std::move(*answer), now));
  }
  const std::string_view user = form->get("user");
  if (!user.empty() && find_person(user) == nullptr) {
    return oauth_error(400, "invalid_request", "There is no such user.");
  }
  return decision_response(
      decide(form->get("user_code"), approve ? Decision::approve : Decision::deny, user, now));
}

}  // namespace deviceflow::sandbox
