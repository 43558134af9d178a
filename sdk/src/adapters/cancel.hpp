// How an adapter waits for a Cancel beside its own descriptors (Linux).
#ifndef DEVICEFLOW_SRC_CANCEL_HPP
#define DEVICEFLOW_SRC_CANCEL_HPP

#include <array>
#include <cstddef>
#include <deviceflow/clock.hpp>

namespace deviceflow {

/// The descriptors that become readable once a Cancel is set: its own, and those of the ones that
/// it is a child of.
class CancelWatch {
 public:
  static constexpr std::size_t kMost = 4;
  /// Valid as long as `cancel`.
  explicit CancelWatch(const Cancel& cancel) noexcept;

  const int* begin() const noexcept { return descriptors_.data(); }
  const int* end() const noexcept { return descriptors_.data() + count_; }
  /// False: it may be set without any of these becoming readable.
  bool complete() const noexcept { return complete_; }

 private:
  std::array<int, kMost> descriptors_{};
  std::size_t count_ = 0;
  bool complete_ = true;
};

}  // namespace deviceflow

#endif
