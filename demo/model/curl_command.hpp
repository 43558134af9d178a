// A request of an exchange as a command for a shell.
#ifndef DEVICEFLOW_DEMO_MODEL_CURL_COMMAND_HPP
#define DEVICEFLOW_DEMO_MODEL_CURL_COMMAND_HPP

#include <deviceflow/http.hpp>
#include <string>

#include "masking.hpp"

namespace deviceflow::demo {

/// Runs as it stands in a POSIX shell. While secrets are masked, each is a variable that the person
/// sets before: "$CLIENT_SECRET", "$DEVICE_CODE", "$ACCESS_TOKEN" …
std::string curl_command(const HttpRequest& request, Secrets mode, const Redactor& secrets);

/// The body of the request or of the answer, as it came; while secrets are masked without them, and
/// without the user code.
std::string body_text(const ExchangeRecord& record, bool of_request, Secrets mode,
                      const Redactor& secrets);

}  // namespace deviceflow::demo

#endif
