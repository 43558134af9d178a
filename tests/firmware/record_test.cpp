extern "C" {
#include "record.h"

#include "flash_file.h"
}

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

using Slot = std::array<unsigned char, FLASH_SLOT_BYTES>;

/// A chip in memory that is as strict as flash is, and whose power fails after `power` bytes.
struct FakeChip {
  std::array<Slot, FLASH_SLOTS> slots;
  long power = 1'000'000'000;
  int looks_while_erasing = 3;
  int erasing = -1;
  int looks = 0;
  int misuses = 0;

  FakeChip() {
    for (Slot& slot : slots) slot.fill(0xA5);  // what a new chip holds is unknown
  }

  bool change(unsigned char& byte, unsigned char value) {
    if (power == 0) return false;
    --power;
    byte = value;
    return true;
  }

  static FakeChip& from(void* chip) { return *static_cast<FakeChip*>(chip); }

  static int read(void* chip, int slot, size_t offset, void* data, size_t size) {
    FakeChip& self = from(chip);
    if (self.erasing >= 0) ++self.misuses;
    std::memcpy(data, self.slots.at(static_cast<size_t>(slot)).data() + offset, size);
    return 0;
  }

  static int erase(void* chip, int slot) {
    FakeChip& self = from(chip);
    if (self.erasing >= 0) ++self.misuses;
    self.erasing = slot;
    self.looks = self.looks_while_erasing;
    const long erased = std::min<long>(self.power, FLASH_SLOT_BYTES);
    std::fill_n(self.slots.at(static_cast<size_t>(slot)).begin(), erased, 0xFF);
    self.power -= erased;
    return erased == FLASH_SLOT_BYTES ? 0 : -1;
  }

  static int busy(void* chip) {
    FakeChip& self = from(chip);
    if (self.erasing >= 0 && self.looks-- > 0) return 1;
    self.erasing = -1;
    return 0;
  }

  static int program(void* chip, int slot, size_t offset, const void* data, size_t size) {
    FakeChip& self = from(chip);
    if (self.erasing >= 0 || size > FLASH_PAGE_BYTES) ++self.misuses;
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i < size; ++i) {
      unsigned char& byte = self.slots.at(static_cast<size_t>(slot)).at(offset + i);
      if (byte != 0xFF) ++self.misuses;
      if (!self.change(byte, byte & bytes[i])) return -1;
    }
    return 0;
  }

  flash driver() { return {read, erase, busy, program, this}; }
};

std::string content_of(const record_store& store) {
  return {record_content(&store), store.size};
}

struct Found {
  uint32_t kind;
  std::string content;
  bool operator==(const Found&) const = default;
};

Found open_again(FakeChip& chip) {
  chip.erasing = -1;  // a chip that is switched on is doing nothing
  record_store store;
  const flash driver = chip.driver();
  EXPECT_EQ(record_open(&store, &driver), RECORD_IDLE);
  return {store.kind, content_of(store)};
}

int finish(record_store& store) {
  int result = RECORD_BUSY;
  for (int turns = 0; result == RECORD_BUSY && turns < 10'000; ++turns)
    result = record_turn(&store);
  return result;
}

int write_whole(record_store& store, record_kind kind, const std::string& content) {
  const int begun = record_write(&store, kind, content.data(), content.size());
  return begun == RECORD_BUSY ? finish(store) : begun;
}

const std::string kOld(600, 'o');
const std::string kNew(700, 'n');

FakeChip with_record(record_kind kind, const std::string& content) {
  FakeChip chip;
  record_store store;
  const flash driver = chip.driver();
  EXPECT_EQ(record_open(&store, &driver), RECORD_IDLE);
  EXPECT_EQ(write_whole(store, kind, content), RECORD_DONE);
  return chip;
}

TEST(FlashRecord, NewChipHoldsNone) {
  FakeChip chip;
  EXPECT_EQ(open_again(chip), (Found{RECORD_EMPTY, ""}));
  for (Slot& slot : chip.slots) slot.fill(0xFF);
  EXPECT_EQ(open_again(chip), (Found{RECORD_EMPTY, ""}));
  for (Slot& slot : chip.slots) slot.fill(0);
  EXPECT_EQ(open_again(chip), (Found{RECORD_EMPTY, ""}));
}

TEST(FlashRecord, TakesContentUpToItsSlot) {
  FakeChip chip;
  record_store store;
  const flash driver = chip.driver();
  ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
  const std::string largest(RECORD_MAX_BYTES, 'l');
  EXPECT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, largest + "x"), RECORD_TOO_LARGE);
  EXPECT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, largest), RECORD_DONE);
  EXPECT_EQ(open_again(chip), (Found{RECORD_REFRESH_TOKEN, largest}));
  EXPECT_EQ(write_whole(store, RECORD_EMPTY, ""), RECORD_DONE);
  EXPECT_EQ(open_again(chip), (Found{RECORD_EMPTY, ""}));
  EXPECT_EQ(chip.misuses, 0);
}

TEST(FlashRecord, NothingIsLeftOfTheOldOne) {
  FakeChip chip = with_record(RECORD_WAITING_LOGIN, kOld);
  record_store store;
  const flash driver = chip.driver();
  ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
  ASSERT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, kNew), RECORD_DONE);
  EXPECT_EQ(content_of(store), kNew);
  for (const Slot& slot : chip.slots) {
    EXPECT_EQ(std::search(slot.begin(), slot.end(), kOld.begin(), kOld.begin() + 8), slot.end());
  }
}

// The heart of it: power fails after each byte that a write changes.
TEST(FlashRecord, PowerCutAtAnyByteLeavesTheOldOrTheNewOne) {
  const FakeChip before = with_record(RECORD_WAITING_LOGIN, kOld);
  const Found old_one{RECORD_WAITING_LOGIN, kOld};
  const Found new_one{RECORD_REFRESH_TOKEN, kNew};
  bool is_new = false;
  bool is_through = false;
  long cuts = 0;
  for (; !is_through; ++cuts) {
    FakeChip chip = before;
    record_store store;
    const flash driver = chip.driver();
    ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
    chip.power = cuts;
    is_through = write_whole(store, RECORD_REFRESH_TOKEN, kNew) == RECORD_DONE;
    chip.power = 1'000'000'000;
    const Found found = open_again(chip);
    ASSERT_TRUE(found == new_one || (!is_new && found == old_one)) << cuts;
    is_new = found == new_one;
    // And the next write goes through, whatever lies there.
    ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
    ASSERT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, "next"), RECORD_DONE) << cuts;
    ASSERT_EQ(open_again(chip), (Found{RECORD_REFRESH_TOKEN, "next"})) << cuts;
    ASSERT_EQ(chip.misuses, 0) << cuts;
  }
  EXPECT_TRUE(is_new);
  EXPECT_GT(cuts, 2 * FLASH_SLOT_BYTES);  // both slots are erased in one write
}

TEST(FlashRecord, EveryBrokenBitOfTheNewerOneIsSeen) {
  const FakeChip whole = with_record(RECORD_REFRESH_TOKEN, "token");
  const size_t used = RECORD_HEAD_BYTES + 5;
  for (size_t slot = 0; slot < FLASH_SLOTS; ++slot) {
    for (size_t bit = 0; bit < used * 8; ++bit) {
      FakeChip chip = whole;
      chip.slots.at(slot).at(bit / 8) ^= static_cast<unsigned char>(1U << (bit % 8));
      const Found found = open_again(chip);
      const bool other = chip.slots.at(slot) != whole.slots.at(slot) && found.kind == RECORD_EMPTY;
      EXPECT_TRUE(other || found == (Found{RECORD_REFRESH_TOKEN, "token"})) << bit;
    }
  }
}

TEST(FlashRecord, NewerWriteTakesTheEarlierOnesPlace) {
  const FakeChip before = with_record(RECORD_WAITING_LOGIN, kOld);
  for (int turns = 0; turns < 14; ++turns) {
    FakeChip chip = before;
    record_store store;
    const flash driver = chip.driver();
    ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
    record_write(&store, RECORD_WAITING_LOGIN, kNew.data(), kNew.size());
    for (int i = 0; i < turns; ++i) record_turn(&store);
    EXPECT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, "token"), RECORD_DONE) << turns;
    EXPECT_EQ(open_again(chip), (Found{RECORD_REFRESH_TOKEN, "token"})) << turns;
    EXPECT_EQ(chip.misuses, 0) << turns;
  }
}

TEST(FlashRecord, CountsOverTheEndOfItsNumbers) {
  FakeChip chip;
  record_store store;
  const flash driver = chip.driver();
  ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
  store.sequence = 0xFFFFFFFD;
  for (int i = 0; i < 6; ++i) {
    // Both are there when power fails before the old one is erased: the newer one counts.
    const std::string content = "record " + std::to_string(i);
    record_write(&store, RECORD_REFRESH_TOKEN, content.data(), content.size());
    const uint32_t before = store.sequence;
    while (store.sequence == before) ASSERT_EQ(record_turn(&store), RECORD_BUSY);
    EXPECT_EQ(open_again(chip), (Found{RECORD_REFRESH_TOKEN, content}));
    ASSERT_EQ(finish(store), RECORD_DONE);
  }
}

TEST(FlashRecord, LiesOnTheChipTheSameOnEveryMachine) {
  FakeChip chip = with_record(RECORD_REFRESH_TOKEN, "ab");
  const auto& slot = chip.slots[0];
  const std::string begin(slot.begin(), slot.begin() + 23);
  const std::string magic = "DFR1";
  const std::string sequence("\x01\0\0\0", 4);
  const std::string kind_and_size("\x02\0\0\0\x02\0\0\0", 8);
  EXPECT_EQ(begin, magic + sequence + kind_and_size + "\x15\xB3\xD3\xDA" + "ab" + "\xFF");
}

TEST(FlashRecord, ChipThatDoesNotKeepWhatWasWrittenIsNoticed) {
  FakeChip chip = with_record(RECORD_REFRESH_TOKEN, kOld);
  flash driver = chip.driver();
  driver.program = [](void*, int, size_t, const void*, size_t) { return 0; };
  record_store store;
  ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
  EXPECT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, kNew), RECORD_FAILED);
  EXPECT_EQ(record_turn(&store), RECORD_IDLE);
  EXPECT_EQ(open_again(chip), (Found{RECORD_REFRESH_TOKEN, kOld}));
}

class FlashFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "firmware_flash_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/flash";
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  std::string folder_;
  std::string path_;
};

TEST_F(FlashFile, KeepsARecordOverAReset) {
  for (int run = 0; run < 4; ++run) {
    flash_file file;
    flash driver;
    ASSERT_EQ(flash_file_open(&file, path_.c_str(), &driver), 0);
    record_store store;
    ASSERT_EQ(record_open(&store, &driver), RECORD_IDLE);
    EXPECT_EQ(content_of(store), run == 0 ? "" : "run " + std::to_string(run - 1));
    EXPECT_EQ(write_whole(store, RECORD_REFRESH_TOKEN, "run " + std::to_string(run)), RECORD_DONE);
    flash_file_close(&file);
  }
  struct stat is {};
  ASSERT_EQ(stat(path_.c_str(), &is), 0);
  EXPECT_EQ(is.st_mode & 0777, 0600U);
  EXPECT_EQ(is.st_size, FLASH_BYTES);
}

TEST_F(FlashFile, TakesBitsFromOneToZeroOnly) {
  flash_file file;
  flash driver;
  ASSERT_EQ(flash_file_open(&file, path_.c_str(), &driver), 0);
  ASSERT_EQ(driver.erase(driver.chip, 1), 0);
  EXPECT_LT(driver.program(driver.chip, 1, 0, "x", 1), 0) << "it is still being erased";
  int looks = 0;
  while (driver.busy(driver.chip) == 1) ++looks;
  EXPECT_GT(looks, 1);
  unsigned char byte = 0xF0;
  ASSERT_EQ(driver.program(driver.chip, 1, 3, &byte, 1), 0);
  byte = 0x3C;
  ASSERT_EQ(driver.program(driver.chip, 1, 3, &byte, 1), 0);
  std::array<unsigned char, 3> around{};
  ASSERT_EQ(driver.read(driver.chip, 1, 2, around.data(), around.size()), 0);
  EXPECT_EQ(around, (std::array<unsigned char, 3>{0xFF, 0x30, 0xFF}));
  flash_file_close(&file);
}

TEST_F(FlashFile, LeavesAFileAloneThatIsNoImage) {
  std::ofstream(path_) << "a letter";
  flash_file file;
  flash driver;
  EXPECT_LT(flash_file_open(&file, path_.c_str(), &driver), 0);
  flash_file_close(&file);
  std::ifstream again(path_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), "a letter");
}

}  // namespace
