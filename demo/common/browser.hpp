// The browser of this computer, for a user who sits in front of it.
#ifndef DEVICEFLOW_DEMO_COMMON_BROWSER_HPP
#define DEVICEFLOW_DEMO_COMMON_BROWSER_HPP

#include <deviceflow/error.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace deviceflow::demo {

/// The program that opens pages on this computer. Fails with a sentence if the user cannot see a
/// browser here: no display, no such program, or a session over SSH.
Result<std::string> find_browser(const std::function<const char*(const char*)>& variable);

/// Whether all of `uri` are characters that RFC 3986 allows.
bool is_plain_uri(std::string_view uri);

/// Starts that program and does not wait for it. Fails with a sentence.
Result<void> open_page(const std::string& program, std::string uri);

}  // namespace deviceflow::demo

#endif
