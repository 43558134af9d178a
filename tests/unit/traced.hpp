// Lines of a trace, made by hand.
#ifndef DEVICEFLOW_TESTS_TRACED_HPP
#define DEVICEFLOW_TESTS_TRACED_HPP

#include <string>
#include <string_view>

namespace deviceflow::test {

/// An exchange. `result` is what stands in place of a response or failure, as JSON.
inline std::string exchange_line(std::string_view stage, int sent_at_ms, int duration_ms,
                                 std::string_view result, std::string_view request_headers = "{}") {
  return R"({"stage":")" + std::string(stage) + R"(","sent_at_ms":)" + std::to_string(sent_at_ms) +
         R"(,"sent_at_unix":1750000000,"duration_ms":)" + std::to_string(duration_ms) +
         R"(,"request":{"method":"POST","url":"https://id.example.com/)" + std::string(stage) +
         R"(?a=b%20c","headers":)" + std::string(request_headers) +
         R"(,"form":{"client_id":"tv","resource":["x","y"]},"body_bytes":9},)" +
         std::string(result) + "}\n";
}

inline std::string response_json(int status, std::string_view body,
                                 std::string_view type = "application/json") {
  return R"("response":{"status":)" + std::to_string(status) + R"(,"headers":{"Content-Type":")" +
         std::string(type) + R"("},"body":)" + std::string(body) +
         R"(,"body_bytes":7,"new_connection":false})";
}

inline std::string failure_json(std::string_view kind, bool nothing_sent) {
  return R"("failure":{"kind":")" + std::string(kind) + R"(","nothing_sent":)" +
         (nothing_sent ? "true" : "false") + R"(,"message":"It failed."})";
}

/// Codes that live for `expires_in`, at interval 5, asked for at 1000 ms.
inline std::string codes_line(int expires_in = 600) {
  return exchange_line(
      "device_authorization", 1000, 100,
      response_json(200, R"({"device_code":"[redacted]","user_code":"WDJB-MJHT",)"
                         R"("verification_uri":"https://id.example.com/device","expires_in":)" +
                             std::to_string(expires_in) + R"(,"interval":5})"));
}

inline std::string poll_line(int sent_at_ms, std::string_view error) {
  return exchange_line("token", sent_at_ms, 100,
                       response_json(400, R"({"error":")" + std::string(error) + R"("})"));
}

inline std::string tokens_line(int sent_at_ms) {
  return exchange_line(
      "token", sent_at_ms, 100,
      response_json(200, R"({"access_token":"[redacted]","token_type":"Bearer"})"));
}

inline std::string outcome_line(int at_ms, std::string_view code, std::string_view quirks = "[]",
                                std::string_view stage = "token", std::string_view profile = "") {
  return R"({"outcome":{"at_ms":)" + std::to_string(at_ms) + R"(,"code":")" + std::string(code) +
         R"(","stage":")" + std::string(stage) + R"(","quirks":)" + std::string(quirks) +
         R"(,"profile":")" + std::string(profile) + "\"}}\n";
}

}  // namespace deviceflow::test

#endif
