// A template to copy: random bytes of a chip that hands out 32 bits at a time.
#ifndef DEVICEFLOW_TESTS_MY_RANDOM_HPP
#define DEVICEFLOW_TESTS_MY_RANDOM_HPP

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deviceflow/clock.hpp>
#include <functional>
#include <mutex>
#include <optional>

namespace deviceflow::test {

class MyRandom final : public RandomSource {
 public:
  /// `word` asks the chip; empty where it has none to give, after the waiting that its data sheet
  /// asks for.
  explicit MyRandom(std::function<std::optional<std::uint32_t>()> word) : word_(std::move(word)) {}

  RandomBytes bytes() override {
    const std::lock_guard guard(mutex_);
    RandomBytes out{};
    for (std::size_t at = 0; at < out.size(); at += sizeof(std::uint32_t)) {
      const auto word = word_();
      if (!word) std::abort();  // better no login than one that can be guessed
      std::memcpy(out.data() + at, &*word, sizeof *word);
    }
    return out;
  }

 private:
  std::function<std::optional<std::uint32_t>()> word_;
  std::mutex mutex_;
};

}  // namespace deviceflow::test

#endif
