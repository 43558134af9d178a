// What tests and scripts use: decide without a browser, read violations and the log.
#include "authorization_server.hpp"

namespace deviceflow::sandbox {

namespace {

Response decision_response(DecisionResult result) {
  switch (result) {
    case DecisionResult::done: return json_response(200, JsonValue::object());
    case DecisionResult::unknown_code:
      return oauth_error(404, "unknown_user_code", "No code like this was given out.");
    case DecisionResult::used_code:
      return oauth_error(409, "used_user_code", "This code has been decided.");
    case DecisionResult::expired_code: break;
  }
  return oauth_error(409, "expired_user_code", "This code expired.");
}

JsonValue as_json(const std::vector<Violation>& violations) {
  JsonValue list = JsonValue::array();
  for (const Violation& violation : violations) {
    JsonValue item = JsonValue::object();
    item.set("rule", violation.rule);
    item.set("detail", violation.detail);
    list.push(std::move(item));
  }
  return list;
}

JsonValue as_json(const std::deque<LogEntry>& log) {
  JsonValue list = JsonValue::array();
  for (const LogEntry& entry : log) {
    JsonValue item = JsonValue::object();
    item.set("at_ms", JsonValue::integer(entry.at.count()));
    item.set("method", entry.method);
    item.set("path", entry.path);
    item.set("status", JsonValue::integer(entry.status));
    if (!entry.outcome.empty()) item.set("outcome", entry.outcome);
    if (entry.attempt > 0) item.set("attempt", JsonValue::integer(entry.attempt));
    list.push(std::move(item));
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
  if (!approve && path != "/sandbox/deny") {
    return oauth_error(404, "not_found", "Try /sandbox/violations, log, approve or deny.");
  }
  const auto form = Form::parse(request.body);
  if (request.method != "POST" || !form || !form->has("user_code")) {
    return oauth_error(400, "invalid_request", "POST a form with user_code.");
  }
  const std::string_view user = form->get("user");
  if (!user.empty() && find_person(user) == nullptr) {
    return oauth_error(400, "invalid_request", "There is no such user.");
  }
  return decision_response(
      decide(form->get("user_code"), approve ? Decision::approve : Decision::deny, user, now));
}

}  // namespace deviceflow::sandbox
