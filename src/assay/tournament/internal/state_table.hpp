// States with their probabilities; equal states merge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/tournament/internal/compensated.hpp"

namespace assay::inline v1::tournament::detail {

/// How many states an exact solution may still visit.
class state_budget {
 public:
  state_budget(const checker& check, std::int64_t states);
  /// Throws budget_exceeded when nothing is left.
  void take() {
    if (--left_ < 0) fail();
  }

 private:
  [[noreturn]] void fail() const;

  checker check_;
  std::int64_t states_;
  std::int64_t left_;
};

/// Hash table that keeps its states in the order of their first appearance: sums run in the same order, and
/// so have the same bits, with every standard library.
class state_table {
 public:
  /// A state is `width` words of 16 bits.
  state_table(std::size_t width, state_budget& budget);

  void add(const std::uint16_t* state, double probability);
  [[nodiscard]] std::size_t size() const { return probabilities_.size(); }
  [[nodiscard]] std::span<const std::uint16_t> state(std::size_t i) const {
    return {words_.data() + i * width_, width_};
  }
  [[nodiscard]] double probability(std::size_t i) const { return probabilities_[i].value(); }

 private:
  [[nodiscard]] std::size_t slot_of(const std::uint16_t* state) const;
  void grow();

  std::size_t width_;
  state_budget* budget_;
  std::vector<std::uint16_t> words_;
  std::vector<compensated> probabilities_;
  std::vector<std::uint32_t> slots_;  // number of the state + 1; 0 is free. Its size is a power of two.
};

}  // namespace assay::inline v1::tournament::detail
