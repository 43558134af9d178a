// Where finished text goes: a descriptor in the tool, a string in tests.
#ifndef DEVICEFLOW_DEMO_COMMON_SINK_HPP
#define DEVICEFLOW_DEMO_COMMON_SINK_HPP

#include <functional>
#include <string_view>

namespace deviceflow::demo {

/// Takes text and has it on its way when it returns.
using Sink = std::function<void(std::string_view)>;

/// Writes all of `text`; false where that is not possible.
bool write_whole(int descriptor, std::string_view text) noexcept;

/// Standard output. When it can't be written the verb stops: nobody is listening.
Sink standard_output();
/// Standard error. When it can't be written, so be it.
Sink standard_error();

}  // namespace deviceflow::demo

#endif
