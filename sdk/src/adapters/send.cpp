#include <deviceflow/http.hpp>

namespace deviceflow {

TransportResult send(Network& network, HttpRequest request, const Cancel& cancel) {
  const auto given_up = [](bool nothing_sent) {
    return TransportFailure{TransportFailure::Kind::cancelled, nothing_sent,
                            "The request was cancelled."};
  };
  if (cancel.is_set()) return given_up(true);
  constexpr std::uint64_t kTicket = 1;
  network.start(kTicket, std::move(request));
  std::vector<Network::Finished> finished;
  for (;;) {
    network.wait(kNever, cancel, finished);
    if (!finished.empty()) return std::move(finished.front().result);
    if (cancel.is_set()) return given_up(network.abort(kTicket));
  }
}

}  // namespace deviceflow
