// Runs a DeviceLogin on a virtual clock against scripted answers: fifteen minutes in microseconds.
#ifndef DEVICEFLOW_TESTS_VIRTUAL_LOGIN_HPP
#define DEVICEFLOW_TESTS_VIRTUAL_LOGIN_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/provider.hpp>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace deviceflow::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

HttpResponse answer(int status, std::string_view body,
                    std::string_view content_type = "application/json",
                    std::initializer_list<std::pair<const char*, const char*>> headers = {});
/// A device authorization answer with these two members as raw JSON; an empty one is left out.
std::string codes_json(std::string_view interval = "5", std::string_view expires_in = "600");
TransportFailure failure(TransportFailure::Kind kind, bool nothing_sent = false);
/// The response as the readers get it from that provider.
inline HttpResponse through(const Provider& provider, HttpResponse response, Stage stage) {
  Exchange::Options options;
  options.provider = std::make_shared<Provider>(provider);
  return Exchange(std::move(options)).accept(std::move(response), stage);
}

/// What the server does with one request.
struct Reply {
  std::shared_ptr<const TransportResult> result;  // shared, since a reply may be given many times
  milliseconds latency{0};
};
Reply pending();
Reply slow_down(std::string_view interval = "");
Reply tokens();
Reply error(std::string_view code, int status = 400);
Reply fails(TransportFailure::Kind kind, bool nothing_sent = false);
Reply replies(HttpResponse response);
Reply late(Reply reply, milliseconds latency);

class VirtualLogin {
 public:
  explicit VirtualLogin(std::string_view codes = codes_json(), DeviceLoginOptions options = {});

  /// Answers polls in order; the last reply repeats for ever.
  VirtualLogin& script(std::vector<Reply> polls);
  /// Answers device authorization requests in order instead of the codes.
  VirtualLogin& start_script(std::vector<Reply> starts);
  /// Called with the time before each step; may cancel, move time, or look at the login.
  VirtualLogin& each_step(std::function<void(VirtualLogin&)> hook);
  /// Runs to the end and returns the outcome.
  LoginOutcome run();

  /// Seconds from the arrival of one answer to the departure of the next poll, in order; the first
  /// counts from the arrival of the codes.
  std::vector<double> gaps() const;
  /// The gaps without the random margin: every one must exceed a whole number of seconds by the
  /// margin of the policy, otherwise the entry is -1.
  std::vector<int> whole_gaps() const;

  DeviceLogin& login() { return login_; }
  SteadyTime now{milliseconds(1000000)};
  SteadyTime codes_arrived{};
  std::vector<OAuthRequest> starts;
  std::vector<OAuthRequest> polls;
  std::vector<OAuthRequest> revocations;
  std::vector<SteadyTime> poll_departures;
  std::vector<PollReport> reports;

 private:
  Reply next_reply(const OAuthRequest& request);

  DeviceLogin login_;
  std::vector<Reply> poll_script_;
  std::vector<Reply> start_script_;
  std::function<void(VirtualLogin&)> hook_;
  std::vector<SteadyTime> arrivals_;
};

}  // namespace deviceflow::test

#endif
