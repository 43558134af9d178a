// How a verb ended, in sentences: what happened, and what to do now.
#ifndef DEVICEFLOW_DEMO_TERMINAL_OUTCOME_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_OUTCOME_TEXT_HPP

#include <deviceflow/introspection.hpp>
#include <string>
#include <string_view>

#include "output.hpp"
#include "screen.hpp"

namespace deviceflow::terminal {

/// All of them end with a newline.
std::string success_text(const TokenSet& tokens, std::string_view requested_scope, bool show_tokens,
                         const Screen& screen);
std::string failure_text(const Failure& failure, const Screen& screen);
std::string introspection_text(const Introspection& answer, const Screen& screen);
std::string endpoints_text(const KnownEndpoints& known, const Screen& screen);

}  // namespace deviceflow::terminal

#endif
