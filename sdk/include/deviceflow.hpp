// Everything of the SDK for C++ programs. In C, include <deviceflow/deviceflow.h>.
#ifndef DEVICEFLOW_HPP
#define DEVICEFLOW_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/platform.hpp>
#include <deviceflow/provider.hpp>
#include <deviceflow/qr_code.hpp>
#include <deviceflow/runner.hpp>
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>

#endif
