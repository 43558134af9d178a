#include <gtest/gtest.h>

#include "terminal/big_text.hpp"

namespace deviceflow::demo {
namespace {

using Groups = std::vector<std::string>;

TEST(TerminalBigText, ACodeWithSeparatorsStaysAsItIs) {
  EXPECT_EQ(grouped("WDJB-MJHT"), Groups{"WDJB-MJHT"});
  EXPECT_EQ(grouped("AB CD EF"), Groups{"AB CD EF"});
}

TEST(TerminalBigText, ALongCodeIsCutIntoEvenGroups) {
  EXPECT_EQ(grouped("WDJBMJHT"), (Groups{"WDJB", "MJHT"}));
  EXPECT_EQ(grouped("123456"), (Groups{"123", "456"}));
  EXPECT_EQ(grouped("123456789"), (Groups{"123", "456", "789"}));
  EXPECT_EQ(grouped("1234567890"), (Groups{"12345", "67890"}));
  EXPECT_EQ(grouped("1234567"), (Groups{"1234", "567"}));
}

TEST(TerminalBigText, AShortCodeIsOneGroup) {
  EXPECT_EQ(grouped("ABCDE"), Groups{"ABCDE"});
}

TEST(TerminalBigText, GroupsJoinedAreTheCode) {
  for (const std::string code : {"A", "WDJB-MJHT", "abcdefghijklm", "0123456789ABCDEF", "Ä-Ö"}) {
    std::string joined;
    for (const std::string& group : grouped(code)) joined += group;
    EXPECT_EQ(joined, code);
  }
}

TEST(TerminalBigText, SpacingKeepsCharactersTogether) {
  EXPECT_EQ(spaced({"WDJB", "MJHT"}), "W D J B   M J H T");
  EXPECT_EQ(spaced({"\xC3\x84-\xC3\x96"}), "\xC3\x84 - \xC3\x96");
}

TEST(TerminalBigText, LettersAreFourLinesOfHalfBlocks) {
  const auto lines = big_letters({"IT"}, 80, Letters::half_blocks);
  ASSERT_TRUE(lines.has_value());
  EXPECT_EQ(*lines, (Groups{" ▀█▀  ▀▀█▀▀", "  █     █  ", "  █     █  ", " ▀▀▀    ▀  "}));
}

TEST(TerminalBigText, WithoutHalfBlocksTheyAreSevenLinesOfPlainAscii) {
  const auto lines = big_letters({"IT"}, 80, Letters::hashes);
  ASSERT_TRUE(lines.has_value());
  EXPECT_EQ(lines->size(), 7U);
  EXPECT_EQ(lines->front(), " ###  #####");
  EXPECT_EQ(lines->back(), " ###    #  ");
}

TEST(TerminalBigText, ANarrowColumnHoldsTheCodeInRows) {
  EXPECT_EQ(stacked("WDJB-MJHT"), (Groups{"WDJB-", "MJHT"}));
  EXPECT_EQ(stacked("WDJBMJHT"), (Groups{"WDJB", "MJHT"}));
  EXPECT_EQ(stacked("-A-"), (Groups{"-", "A-"}));
  EXPECT_EQ(stacked("ABC"), Groups{"ABC"});
}

TEST(TerminalBigText, LettersThatAreTooWideAreNotDrawn) {
  EXPECT_TRUE(big_letters({"WDJB-MJHT"}, 53, Letters::half_blocks).has_value());
  EXPECT_FALSE(big_letters({"WDJB-MJHT"}, 52, Letters::half_blocks).has_value());
}

TEST(TerminalBigText, CodesWithOtherCharactersAreNotDrawn) {
  EXPECT_FALSE(big_letters({"wdjb"}, 80, Letters::half_blocks).has_value());
  EXPECT_FALSE(big_letters({"W\x1b[2J"}, 80, Letters::half_blocks).has_value());
  EXPECT_FALSE(big_letters({}, 80, Letters::half_blocks).has_value());
}

TEST(TerminalBigText, CharactersThatAreEasilyConfusedLookDifferent) {
  for (const auto& [one, other] : {std::pair("O", "0"),
                                   {"I", "1"},
                                   {"S", "5"},
                                   {"B", "8"},
                                   {"Z", "2"},
                                   {"O", "Q"},
                                   {"U", "V"},
                                   {"G", "6"}}) {
    EXPECT_NE(big_letters({one}, 80, Letters::half_blocks),
              big_letters({other}, 80, Letters::half_blocks))
        << one << other;
  }
}

}  // namespace
}  // namespace deviceflow::demo
