// The Developer tab's exchanges as a file.
#ifndef DEVICEFLOW_DEMO_SHELL_SAVE_EXCHANGES_HPP
#define DEVICEFLOW_DEMO_SHELL_SAVE_EXCHANGES_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/trace.hpp"
#include "model/exchange_log.hpp"

namespace deviceflow::demo {

/// Writes what `log` keeps, without secrets, into a new file of the current folder, and answers its
/// whole path: "deviceflow-1.jsonl", the first number that is free. With the ending ".har" it is an
/// HTTP archive, otherwise a trace. Fails with a usage error where it can't be written.
Result<std::string> save_exchanges(const ExchangeLog& log, std::string_view ending);

/// The traces that it has written into the current folder, the newest first.
std::vector<std::string> saved_traces();
/// Reads one. Fails with a usage error that says what is wrong with it.
Result<Trace> read_saved_trace(const std::string& path);

}  // namespace deviceflow::demo

#endif
