// Challenges in WWW-Authenticate (RFC 9110 section 11.6.1), as far as Bearer needs them.
#ifndef DEVICEFLOW_SRC_CHALLENGE_HPP
#define DEVICEFLOW_SRC_CHALLENGE_HPP

#include <deviceflow/http.hpp>
#include <string>
#include <string_view>

namespace deviceflow {

/// The value of `parameter` in the first challenge of `scheme` that has it, without its quotes;
/// empty where there is none. Names compare without regard to case. Several challenges may stand in
/// one header, and several headers in one answer.
std::string challenge_parameter(const HttpResponse& response, std::string_view scheme,
                                std::string_view parameter);

}  // namespace deviceflow

#endif
