// PKCE (RFC 7636): what a code_challenge and a code_verifier have to look like.
#ifndef DEVICEFLOW_SANDBOX_PKCE_HPP
#define DEVICEFLOW_SANDBOX_PKCE_HPP

#include <deviceflow/http.hpp>
#include <string_view>

namespace deviceflow::sandbox {

/// What is wrong with the challenge of a device authorization request, in a sentence, or empty. No
/// challenge at all is fine.
std::string_view challenge_problem(const Form& form);
/// 43 to 128 unreserved characters (RFC 7636 section 4.1).
bool is_code_verifier(std::string_view text);

}  // namespace deviceflow::sandbox

#endif
