// The embedded sandbox: the program deviceflow-sandbox beside this one, for as long as it is used.
#ifndef DEVICEFLOW_DEMO_COMMON_SANDBOX_CHILD_HPP
#define DEVICEFLOW_DEMO_COMMON_SANDBOX_CHILD_HPP

#include <sys/types.h>

#include <deviceflow/error.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provider_options.hpp"

namespace deviceflow::demo {

/// Where deviceflow-sandbox is expected: in this program's own folder.
std::string sandbox_path();

/// Replaces this process by the sandbox. Returns only where that fails.
Error become_sandbox(const std::vector<std::string>& arguments);

/// A running sandbox. Ends it, and waits for its end, when it goes.
class SandboxChild {
 public:
  /// Told what the sandbox has to say: rules that the client broke, and other text.
  using OnRemark = std::function<void(std::string_view)>;

  /// Starts it and waits until it listens. Fails with a usage error that holds its own words, or
  /// with ErrorCode::cancelled where a stop was asked for meanwhile.
  static Result<std::unique_ptr<SandboxChild>> start(const SandboxOptions& options,
                                                     OnRemark on_remark);
  ~SandboxChild();
  SandboxChild(const SandboxChild&) = delete;
  SandboxChild& operator=(const SandboxChild&) = delete;

  const std::string& issuer() const noexcept { return issuer_; }
  /// Where phones find its page, or empty where it is for this computer only.
  const std::string& lan_address() const noexcept { return lan_address_; }

  /// Passes on what it said since the last call. Doesn't block.
  void relay();

 private:
  SandboxChild(pid_t process, int descriptor, OnRemark on_remark)
      : process_(process), descriptor_(descriptor), on_remark_(std::move(on_remark)) {}

  Result<void> wait_until_listening();
  /// Reads what is there; false at the end of it.
  bool read_more();
  void take_line(std::string_view line);

  pid_t process_;
  int descriptor_;  ///< Its standard output and standard error, both.
  OnRemark on_remark_;
  std::string pending_;  ///< The beginning of a line.
  std::string words_;    ///< What it said before it listened.
  std::string issuer_;
  std::string lan_address_;
};

}  // namespace deviceflow::demo

#endif
