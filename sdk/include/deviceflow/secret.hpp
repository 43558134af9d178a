// Bytes that must not leak: device codes, tokens, client secrets, keys, and the bodies and headers
// that carry them.
#ifndef DEVICEFLOW_SECRET_HPP
#define DEVICEFLOW_SECRET_HPP

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// Overwrites `size` bytes at `data` with zeros in a way the optimiser must keep.
void wipe(void* data, std::size_t size) noexcept;

/// An allocator that wipes every block before it gives it back.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* p, std::size_t n) noexcept {
    wipe(p, n * sizeof(T));
    std::allocator<T>().deallocate(p, n);
  }
  template <typename U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
  template <typename U>
  bool operator!=(const WipingAllocator<U>&) const noexcept {
    return false;
  }
};

/// A byte string that is not printable. Every copy is wiped when it goes.
///
/// The bytes always live on the heap (a short-string buffer could not be wiped on a move). Not
/// thread-safe, like any value.
class Secret {
 public:
  Secret() = default;
  /// Copies `text`. Wiping the source is the caller's business.
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(const Secret& other);
  Secret& operator=(const Secret& other);
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;

  /// The bytes, valid until this object changes or goes. Never log the result.
  std::string_view reveal() const noexcept { return {bytes_.data(), bytes_.size()}; }
  void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  bool empty() const noexcept { return bytes_.empty(); }
  std::size_t size() const noexcept { return bytes_.size(); }

 private:
  std::vector<char, WipingAllocator<char>> bytes_;
};

}  // namespace deviceflow

#endif
