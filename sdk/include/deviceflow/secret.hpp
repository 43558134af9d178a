// Bytes that must not leak, and text that leaves the SDK.
#ifndef DEVICEFLOW_SECRET_HPP
#define DEVICEFLOW_SECRET_HPP

#include <cstddef>
#include <memory>
#include <string>
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

// Text that leaves the SDK: cleaned of what could fool a screen, and of live secrets.

/// `text` made safe to show: line breaks and tabs become spaces, every other control, escape,
/// direction or invisible character, every broken UTF-8 byte and every combining mark after the
/// third on one character becomes U+FFFD. At most `max_bytes` bytes; a longer text ends in "…".
std::string clean_text(std::string_view text, std::size_t max_bytes = 2000);

/// Knows the secrets of a login that are alive, and replaces them wherever they turn up.
///
/// Servers put device codes into error descriptions; so every text goes through here before it
/// leaves the SDK. Not thread-safe.
class Redactor {
 public:
  /// Remembers a secret. Values shorter than 4 bytes are ignored: they would match everywhere. So
  /// is every form of one that gets that short, and every secret after the 256th.
  void add(const Secret& secret);
  /// `text` with every remembered secret replaced by "[redacted]", however it is escaped: for a
  /// URL or a form (twice, too), for JSON, for HTML. What is scrubbed already stays as it is.
  std::string scrub(std::string_view text) const;
  /// clean_text() of `text` without secrets: scrubbed before and after, since cleaning can put a
  /// broken-up one together, and cut at last, so that no half of one is left.
  std::string clean(std::string_view text, std::size_t max_bytes = 2000) const;

 private:
  void remember(std::string_view written);
  std::size_t longest_form_at(std::string_view text) const;

  std::vector<Secret> forms_;  // sorted
  std::size_t secrets_ = 0;
};

}  // namespace deviceflow

#endif
