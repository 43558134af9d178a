// The desktop's keyring, for a program that has to end at once when it is told to.
#ifndef DEVICEFLOW_DEMO_COMMON_STOPPABLE_KEYRING_HPP
#define DEVICEFLOW_DEMO_COMMON_STOPPABLE_KEYRING_HPP

#include <deviceflow/store.hpp>
#include <functional>
#include <memory>

namespace deviceflow::demo {

/// A locked keyring asks for its password on the desktop, where perhaps nobody sits. Each call runs
/// on a thread of its own, which is left behind when a stop is asked for (stop.hpp); the call then
/// fails with ErrorCode::cancelled.
class StoppableKeyring final : public KeySource {
 public:
  explicit StoppableKeyring(Keyring::Prompt prompt = Keyring::Prompt::allowed);
  ~StoppableKeyring() override;
  StoppableKeyring(const StoppableKeyring&) = delete;
  StoppableKeyring& operator=(const StoppableKeyring&) = delete;

  Result<std::optional<Secret>> find() override;
  Result<void> keep(const Secret& key) override;
  std::string place() const override;

 private:
  std::shared_ptr<KeySource> inner_;
};

/// Runs `work` on another thread and waits for its end, or for a stop. False: it was left behind,
/// and has to own all that it touches.
bool run_until_stopped(std::function<void()> work);

}  // namespace deviceflow::demo

#endif
