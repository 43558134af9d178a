// The same login through the SDK and nothing else: what the terminal tool costs beyond this is its
// own.
//
//   sdk_login DEVICE_AUTHORIZATION_ENDPOINT TOKEN_ENDPOINT CLIENT_ID CA_FILE
//
// Writes one line a poll in the form of the tool's `poll` event, as far as tests/bench/run reads
// it.
#include <cstdio>
#include <deviceflow/client.hpp>

namespace {

void on_poll(const deviceflow::PollReport& report, std::optional<std::chrono::milliseconds> next) {
  if (!next) return;
  std::printf("{\"event\":\"poll\",\"attempt\":%d,\"next_in\":%.3f}\n", report.attempt,
              static_cast<double>(next->count()) / 1000);
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
  deviceflow::Client client(std::move(config));
  deviceflow::LoginEvents events;
  events.on_poll = on_poll;
  const auto outcome = client.login({}, events);
  if (outcome.tokens.ok()) return 0;
  std::fprintf(stderr, "sdk_login: %s\n", outcome.tokens.error().message.c_str());
  return 1;
}
