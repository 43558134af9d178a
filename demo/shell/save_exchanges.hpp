// The Developer tab's exchanges as a file.
#ifndef DEVICEFLOW_DEMO_SHELL_SAVE_EXCHANGES_HPP
#define DEVICEFLOW_DEMO_SHELL_SAVE_EXCHANGES_HPP

#include <deviceflow/result.hpp>
#include <string>
#include <string_view>

#include "model/exchange_log.hpp"

namespace deviceflow::demo {

/// Writes what `log` keeps, without secrets, into a new file of the current folder, and answers its
/// whole path: "deviceflow-1.jsonl", the first number that is free. With the ending ".har" it is an
/// HTTP archive, otherwise a trace. Fails with a usage error where it can't be written.
Result<std::string> save_exchanges(const ExchangeLog& log, std::string_view ending);

}  // namespace deviceflow::demo

#endif
