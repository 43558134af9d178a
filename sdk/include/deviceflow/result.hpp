// A value or an Error, never half of each. No exception is ever thrown or needed.
#ifndef DEVICEFLOW_RESULT_HPP
#define DEVICEFLOW_RESULT_HPP

#include <deviceflow/error.hpp>
#include <optional>
#include <utility>
#include <variant>

namespace [[gnu::visibility("default")]] deviceflow {

namespace detail {
/// Ends the program: the wrong side of a Result was read, which is a bug in the caller.
[[noreturn]] void result_misused(const char* what) noexcept;
}  // namespace detail

/// Holds a T or an Error. Check ok() before reading either side; reading the wrong one aborts, with
/// a message where there is a stderr. Not thread-safe, like any value.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  const T& value() const& { return *side<0>("value() of a failed Result"); }
  T& value() & { return *side<0>("value() of a failed Result"); }
  T&& value() && { return std::move(*side<0>("value() of a failed Result")); }
  const Error& error() const { return *side<1>("error() of a good Result"); }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  template <std::size_t I>
  auto* side(const char* what) {
    auto* p = std::get_if<I>(&state_);
    if (p == nullptr) detail::result_misused(what);
    return p;
  }
  template <std::size_t I>
  const auto* side(const char* what) const {
    const auto* p = std::get_if<I>(&state_);
    if (p == nullptr) detail::result_misused(what);
    return p;
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const {
    if (!error_) detail::result_misused("error() of a good Result");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace deviceflow

#endif
