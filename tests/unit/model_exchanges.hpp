// Exchanges for the tests of the window's model.
#ifndef DEVICEFLOW_TESTS_UNIT_MODEL_EXCHANGES_HPP
#define DEVICEFLOW_TESTS_UNIT_MODEL_EXCHANGES_HPP

#include <deviceflow/http.hpp>
#include <string>
#include <string_view>

namespace deviceflow::demo {

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline ExchangeRecord request_of(Stage stage, std::string_view url, std::string_view form = "") {
  ExchangeRecord record;
  record.stage = stage;
  record.request.method = form.empty() ? Method::get : Method::post;
  record.request.url = std::string(url);
  set_header(record.request.headers, "Accept", "application/json");
  record.request.body = Secret(form);
  return record;
}

inline void answer_with(ExchangeRecord& record, int status, std::string_view body,
                        std::string_view type = "application/json") {
  record.response.emplace();
  record.response->status = status;
  set_header(record.response->headers, "Content-Type", type);
  record.response->body = Secret(body);
}

inline ExchangeRecord exchange(Stage stage, int status, std::string_view body,
                               std::string_view type = "application/json") {
  ExchangeRecord record =
      request_of(stage, "https://auth.example/oauth2/token", "client_id=tv&scope=openid+email");
  answer_with(record, status, body, type);
  return record;
}

inline ExchangeRecord failed(TransportFailure::Kind kind, bool nothing_sent = false,
                             std::string message = "It did not work.") {
  ExchangeRecord record = request_of(Stage::token, "https://auth.example/oauth2/token", "a=b");
  record.failure = TransportFailure{kind, nothing_sent, std::move(message)};
  return record;
}

inline constexpr std::string_view kTokens =
    R"({"access_token":"access-token-1","token_type":"Bearer","expires_in":3600})";
inline constexpr std::string_view kPending = R"({"error":"authorization_pending"})";

}  // namespace deviceflow::demo

#endif
