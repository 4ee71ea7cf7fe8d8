#include "assay/losses/internal/units.hpp"

#include <functional>
#include <string>

namespace assay::inline v1::losses::internal {
namespace {

[[noreturn]] void refuse_weight(const checker& check, const array_view& weights, std::string_view name,
                                std::size_t i, std::size_t j) {
  const std::string index =
      '[' + std::to_string(i) + (weights.rank() > 1 ? ", " + std::to_string(j) : std::string()) + ']';
  check.fail_value(error_code::bad_weight, name,
                   index + " is " + text_of(weights(i, j)) + ", must be finite and >= 0");
}

}  // namespace

void check_weights(const checker& check, const array_view& weights, std::string_view name) {
  for (std::size_t i = 0; i < weights.extent(0); ++i) {
    for (std::size_t j = 0; j < weights.extent(1); ++j) {
      const double weight = weights(i, j);
      if (!(weight >= 0.0 && weight - weight == 0.0)) refuse_weight(check, weights, name, i, j);
    }
  }
}

divisor make_divisor(const checker& check, loss_reduction reduction, loss_divisor kind, empty_policy on_empty,
                     double total, std::size_t count, std::string_view blamed) {
  if (total == 0.0) {
    if (on_empty == empty_policy::error) {
      check.fail_value(error_code::zero_weight, blamed,
                       blamed == "labels" ? "are all ignored, need at least one that counts"
                                          : "give every unit weight 0, need at least one weight > 0");
    }
    return {1.0, true};
  }
  if (reduction != loss_reduction::mean) return {};
  return {kind == loss_divisor::count ? static_cast<double>(count) : total, false};
}

bool overlaps(const context& ctx, const array_view& view) {
  if (ctx.output.empty() || view.empty() || !view.dense()) return false;
  const auto* first = static_cast<const std::byte*>(view.data());
  const auto* last = first + view.size() * size_of(view.type());
  const std::less<const std::byte*> before;
  return before(first, ctx.output.data() + ctx.output.size()) && before(ctx.output.data(), last);
}

array reduced_loss(const exact_sum& sum, const divisor& by) {
  return by.empty ? array(0.0) : array(sum.value() / by.value);
}

}  // namespace assay::inline v1::losses::internal
