#include "assay/scoring/observation_rank.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/rng.hpp"
#include "assay/scoring/internal/standings.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

double uniform_of(const vector_view& uniforms, std::uint64_t seed, std::size_t i) {
  return uniforms.present() ? uniforms(i) : philox::uniform(seed, i);
}

void check_jumps(const checker& check, const vector_view& below, const vector_view& at) {
  check.not_empty(below, "cdf_below");
  check.same_rows(below, "cdf_below", at, "cdf_at");
  check.probabilities(below, "cdf_below");
  check.probabilities(at, "cdf_at");
  for (std::size_t i = 0; i < below.size(); ++i)
    if (below(i) > at(i))
      check.fail_value(error_code::out_of_range, "cdf_below",
                       "[" + std::to_string(i) + "] is " + text_of(below(i)) +
                           ", must not be above cdf_at, " + text_of(at(i)));
}

// Bins [b/count, (b + 1)/count), the last one closed.
class unit_bins {
 public:
  explicit unit_bins(std::size_t count) : sums_(count) {}

  /// Adds 1, spread evenly from `below` to `at`.
  void add(double below, double at) {
    const std::size_t first = bin_of(below), last = bin_of(at);
    if (first == last) return sums_[first].add(1.0);
    const double width = at - below;
    for (std::size_t b = first; b <= last; ++b) {
      const double start = std::max(border(b), below), end = std::min(border(b + 1), at);
      sums_[b].add((end - start) / width);
    }
  }
  [[nodiscard]] double sum(std::size_t bin) const { return sums_[bin].value(); }

 private:
  [[nodiscard]] double border(std::size_t b) const {
    return static_cast<double>(b) / static_cast<double>(sums_.size());
  }
  [[nodiscard]] std::size_t bin_of(double value) const {
    auto bin = static_cast<std::size_t>(value * static_cast<double>(sums_.size()));
    if (bin > 0 && border(bin) > value) --bin;  // the product was rounded up
    if (border(bin + 1) <= value) ++bin;        // or down
    return std::min(bin, sums_.size() - 1);
  }

  std::vector<exact_sum> sums_;
};

}  // namespace

observation_rank_result observation_rank(vector_view observations, matrix_view members,
                                         const observation_rank_options& options, const context& ctx) {
  const checker check("observation_rank");
  ctx.require_backend(check.function());
  detail::check_standing_rows(check, observations, members, options.nan_policy);
  const auto standings = detail::standings_of(check.function(), observations, members, ctx);
  observation_rank_result result{ctx.result(check.function(), dtype::float64, standings.size()),
                                 array(dtype::float64, {standings.size()})};
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const auto [lower, tied, missing] = standings[i];
    result.lower.values<double>()[i] = missing ? k_nan : static_cast<double>(lower);
    result.upper.values<double>()[i] = missing ? k_nan : static_cast<double>(lower + tied);
  }
  return result;
}

array pit_ensemble(vector_view observations, matrix_view members, const pit_ensemble_options& options,
                   const context& ctx) {
  const checker check("pit_ensemble");
  ctx.require_backend(check.function());
  detail::check_standing_rows(check, observations, members, options.nan_policy);
  detail::check_uniforms(check, observations, "observations", options.uniforms);
  const auto standings = detail::standings_of(check.function(), observations, members, ctx);
  array result = ctx.result(check.function(), dtype::float64, standings.size());
  const double ranks = static_cast<double>(members.extent(1)) + 1.0;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const auto [lower, tied, missing] = standings[i];
    const double step = uniform_of(options.uniforms, options.seed, i) * (static_cast<double>(tied) + 1.0);
    result.values<double>()[i] = missing ? k_nan : (static_cast<double>(lower) + step) / ranks;
  }
  return result;
}

array pit_randomised(vector_view cdf_below, vector_view cdf_at, const pit_randomised_options& options,
                     const context& ctx) {
  const checker check("pit_randomised");
  ctx.require_backend(check.function());
  check_jumps(check, cdf_below, cdf_at);
  detail::check_uniforms(check, cdf_below, "cdf_below", options.uniforms);
  array result = ctx.result(check.function(), dtype::float64, cdf_below.size());
  for (std::size_t i = 0; i < cdf_below.size(); ++i)
    result.values<double>()[i] =
        cdf_below(i) + uniform_of(options.uniforms, options.seed, i) * (cdf_at(i) - cdf_below(i));
  return result;
}

array pit_histogram(vector_view cdf_below, vector_view cdf_at, std::int64_t n_bins, const context& ctx) {
  const checker check("pit_histogram");
  ctx.require_backend(check.function());
  check_jumps(check, cdf_below, cdf_at);
  check.parameter(n_bins >= 1 && n_bins <= (std::int64_t{1} << 20), "n_bins", static_cast<double>(n_bins),
                  "must lie in 1..1048576");
  unit_bins bins(static_cast<std::size_t>(n_bins));
  for (std::size_t i = 0; i < cdf_below.size(); ++i) bins.add(cdf_below(i), cdf_at(i));
  array result = ctx.result(check.function(), dtype::float64, static_cast<std::size_t>(n_bins));
  for (std::size_t b = 0; b < result.size(); ++b)
    result.values<double>()[b] = bins.sum(b) / static_cast<double>(cdf_below.size());
  return result;
}

}  // namespace assay::inline v1::scoring
