// Short ways to write the C API's structs in a test.
#ifndef DEVICEFLOW_TESTS_C_HELPERS_HPP
#define DEVICEFLOW_TESTS_C_HELPERS_HPP

#include <deviceflow/deviceflow.h>

#include <memory>
#include <string>
#include <string_view>

namespace deviceflow::test {

template <typename Struct>
Struct sized() {
  Struct out{};
  out.size = sizeof out;
  return out;
}

inline deviceflow_text text(std::string_view view) {
  return {view.data(), view.size()};
}
inline std::string str(deviceflow_text view) {
  return {view.data, view.size};
}

struct FreeClient {
  void operator()(deviceflow_client* client) const { deviceflow_client_free(client); }
};
struct FreeLogin {
  void operator()(deviceflow_login* login) const { deviceflow_login_free(login); }
};
struct FreeCall {
  void operator()(deviceflow_call* call) const { deviceflow_call_free(call); }
};
using ClientHandle = std::unique_ptr<deviceflow_client, FreeClient>;
using LoginHandle = std::unique_ptr<deviceflow_login, FreeLogin>;
using CallHandle = std::unique_ptr<deviceflow_call, FreeCall>;

/// A public client whose endpoints are all at id.example.com.
inline deviceflow_client_options example_options() {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  options.device_authorization_endpoint = text("https://id.example.com/device_authorization");
  options.token_endpoint = text("https://id.example.com/token");
  options.revocation_endpoint = text("https://id.example.com/revoke");
  options.introspection_endpoint = text("https://id.example.com/introspect");
  options.userinfo_endpoint = text("https://id.example.com/userinfo");
  return options;
}

/// Null where that fails.
inline ClientHandle make_client(const deviceflow_client_options& options = example_options()) {
  deviceflow_client* client = nullptr;
  (void)deviceflow_client_new(&options, &client);
  return ClientHandle(client);
}
inline LoginHandle make_login(deviceflow_client* client) {
  const auto options = sized<deviceflow_login_options>();
  deviceflow_login* login = nullptr;
  (void)deviceflow_login_new(client, &options, &login);
  return LoginHandle(login);
}

inline deviceflow_response json_answer(int status, std::string_view body) {
  static const deviceflow_pair type = {text("Content-Type"), text("application/json")};
  auto response = sized<deviceflow_response>();
  response.status = status;
  response.headers = &type;
  response.header_count = 1;
  response.body = text(body);
  return response;
}

inline constexpr std::string_view kCodes =
    R"({"device_code":"device-code-sentinel","user_code":"WDJB-MJHT",)"
    R"("verification_uri":"https://id.example.com/device","expires_in":600,"interval":5})";
inline constexpr std::string_view kPending = R"({"error":"authorization_pending"})";
inline constexpr std::string_view kTokens =
    R"({"access_token":"access-sentinel","token_type":"Bearer","expires_in":3600,)"
    R"("refresh_token":"refresh-sentinel","scope":"openid"})";

}  // namespace deviceflow::test

#endif
