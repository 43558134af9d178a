#include "qr_bits.h"

#include <qrencode.h>
#include <string.h>

bool qr_encode(qr_bits* code, deviceflow_text text) {
  memset(code, 0, sizeof *code);
  if (text.size == 0 || text.size > QR_MAX_TEXT) return false;
  QRcode* drawn =
      QRcode_encodeData((int)text.size, (const unsigned char*)text.data, 0, QR_ECLEVEL_L);
  if (drawn == NULL) return false;
  const bool fits = drawn->width <= QR_MAX_SIDE;
  if (fits) code->side = drawn->width;
  for (int i = 0; i < code->side * code->side; ++i) {
    if ((drawn->data[i] & 1) != 0) code->bits[i / 8] |= (unsigned char)(1U << (i % 8));
  }
  QRcode_free(drawn);
  return fits;
}

bool qr_is_dark(const qr_bits* code, int row, int column) {
  const int i = row * code->side + column;
  return (code->bits[i / 8] >> (i % 8) & 1) != 0;
}
