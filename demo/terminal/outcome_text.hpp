// How a verb ended, in sentences: what happened, and what to do now.
#ifndef DEVICEFLOW_DEMO_TERMINAL_OUTCOME_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_OUTCOME_TEXT_HPP

#include <deviceflow/messages.hpp>
#include <string>
#include <string_view>

#include "common/output.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

/// All of them end with a newline.
std::string tokens_text(const TokenNews& news, std::string_view requested_scope, bool show_tokens,
                        const Tty& screen);
std::string failure_text(const Failure& failure, const Tty& screen);
std::string introspection_text(const Introspection& answer, const Tty& screen);
std::string providers_text(const std::vector<Provider>& providers);
std::string endpoints_text(const KnownEndpoints& known, const Tty& screen);

}  // namespace deviceflow::demo

#endif
