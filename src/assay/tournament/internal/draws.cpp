#include "assay/tournament/internal/draws.hpp"

namespace assay::inline v1::tournament::detail {

bool tie_order(std::uint64_t seed, std::uint64_t tournament, std::uint32_t round, std::uint32_t a,
               std::uint32_t b) noexcept {
  const auto word = [&](std::uint32_t level, std::uint32_t player) {
    return draw(seed, tournament, round, k_purpose_tie, level << 16 | player / 4)[player % 4];
  };
  for (std::uint32_t level = 0; a != b; ++level) {
    const std::uint32_t word_a = word(level, a);
    const std::uint32_t word_b = word(level, b);
    if (word_a != word_b) return word_a < word_b;
  }
  return false;
}

}  // namespace assay::inline v1::tournament::detail
