// Polling: how the sandbox checks when a poll comes, and what it responds.
//
// Waits count from the moment the last answer left. A poll that comes sooner than the interval in
// force gets slow_down, which adds 5 s for good, as any slow_down does. A final answer ends the
// code: a client that polls again broke a rule.
#include <algorithm>
#include <utility>

#include "client_endpoints.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::chrono::milliseconds kSlowDownStep{5000};
// The client counts the lifetime from the arrival of the codes, which is a little after they left.
constexpr std::chrono::milliseconds kAnswerTravel{500};
// A client that backs off may make one last poll just before expiry.
constexpr std::chrono::milliseconds kLastPollWindow{3000};

bool is_passing_server_fault(const ScriptedAnswer& script) {
  return script.status >= 500 &&
         (script.error == "server_error" || script.error == "temporarily_unavailable");
}

std::string outcome_of(const Response& response) {
  if (response.hang_up) return "hang_up";
  const auto body = parse_json(response.body);
  if (body) {
    if (const JsonValue* error = body->find("error")) {
      return std::string(error->as_string().value_or("error"));
    }
    if (body->find("access_token") != nullptr) return "tokens";
  }
  return "http_" + std::to_string(response.status);
}

}  // namespace

Response AuthorizationServer::token(const Request& request, SteadyTime now, LogEntry& entry) {
  constexpr EndpointRules kRules{"/token", "T-3.2-1", "T-3.2-1"};
  Response response;
  const auto form = read_form(request, kRules, response);
  const std::string_view grant_type = form ? form->get("grant_type") : std::string_view();
  const bool is_refresh = grant_type == "refresh_token";
  const Client* client =
      form ? identify(request, *form, is_refresh ? "T-6-2" : "D-3.4-2", response) : nullptr;
  if (client == nullptr) {
    entry.outcome = outcome_of(response);
    return response;
  }
  if (is_refresh) {
    response = refresh(*form, *client, now);
  } else if (grant_type == "urn:ietf:params:oauth:grant-type:device_code") {
    response = poll(*form, *client, now, entry);
  } else if (grant_type.empty()) {
    violated("D-3.4-1", "grant_type is missing");
    response = oauth_error(400, "invalid_request", "grant_type is missing.");
  } else {
    violated("D-3.4-1", "grant_type is neither the device code's nor refresh_token");
    response = oauth_error(400, "unsupported_grant_type",
                           "Device codes and refresh tokens are all it knows.");
  }
  entry.outcome = outcome_of(response);
  return response;
}

Response AuthorizationServer::poll(const Form& form, const Client& client, SteadyTime now,
                                   LogEntry& entry) {
  const std::string_view code = form.get("device_code");
  if (code.empty()) {
    violated("D-3.4-1", "device_code is missing");
    return oauth_error(400, "invalid_request", "device_code is missing.");
  }
  const auto grant = std::find_if(grants_.begin(), grants_.end(), [&](const Grant& candidate) {
    return candidate.device_code == code;
  });
  if (grant == grants_.end()) {
    violated("D-3.4-1", "the device_code is not one that was given out");
    return oauth_error(400, "invalid_grant", "No such device code.");
  }
  if (grant->client_id != client.id) {
    violated("D-3.4-2", "the device_code was given to another client");
    return oauth_error(400, "invalid_grant", "Not this client's device code.");
  }
  entry.attempt = ++grant->polls;
  Response response = answer_poll(*grant, form, now);
  response.poll_ticket = grant->ticket;
  grant->answered = std::max(grant->answered, now + response.delay);
  return response;
}

Response AuthorizationServer::answer_poll(Grant& grant, const Form& form, SteadyTime now) {
  const std::string poll = "poll " + std::to_string(grant.polls);
  if (grant.finished) {
    violated("D-3.5-4", poll + " came after a final answer");
    return now >= grant.expires
               ? oauth_error(400, "expired_token", "The code expired.")
               : oauth_error(400, "invalid_grant", "This device code has had its answer.");
  }
  if (now >= grant.expires) {
    if (now >= grant.expires + kAnswerTravel) {
      violated("D-3.5-10", poll + " came " + in_seconds(now - grant.expires) + " after expiry");
    }
    grant.finished = true;
    return oauth_error(400, "expired_token", "The code expired.");
  }
  if (auto refusal = check_verifier(grant, form)) return std::move(*refusal);
  const bool early = came_too_early(grant, now);
  grant.back_off_rule.clear();
  grant.retry_at.reset();
  if (early) {
    grant.interval += kSlowDownStep;
    return oauth_error(400, "slow_down", "Polled before the interval was over.");
  }
  if (const auto answer = std::exchange(grant.next_answer, std::nullopt)) {
    return scripted_poll_answer(grant, *answer, now);
  }
  std::chrono::milliseconds delay{0};
  for (const ScriptedAnswer& script : scenario_.poll_answers) {
    if (!script.covers(grant.polls)) continue;
    if (script.replaces || script.hang_up) return scripted_poll_answer(grant, script, now);
    delay = script.delay;
  }
  Response response = ordinary_poll_answer(grant, now);
  response.delay = delay;
  return response;
}

// Writes down what is wrong with the time of this poll; true where it earns a slow_down.
bool AuthorizationServer::came_too_early(Grant& grant, SteadyTime now) {
  const std::string poll = "poll " + std::to_string(grant.polls);
  const auto waited = now - grant.answered;
  const std::string after = poll + " came " + in_seconds(waited) + " after the answer before it; ";
  if (waited.count() < 0) {
    violated("D-3.5-11", poll + " came while the one before it was still in flight");
    return true;
  }
  if (waited < grant.interval) {
    violated(waited < grant.first_interval ? "D-3.5-2" : "D-3.5-3",
             after + "the interval in force is " + in_seconds(grant.interval));
    return true;
  }
  if (grant.retry_at && now < *grant.retry_at) {
    violated("H-10.2.3-1",
             after + "Retry-After asked for " + in_seconds(*grant.retry_at - grant.answered));
  } else if (!grant.back_off_rule.empty() && waited < grant.interval * 3 / 2 &&
             grant.expires - now > kLastPollWindow) {
    violated(grant.back_off_rule,
             after + "after a failure the wait has to grow beyond " + in_seconds(grant.interval));
  }
  return false;
}

Response AuthorizationServer::scripted_poll_answer(Grant& grant, const ScriptedAnswer& script,
                                                   SteadyTime now) {
  Response response = scripted_response(script);
  if (script.hang_up || is_passing_server_fault(script) ||
      (script.error.empty() && !script.has_access_token)) {
    grant.back_off_rule = "D-3.5-9";
    grant.retry_at = retry_time(response, now);
  } else if (script.error == "slow_down") {
    const auto asked = std::chrono::seconds(script.interval.value_or(0));
    grant.interval = std::max<std::chrono::milliseconds>(grant.interval + kSlowDownStep, asked);
  } else if (script.error != "authorization_pending") {
    grant.finished = true;
  }
  return response;
}

Response AuthorizationServer::ordinary_poll_answer(Grant& grant, SteadyTime now) {
  decide_by_itself(grant, now);
  switch (grant.state) {
    case Grant::State::pending:
      return oauth_error(400, "authorization_pending", "Nobody has decided yet.");
    case Grant::State::denied:
      grant.finished = true;
      return oauth_error(400, "access_denied", "The request was denied.");
    case Grant::State::redeemed:
      return oauth_error(400, "invalid_grant", "This device code has been used.");
    case Grant::State::approved: break;
  }
  grant.finished = true;
  grant.state = Grant::State::redeemed;
  const Login login{grant.ticket, grant.client_id, grant.scope, grant.person};
  return give_tokens(login, login.scope, grant.ticket, gives_refresh_token(login.scope), now);
}

void AuthorizationServer::decide_by_itself(Grant& grant, SteadyTime now) const {
  const AutomaticDecision& decision = scenario_.decision;
  if (decision.action == Decision::none || grant.state != Grant::State::pending) return;
  const bool due = decision.after_polls ? grant.polls > *decision.after_polls
                                        : now >= grant.issued + decision.after;
  if (!due || now >= grant.expires) return;
  const Person* person = find_person(decision.user);
  grant.state =
      decision.action == Decision::approve ? Grant::State::approved : Grant::State::denied;
  grant.person = std::string(person != nullptr ? person->name : people().front().name);
}

void AuthorizationServer::on_client_gone(std::uint64_t poll_ticket, SteadyTime now) {
  for (Grant& grant : grants_) {
    if (grant.ticket != poll_ticket || grant.answered <= now) continue;
    grant.answered = now;
    grant.back_off_rule = "D-3.5-7";
  }
  take_refresh_back(poll_ticket, now);
}

}  // namespace deviceflow::sandbox
