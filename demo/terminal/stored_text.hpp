// What a person reads about a stored login.
#ifndef DEVICEFLOW_DEMO_TERMINAL_STORED_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_STORED_TEXT_HPP

#include <string>
#include <vector>

#include "common/output.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

/// How `token` prints an access token.
enum class TokenFormat {
  plain,
  env,     ///< An assignment that a shell or an env file reads.
  header,  ///< What curl's -H takes.
};

/// Requests with this token need a proof of its key.
bool is_bound(const AccessToken& token);
/// Without a newline at its end, and as it is: it has been checked for control characters.
std::string token_text(const AccessToken& token, TokenFormat format);

/// All of them end with a newline, or are empty where there is nothing to say.
std::string kept_text(const KeptAt& kept, const Tty& screen);
std::string status_text(const LoginStatus& status, const Tty& screen);
/// Every stored sign-in, and once where they are kept.
std::string stored_text(const std::vector<LoginStatus>& all, const KeptAt& kept, const Tty& screen);
std::string userinfo_text(const UserInfo& info, const Tty& screen);
std::string sign_out_text(const SignOutNews& news, const Tty& screen);

}  // namespace deviceflow::demo

#endif
