// A sentence in the user's language for an error of the SDK.
#ifndef DEVICEFLOW_DEMO_MODEL_ERROR_WORDS_HPP
#define DEVICEFLOW_DEMO_MODEL_ERROR_WORDS_HPP

#include <deviceflow/error.hpp>
#include <string>

#include "language.hpp"

namespace deviceflow::demo {

/// By the error's code and reason, filled from its details. What the server wrote
/// (Error::description) is not in it.
std::string error_words(const Error& error, const Language& say);
/// The same, and then what the server wrote, in the server's language: for developers.
std::string error_report(const Error& error, const Language& say);
/// What the row of a setting is called; an environment variable and one without a row keep their
/// names.
std::string setting_words(const std::string& setting, const Language& say);

}  // namespace deviceflow::demo

#endif
