// The error for what the user has to fix: options, configuration, files.
#ifndef DEVICEFLOW_DEMO_COMMON_USAGE_ERROR_HPP
#define DEVICEFLOW_DEMO_COMMON_USAGE_ERROR_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <utility>

namespace deviceflow::demo {

inline Error usage_error(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

}  // namespace deviceflow::demo

#endif
