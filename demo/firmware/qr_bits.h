// A QR code as bits, for a display with pixels.
#ifndef FIRMWARE_QR_BITS_H
#define FIRMWARE_QR_BITS_H

#include <deviceflow/deviceflow.h>
#include <stdbool.h>

enum { QR_MAX_SIDE = 57, QR_MAX_TEXT = 271 };  // version 10, least error correction

typedef struct qr_bits {
  int side;  ///< Modules on a side. Leave four light ones free around it.
  unsigned char bits[(QR_MAX_SIDE * QR_MAX_SIDE + 7) / 8];
} qr_bits;

/// False where the text is empty or too long, or memory is short.
bool qr_encode(qr_bits* code, deviceflow_text text);
bool qr_is_dark(const qr_bits* code, int row, int column);

#endif
