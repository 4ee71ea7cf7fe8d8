#include "assay/tournament/internal/state_table.hpp"

#include <algorithm>
#include <limits>

namespace assay::inline v1::tournament::detail {
namespace {

constexpr std::size_t k_first_slots = 64;

// FNV-1a over the words, its high bits folded into the low ones that choose the slot.
std::size_t hash_of(std::span<const std::uint16_t> state) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint16_t word : state) hash = (hash ^ word) * 0x100000001b3U;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

}  // namespace

state_budget::state_budget(const checker& check, std::int64_t states)
    : check_(check), states_(states), left_(states) {
  check.parameter(states >= 1 && states < std::numeric_limits<std::int32_t>::max(), "state_budget",
                  static_cast<double>(states), "must lie between 1 and 2147483646");
}

void state_budget::fail() const {
  check_.fail_value(
      error_code::budget_exceeded, "state_budget",
      "is " + std::to_string(states_) + ", the exact solution needs more states; simulate instead");
}

state_table::state_table(std::size_t width, state_budget& budget)
    : width_(width), budget_(&budget), slots_(k_first_slots, 0) {}

std::size_t state_table::slot_of(const std::uint16_t* state) const {
  std::size_t slot = hash_of({state, width_}) & (slots_.size() - 1);
  while (slots_[slot] != 0 && !std::equal(state, state + width_, words_.data() + (slots_[slot] - 1) * width_))
    slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void state_table::add(const std::uint16_t* state, double probability) {
  std::size_t slot = slot_of(state);
  if (slots_[slot] == 0) {
    budget_->take();
    words_.insert(words_.end(), state, state + width_);
    probabilities_.emplace_back();
    slots_[slot] = static_cast<std::uint32_t>(size());
    if (2 * size() > slots_.size()) {
      grow();
      slot = slot_of(state);
    }
  }
  probabilities_[slots_[slot] - 1].add(probability);
}

void state_table::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::size_t i = 0; i < size(); ++i)
    slots_[slot_of(words_.data() + i * width_)] = static_cast<std::uint32_t>(i + 1);
}

}  // namespace assay::inline v1::tournament::detail
