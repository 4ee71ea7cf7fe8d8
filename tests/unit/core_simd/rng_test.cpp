// Philox: known answers, the rules of core/rng.hpp, and the lanes of core/simd/philox.hpp.
#include "assay/core/rng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/simd_probe/kernels.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace {

using namespace assay;
using words = std::array<std::uint32_t, 4>;

// DEShawResearch/random123, tests/kat_vectors.
TEST(philox, gives_the_known_answers_of_random123) {
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32_10({ones, ones, ones, ones}, {ones, ones}),
            (words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(philox, block_joins_the_words_of_its_counter) {
  const auto draws = philox::block(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3, 0x243f6a88);
  EXPECT_EQ(draws[0], 0x94fdccebd16cfe09U);
  EXPECT_EQ(draws[1], 0x24126ea15001e420U);
}

TEST(philox, stream_takes_the_draws_of_successive_blocks) {
  philox::stream stream(7, 11, 3);
  for (std::uint32_t index = 0; index < 4; ++index)
    for (const std::uint64_t draw : philox::block(7, 11, 3, index)) EXPECT_EQ(stream.next(), draw);
}

TEST(philox, uniform_uses_the_highest_53_bits) {
  EXPECT_BITS(philox::to_uniform(0), 0.0);
  EXPECT_BITS(philox::to_uniform(0x7ff), 0.0);
  EXPECT_BITS(philox::to_uniform(0x800), 0x1p-53);
  EXPECT_BITS(philox::to_uniform(~std::uint64_t{0}), 1.0 - 0x1p-53);
  EXPECT_BITS(philox::uniform(5, 6), philox::stream(5, 6).uniform());
}

TEST(philox, high_product_is_the_high_half) {
  constexpr std::uint64_t largest = ~std::uint64_t{0};
  EXPECT_EQ(philox::high_product(largest, largest), largest - 1);
  EXPECT_EQ(philox::high_product(largest, 1), 0U);
  EXPECT_EQ(philox::high_product(std::uint64_t{1} << 63, 6), 3U);
  EXPECT_EQ(philox::high_product(0x123456789abcdef0U, 0xfedcba9876543210U), 0x121fa00ad77d7422U);
}

TEST(philox, below_stays_below_and_hits_every_value) {
  philox::stream stream(1, 2);
  std::array<int, 6> counts{};
  constexpr int rolls = 60000;
  for (int i = 0; i < rolls; ++i) ++counts.at(static_cast<std::size_t>(stream.below(6)));
  // five standard deviations of a binomial count
  const double bound = 5.0 * std::sqrt(rolls * (1.0 / 6.0) * (5.0 / 6.0));
  for (const int count : counts) EXPECT_LT(std::fabs(count - rolls / 6.0), bound);
}

TEST(philox, below_draws_again_where_a_value_would_be_favoured) {
  // With bound 2^63 + 1, nearly half of all draws must be rejected.
  constexpr std::uint64_t bound = (std::uint64_t{1} << 63) + 1;
  philox::stream stream(3, 4);
  philox::stream twin(3, 4);
  for (int i = 0; i < 100; ++i) {
    std::uint64_t draw = twin.next();
    while (draw * bound < (std::uint64_t{0} - bound) % bound) draw = twin.next();
    EXPECT_EQ(stream.below(bound), philox::high_product(draw, bound));
  }
}

class simd_philox : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(simd_philox);

TEST_P(simd_philox, lanes_give_the_scalar_draws) {
  // Items cross 2^32, so the high word of the counter changes between lanes.
  for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 3, ~std::uint64_t{0} - 7}) {
    std::array<std::uint64_t, 16> draws{};
    std::array<double, 16> uniforms{};
    simd_probe::active_kernels().philox(0xfedcba9876543210U, first, 9, 0xffffffff, draws.data(),
                                        uniforms.data());
    for (std::size_t i = 0; i < 8; ++i) {
      const auto expected = philox::block(0xfedcba9876543210U, first + i, 9, 0xffffffff);
      for (std::size_t j = 0; j < 2; ++j) {
        EXPECT_EQ(draws[8 * j + i], expected[j]) << "item " << first + i;
        EXPECT_BITS(uniforms[8 * j + i], philox::to_uniform(expected[j]));
      }
    }
  }
}

}  // namespace
