// Everything of the SDK for C++ programs. In C, include <deviceflow/deviceflow.h>.
#ifndef DEVICEFLOW_HPP
#define DEVICEFLOW_HPP

#include <deviceflow/curl_transport.hpp>
#include <deviceflow/file_store.hpp>
#include <deviceflow/keyring.hpp>
#include <deviceflow/memory_store.hpp>
#include <deviceflow/openssl_jose.hpp>
#include <deviceflow/provider.hpp>
#include <deviceflow/qr_code.hpp>
#include <deviceflow/session.hpp>
#include <deviceflow/system_clock.hpp>

#endif
