// What every use of libcurl has in common: running one transfer, and what its failures mean.
#ifndef DEVICEFLOW_SRC_CURL_TRANSFER_HPP
#define DEVICEFLOW_SRC_CURL_TRANSFER_HPP

#include <curl/curl.h>

#include <deviceflow/clock.hpp>
#include <deviceflow/transport.hpp>
#include <optional>
#include <string>

namespace deviceflow {

void init_libcurl_once();

/// Runs the transfer that `easy` is set up for. Empty where `cancel` ended it.
std::optional<CURLcode> run_transfer(CURLM* multi, CURL* easy, const CancelFlag& cancel);

/// What a libcurl error means. `too_large`: our own callbacks have stopped the transfer.
TransportFailure::Kind kind_of(CURLcode code, bool too_large);
/// A sentence for a person; `detail` is what libcurl says.
std::string failure_sentence(TransportFailure::Kind kind, const std::string& host,
                             const char* detail);

}  // namespace deviceflow

#endif
