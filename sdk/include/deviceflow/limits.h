// How much of an answer this SDK takes. Each is a setting of the compiler (-DDEVICEFLOW_MAX_…=n),
// the same for the SDK and for whatever includes it; what goes beyond ends in an error, never in a
// cut text. For C and C++.
//
// The defaults are safe on a desktop. Firmware that knows its server can go far below them: the
// answers of a login rarely hold more than a few kilobytes and a dozen values. Metadata hold more.
#ifndef DEVICEFLOW_LIMITS_H
#define DEVICEFLOW_LIMITS_H

/// Bytes of an answer's body. Size the receive buffer of an HTTP stack by it.
#ifndef DEVICEFLOW_MAX_ANSWER_BYTES
#define DEVICEFLOW_MAX_ANSWER_BYTES 1048576
#endif

/// Bytes of all headers of an answer together.
#ifndef DEVICEFLOW_MAX_HEADER_BYTES
#define DEVICEFLOW_MAX_HEADER_BYTES 65536
#endif

/// Arrays and objects inside each other.
#ifndef DEVICEFLOW_MAX_JSON_DEPTH
#define DEVICEFLOW_MAX_JSON_DEPTH 32
#endif

/// Bytes of one string of an answer: of a token, above all.
#ifndef DEVICEFLOW_MAX_JSON_STRING_BYTES
#define DEVICEFLOW_MAX_JSON_STRING_BYTES 262144
#endif

/// Values in one answer. Each takes about 100 bytes while it is read.
#ifndef DEVICEFLOW_MAX_JSON_VALUES
#define DEVICEFLOW_MAX_JSON_VALUES 20000
#endif

#endif
