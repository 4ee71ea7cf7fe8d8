#include "assay/calibration/internal/consistency_draws.hpp"

#include "assay/calibration/internal/binomial_draw.hpp"
#include "assay/calibration/internal/poisson_draw.hpp"
#include "assay/core/rng.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

void draw_rows(const row_groups& rows, const std::vector<double>& rates, philox::stream& draws,
               group_draws& into) {
  const std::uint64_t count = rows.rows();
  for (std::uint64_t j = 0; j < count; ++j) {
    const std::uint64_t number = draws.next();
    const auto row = static_cast<std::size_t>(philox::high_product(number, count));
    const std::uint32_t group = rows.group[row];
    const double weight = rows.weight(row);
    into.weight[group] += weight;
    if (philox::to_uniform(number * count) < rates[group]) into.events[group] += weight;
  }
}

// A multinomial draw as one binomial draw after another among what is left.
void draw_counts(const row_groups& rows, const std::vector<double>& rates, philox::stream& draws,
                 group_draws& into) {
  auto left = static_cast<double>(rows.rows());
  double rows_left = left;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double count = rows.groups[i].count;
    const double drawn = internal::binomial_draw(draws, left, count / rows_left);
    into.weight[i] = drawn;
    into.events[i] = internal::binomial_draw(draws, drawn, rates[i]);
    left -= drawn;
    rows_left -= count;
  }
}

// Groups that stand for rows not listed: a Poisson number of events and one of other rows.
void draw_numbers(const row_groups& rows, const std::vector<double>& rates, philox::stream& draws,
                  group_draws& into) {
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double count = rows.groups[i].count;
    into.events[i] = poisson_draw(draws, count * rates[i]);
    into.weight[i] = into.events[i] + poisson_draw(draws, count * (1.0 - rates[i]));
  }
}

}  // namespace

void consistency_draws::draw(std::uint64_t replicate, group_draws& into) const {
  into.weight.assign(rates_.size(), 0.0);
  into.events.assign(rates_.size(), 0.0);
  philox::stream draws(seed_, replicate);
  const bool large = rows_.weights.empty() && rows_.rows() >= k_large_group * rates_.size();
  if (rows_.counted > 0) {
    draw_numbers(rows_, rates_, draws, into);
  } else if (large) {
    draw_counts(rows_, rates_, draws, into);
  } else {
    draw_rows(rows_, rates_, draws, into);
  }
}

}  // namespace assay::inline v1::calibration::internal
