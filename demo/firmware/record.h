// The one record that outlives a reset: a login that waits, or its refresh token. It lies in one of
// two slots of flash; a new one is written into the other, read back, and only then is the old one
// erased. Whenever power fails, the old or the new record is found again.
//
// Both are secrets: where others can read the chip, turn on its encryption.
#ifndef FIRMWARE_RECORD_H
#define FIRMWARE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "flash.h"

enum { RECORD_HEAD_BYTES = 20, RECORD_MAX_BYTES = FLASH_SLOT_BYTES - RECORD_HEAD_BYTES };

/// Numbers on the chip: they never change.
enum record_kind { RECORD_EMPTY = 0, RECORD_WAITING_LOGIN = 1, RECORD_REFRESH_TOKEN = 2 };

enum record_result {
  RECORD_IDLE = 0,  ///< Nothing is being written.
  RECORD_BUSY = 1,
  RECORD_DONE = 2,  ///< The last step of a write is through.
  RECORD_FAILED = -1,
  RECORD_TOO_LARGE = -2
};

typedef struct record_store {
  flash chip;
  uint32_t kind;  ///< A record_kind: of what was found, or is being written.
  size_t size;    ///< Of its content, see record_content().

  int slot;  // that holds a record; -1: none does
  uint32_t sequence;
  int step;
  size_t programmed;
  unsigned char bytes[FLASH_SLOT_BYTES];  // the record as it lies on the chip
} record_store;

/// Looks for the newest whole record; without one, the kind is RECORD_EMPTY. RECORD_IDLE or FAILED.
int record_open(record_store* store, const flash* chip);
/// What the record holds: `size` bytes.
const char* record_content(const record_store* store);
/// Begins to replace the record. An earlier write that isn't through yet is given up. RECORD_BUSY
/// or TOO_LARGE: then the old one stays.
int record_write(record_store* store, enum record_kind kind, const char* content, size_t size);
/// Goes on with it by one page or one look at the chip. Any result but TOO_LARGE.
int record_turn(record_store* store);

#endif
