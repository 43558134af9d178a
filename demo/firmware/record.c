#include "record.h"

#include <string.h>

// On the chip, little-endian: magic, sequence, kind, size, CRC of those three and the content.
enum { AT_MAGIC = 0, AT_SEQUENCE = 4, AT_KIND = 8, AT_SIZE = 12, AT_CRC = 16 };
static const uint32_t kMagic = 0x31524644;  // "DFR1"

enum step { STEP_IDLE, STEP_ERASE, STEP_PROGRAM, STEP_WIPE, STEP_WIPING };

static uint32_t get_u32(const unsigned char* at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_u32(unsigned char* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = (unsigned char)(value >> (8 * i));
}

static uint32_t crc32_of(uint32_t crc, const unsigned char* data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

static uint32_t crc_of_record(const unsigned char* bytes, size_t size) {
  const uint32_t head = crc32_of(0, bytes + AT_SEQUENCE, AT_CRC - AT_SEQUENCE);
  return crc32_of(head, bytes + RECORD_HEAD_BYTES, size);
}

// Reads a slot into `bytes`. 1: it holds a whole record; 0: it doesn't; negative: the chip failed.
static int load(record_store* store, int slot) {
  unsigned char* bytes = store->bytes;
  if (store->chip.read(store->chip.chip, slot, 0, bytes, FLASH_SLOT_BYTES) < 0) return -1;
  const uint32_t size = get_u32(bytes + AT_SIZE);
  return get_u32(bytes + AT_MAGIC) == kMagic && size <= RECORD_MAX_BYTES &&
         get_u32(bytes + AT_CRC) == crc_of_record(bytes, size);
}

static bool is_newer(uint32_t a, uint32_t b) {
  return a != b && a - b < 0x80000000U;  // the number may wrap around
}

int record_open(record_store* store, const flash* chip) {
  memset(store, 0, sizeof *store);
  store->chip = *chip;
  store->slot = -1;
  for (int slot = 0; slot < FLASH_SLOTS; ++slot) {
    const int found = load(store, slot);
    if (found < 0) return RECORD_FAILED;
    const uint32_t sequence = get_u32(store->bytes + AT_SEQUENCE);
    if (found == 0 || (store->slot >= 0 && !is_newer(sequence, store->sequence))) continue;
    store->slot = slot;
    store->sequence = sequence;
  }
  if (store->slot < 0) return RECORD_IDLE;
  if (load(store, store->slot) != 1) return RECORD_FAILED;
  store->kind = get_u32(store->bytes + AT_KIND);
  store->size = get_u32(store->bytes + AT_SIZE);
  return RECORD_IDLE;
}

const char* record_content(const record_store* store) {
  return (const char*)store->bytes + RECORD_HEAD_BYTES;
}

int record_write(record_store* store, enum record_kind kind, const char* content, size_t size) {
  if (size > RECORD_MAX_BYTES) return RECORD_TOO_LARGE;
  store->kind = (uint32_t)kind;
  store->size = size;
  unsigned char* bytes = store->bytes;
  if (size > 0) memmove(bytes + RECORD_HEAD_BYTES, content, size);
  memset(bytes + RECORD_HEAD_BYTES + size, 0xFF, RECORD_MAX_BYTES - size);
  put_u32(bytes + AT_MAGIC, kMagic);
  put_u32(bytes + AT_SEQUENCE, store->sequence + 1);
  put_u32(bytes + AT_KIND, store->kind);
  put_u32(bytes + AT_SIZE, (uint32_t)size);
  put_u32(bytes + AT_CRC, crc_of_record(bytes, size));
  store->step = STEP_ERASE;
  store->programmed = 0;
  return RECORD_BUSY;
}

static int other_slot(const record_store* store) {
  return store->slot == 0 ? 1 : 0;
}

// The new record is whole, as the chip itself says: it counts from now on.
static int commit(record_store* store) {
  const int slot = other_slot(store);
  if (load(store, slot) != 1) return RECORD_FAILED;
  store->slot = slot;
  store->sequence = get_u32(store->bytes + AT_SEQUENCE);
  store->step = STEP_WIPE;
  return RECORD_BUSY;
}

static int program_page(record_store* store) {
  const size_t whole = RECORD_HEAD_BYTES + store->size;
  if (store->programmed == whole) return commit(store);
  const size_t at = store->programmed;
  const size_t size = whole - at < FLASH_PAGE_BYTES ? whole - at : FLASH_PAGE_BYTES;
  const int slot = other_slot(store);
  if (store->chip.program(store->chip.chip, slot, at, store->bytes + at, size) < 0) {
    return RECORD_FAILED;
  }
  store->programmed += size;
  return RECORD_BUSY;
}

static int erase_other(record_store* store, int next) {
  if (store->chip.erase(store->chip.chip, other_slot(store)) < 0) return RECORD_FAILED;
  store->step = next;
  return RECORD_BUSY;
}

static int take_step(record_store* store) {
  const int busy = store->chip.busy(store->chip.chip);
  if (busy != 0) return busy < 0 ? RECORD_FAILED : RECORD_BUSY;
  switch (store->step) {
    case STEP_ERASE: return erase_other(store, STEP_PROGRAM);
    case STEP_PROGRAM: return program_page(store);
    case STEP_WIPE: return erase_other(store, STEP_WIPING);
    default: store->step = STEP_IDLE; return RECORD_DONE;
  }
}

int record_turn(record_store* store) {
  if (store->step == STEP_IDLE) return RECORD_IDLE;
  const int result = take_step(store);
  if (result == RECORD_FAILED) store->step = STEP_IDLE;
  return result;
}
