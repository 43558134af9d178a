// An inspection of a provider as far as that goes without a person: what works, what to fix.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_HPP

#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string_view>

#include "doctor_connection.hpp"
#include "doctor_finding.hpp"
#include "doctor_provider.hpp"
#include "login_store.hpp"
#include "session.hpp"

namespace deviceflow::demo {

/// Told what is going on, on the thread that runs the doctor. Each may be null.
struct DoctorEvents {
  std::function<void(const Finding&)> on_finding;
  std::function<void(const DoctorStep&)> on_step;
};

/// What the doctor stands on, for tests.
struct DoctorPorts {
  Ports session;
  std::function<Result<CertificateReport>(const std::string& host, int port,
                                          const CertificateOptions& options, const Cancel& cancel)>
      look = inspect_certificate;
};

/// Runs the checks. Asks for codes three times at most, shows them to nobody, polls once for the
/// first after the interval and drops them; stores nothing. One run, on one thread.
class Doctor {
 public:
  /// `options` and `session` have to outlive it. `cancel` ends run() within 200 ms.
  Doctor(const ProviderOptions& options, const Session& session, DoctorEvents events,
         const Cancel& cancel = Cancel::never(), DoctorPorts ports = {});
  ~Doctor();
  Doctor(const Doctor&) = delete;
  Doctor& operator=(const Doctor&) = delete;

  /// Fails with ErrorCode::cancelled only: everything else that goes wrong is a finding.
  Result<Verdict> run();

 private:
  void add(Finding finding);
  void add(Findings findings);
  void step(const DoctorStep& step);
  bool goes_on() const;
  void learn(const ExchangeRecord& record);
  void look_at(const std::string& url);
  void look_at_all(const Endpoints& endpoints);
  void check_provider();
  void check_metadata(bool needed);
  void check_client();
  void check_login();
  void check_user_codes(std::string first);
  TimedParts timed_parts() const;

  const ProviderOptions& options_;
  const Session& session_;
  DoctorEvents events_;
  DoctorPorts ports_;
  SystemClock own_clock_;
  Clock& clock_;
  Cancel cancel_;
  std::unique_ptr<LoginStore> store_;  ///< Only asked which tokens are in it.
  deviceflow::Session provider_;
  Findings findings_;
  std::set<std::string> seen_;  // origins
  std::vector<Tried> tried_;
  Metadata metadata_;
  Endpoints endpoints_;
  std::optional<std::chrono::seconds> skew_;
};

}  // namespace deviceflow::demo

#endif
