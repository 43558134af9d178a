// What a person reads about a stored login.
#ifndef DEVICEFLOW_DEMO_TERMINAL_STORED_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_STORED_TEXT_HPP

#include <string>

#include "common/output.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

/// All of them end with a newline, or are empty where there is nothing to say.
std::string kept_text(const KeptAt& kept, const Tty& screen);
std::string status_text(const LoginStatus& status, const Tty& screen);
std::string userinfo_text(const UserInfo& info, const Tty& screen);
std::string sign_out_text(const SignOutNews& news, const Tty& screen);

}  // namespace deviceflow::demo

#endif
