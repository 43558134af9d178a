// One conversation with a server, as a value: it says what to send and when, and takes what came.
#ifndef DEVICEFLOW_OPERATION_HPP
#define DEVICEFLOW_OPERATION_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/http.hpp>
#include <optional>
#include <variant>

namespace [[gnu::visibility("default")]] deviceflow {

/// What an operation may know of the moment.
struct Now {
  SteadyTime steady;
  std::optional<WallTime> wall;  ///< Empty: not known to be right.
  RandomSource* random;          ///< A proof or an assertion needs fresh bytes with each request.
};

/// A finished request. One that cleans up after a cancel is not ended by it; its timeout is short.
struct Send {
  HttpRequest request;
  bool cleans_up = false;
};
/// Call step() again at that time. kNever: only after something was fed in.
struct WaitUntil {
  SteadyTime time;
};
struct Done {};
using Step = std::variant<Send, WaitUntil, Done>;

/// Ask step() what to do, do it, feed in what came, and so on until Done: a Runner does. Nothing
/// here blocks or reads a clock. One thread at a time.
class Operation {
 public:
  virtual ~Operation() {}
  virtual Step step(const Now& now) = 0;
  /// The response to the request of the last Send.
  virtual void on_response(const Now& now, HttpResponse response) = 0;
  /// None came.
  virtual void on_failure(const Now& now, TransportFailure failure) = 0;
  /// Wins over every later response. More than one call is one.
  virtual void cancel() = 0;
};

}  // namespace deviceflow

#endif
