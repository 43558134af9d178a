// What the layout test shows on the Developer tab's pages beside the exchanges.
#ifndef DEVICEFLOW_TESTS_UNIT_VIEWS_DEVELOPER_SCENES_HPP
#define DEVICEFLOW_TESTS_UNIT_VIEWS_DEVELOPER_SCENES_HPP

#include <algorithm>
#include <deviceflow/messages.hpp>
#include <string>

#include "model/app_model.hpp"
#include "model_exchanges.hpp"
#include "protocol/id_token.hpp"

namespace deviceflow::demo {

inline CodesCame codes_of_half_an_hour(int interval, SteadyTime now) {
  CodesCame event;
  event.codes.device_code = Secret("device-code");
  event.codes.user_code = "WDJB-MJHT";
  event.codes.verification_uri = "https://login.example.com/device";
  event.codes.interval = std::chrono::seconds(interval);
  event.codes.expires_in = std::chrono::minutes(30);
  event.expires_at = now + event.codes.expires_in;
  return event;
}

/// Every kind of wait, or with `long_one` a poll each second for half an hour.
inline void poll_through(AppModel& model, bool long_one, SteadyTime now) {
  using std::chrono::seconds;
  SteadyTime due = now + seconds(long_one ? 1 : 5);
  for (int i = 0; i < (long_one ? 1790 : 12); ++i) {
    ExchangeRecord record = exchange(Stage::token, 400, "{}");
    record.sent_at = due;
    record.duration = std::chrono::milliseconds(41);
    PollReport report;
    const bool fault = long_one ? i == 700 : i > 7;
    const bool slow = !long_one && i == 3;
    report.result = fault  ? PollReport::Result::retry
                    : slow ? PollReport::Result::slow_down
                           : PollReport::Result::authorization_pending;
    if (fault) report.reason = "timeout";
    const int wait = fault ? 20 * std::max(1, i - 7) : i < 3 ? 5 : 10;
    due += record.duration + (long_one ? seconds(1) : seconds(std::min(60, wait)));
    report.next_poll = due;
    model.on_event({1, ExchangeCame{std::move(record)}}, now);
    model.on_event({1, PollCame{report, seconds(1)}}, now);
  }
}

enum class TokenScene { none, access, id, refused };

inline const std::string kSomeJwt =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIiwic3ViIjoi"
    "YWRhIiwiYXVkIjoibXktdHYiLCJleHAiOjE3OTU1NTkzNTB9.c2ln";

/// On a model whose login 1 has ended or, for `refused`, goes on.
inline void bring_tokens(AppModel& model, TokenScene scene, SteadyTime now) {
  if (scene == TokenScene::none) return;
  if (scene == TokenScene::refused) {
    const std::string start = R"({"access_token":"a","token_type":"Bearer","id_token":")";
    model.on_event({1, ExchangeCame{exchange(Stage::token, 200, start + kSomeJwt + "\"}")}}, now);
    Error error = id_token_error("aud", "it is meant for another client");
    model.on_event({1, LoginFailed{std::move(error), {}, {}}}, now);
    return;
  }
  const std::string opaque(900, 'a');
  TokensCame event;
  event.tokens.access_token = Secret(scene == TokenScene::id ? kSomeJwt : opaque);
  event.tokens.id_token = Secret(kSomeJwt);
  event.tokens.refresh_token = Secret("refresh-token");
  event.tokens.token_type = "Bearer";
  event.tokens.expires_in = std::chrono::minutes(58);
  event.tokens.expires_at = now + std::chrono::minutes(58);
  event.scope = "openid profile email offline_access https://api.example.com/a/long/scope.read";
  event.id_token = IdTokenCheck::not_verified;
  event.id_token_problem = "The keys of https://login.example.com could not be fetched just now.";
  model.on_event({1, std::move(event)}, now);
  if (scene != TokenScene::id) return;
  model.on_intent({Intent::Kind::select_token_kind, 2});
  model.on_intent({Intent::Kind::toggle_secrets, 0});
}

}  // namespace deviceflow::demo

#endif
