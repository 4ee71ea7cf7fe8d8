// The generator behind the simulations against the known answers of Random123 (tests/kat_vectors).
#include "assay/tournament/philox.hpp"

#include <vector>

#include "support/compare.hpp"

namespace assay::tournament {
namespace {

using testing::expect_error;
using words = std::vector<std::uint32_t>;

words random_words(const words& counter, const words& key) {
  const array result = philox4x32(counter, key);
  EXPECT_EQ(result.type(), dtype::uint32);
  const auto values = result.values<std::uint32_t>();
  return {values.begin(), values.end()};
}

TEST(philox4x32, gives_the_known_answers) {
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(random_words({0, 0, 0, 0}, {0, 0}), (words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(random_words({ones, ones, ones, ones}, {ones, ones}),
            (words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(random_words({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(philox4x32, takes_words_of_any_integer_type) {
  const std::vector<std::uint8_t> small = {1, 2, 3, 4};
  EXPECT_BITS(philox4x32(small, {5, 6}), philox4x32({1, 2, 3, 4}, {5, 6}));
}

TEST(philox4x32, refuses_wrong_counts_and_negative_words) {
  expect_error(
      [] {
        philox4x32({1, 2, 3}, {5, 6});
      },
      error_kind::shape, error_code::length_mismatch, "counter", "has 3 elements, needs 4");
  expect_error(
      [] {
        philox4x32({1, 2, 3, 4}, {5});
      },
      error_kind::shape, error_code::length_mismatch, "key", "needs 2");
  expect_error(
      [] {
        philox4x32({1, -2, 3, 4}, {5, 6});
      },
      error_kind::value, error_code::out_of_range, "counter", "[1] is -2");
  const std::vector<std::int32_t> none;
  expect_error(
      [&] {
        philox4x32(none, {5, 6});
      },
      error_kind::shape, error_code::empty_input, "counter", "empty");
}

}  // namespace
}  // namespace assay::tournament
