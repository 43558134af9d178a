// Why a certificate is not trusted, for a person who may have to decide.
#ifndef DEVICEFLOW_DEMO_MODEL_CERTIFICATE_MESSAGE_HPP
#define DEVICEFLOW_DEMO_MODEL_CERTIFICATE_MESSAGE_HPP

#include "common/certificate.hpp"
#include "message.hpp"

namespace deviceflow::demo {

struct CertificateSeen;

/// The problem that counts, of all that it has.
CertificateProblem worst_problem(const CertificateSeen& seen);

/// The words for it. Offers to trust the certificate only where nothing else is wrong with it than
/// that nobody here knows who signed it.
Message certificate_message(const CertificateSeen& seen, const AppFacts& facts);

}  // namespace deviceflow::demo

#endif
