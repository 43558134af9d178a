// Drives the machine of an installed core.
#include <deviceflow/device_login.hpp>
#include <iostream>

int main() {
  deviceflow::DeviceLoginOptions options;
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.token_endpoint = "https://id.example.com/token";
  deviceflow::DeviceLogin login(std::move(options));
  if (!std::holds_alternative<deviceflow::DeviceLogin::Send>(login.step({}))) return 1;
  deviceflow::HttpResponse answer;
  answer.status = 200;
  answer.body = deviceflow::Secret(
      R"({"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device","expires_in":600})");
  login.on_response({}, answer);
  if (login.codes() == nullptr) return 1;
  std::cout << login.codes()->user_code << "\n";
}
