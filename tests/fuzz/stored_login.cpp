// What stands in a token store.
#include <deviceflow/stored_login.hpp>

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const auto login = read_record(Secret(fuzz::text_of(data, size)));
  if (!login.ok()) {
    fuzz::require_clean(login.error());
    return 0;
  }
  fuzz::require(!login->pending || login->pending->interval.count() > 0, "a wait is above zero");
  const Secret written = to_record(*login);
  const auto again = read_record(written);
  fuzz::require(again.ok(), "what is stored can be read");
  fuzz::require(to_record(*again).reveal() == written.reveal(), "what is stored stays the same");
  return 0;
}
