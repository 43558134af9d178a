// The same login through the SDK and nothing else: what the terminal tool costs beyond this is its
// own.
//
//   sdk_login DEVICE_AUTHORIZATION_ENDPOINT TOKEN_ENDPOINT CLIENT_ID CA_FILE
//
// Writes one line a poll in the form of the tool's `poll` event, as far as tests/bench/run reads
// it.
#include <cstdio>
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>
#include <memory>

namespace {

void on_poll(const deviceflow::PollReport& report) {
  if (!report.next_in) return;
  std::printf("{\"event\":\"poll\",\"attempt\":%d,\"next_in\":%.3f}\n", report.attempt,
              static_cast<double>(report.next_in->count()) / 1000);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  deviceflow::Config config;
  config.endpoints.device_authorization = argv[1];
  config.endpoints.token = argv[2];
  config.client_id = argv[3];
  config.ca_file = argv[4];
  deviceflow::Session session(std::move(config), std::make_shared<deviceflow::MemoryStore>());
  deviceflow::SignInOptions options;
  options.on_poll = on_poll;
  const auto token = session.sign_in(std::move(options));
  if (token.ok()) return 0;
  std::fprintf(stderr, "sdk_login: %s\n", token.error().message.c_str());
  return 1;
}
