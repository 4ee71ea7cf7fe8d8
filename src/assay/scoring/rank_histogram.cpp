#include "assay/scoring/rank_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/tails.hpp"
#include "assay/core/rng.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/internal/standings.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr const char* k_accumulator = "rank_histogram_accumulator";

void check_counts(const checker& check, const array_view& counts, const char* name) {
  detail::for_each_element(counts, [&](std::size_t i, std::size_t j, std::size_t k, double count) {
    if (!(count >= 0.0 && count <= std::numeric_limits<double>::max()))
      check.fail_value(
          std::isfinite(count) ? error_code::out_of_range : error_code::non_finite, name,
          detail::index_text(counts, i, j, k) + " is " + text_of(count) + ", must be finite and >= 0");
  });
}

}  // namespace

array rank_histogram(vector_view observations, matrix_view members, const rank_histogram_options& options,
                     const context& ctx) {
  rank_histogram_accumulator accumulator(
      {.ties = options.ties, .seed = options.seed, .nan_policy = options.nan_policy});
  accumulator.add("rank_histogram", observations, members, options.uniforms, ctx);
  const auto counts = accumulator.counts();
  array result = ctx.result("rank_histogram", dtype::float64, counts.size());
  std::ranges::copy(counts, result.values<double>().begin());
  return result;
}

array rank_histogram_merge(matrix_view histograms, const context& ctx) {
  const checker check("rank_histogram_merge");
  ctx.require_backend(check.function());
  check.not_empty(histograms, "histograms");
  check_counts(check, histograms, "histograms");
  array result = ctx.result(check.function(), dtype::float64, histograms.extent(1));
  for (std::size_t rank = 0; rank < histograms.extent(1); ++rank) {
    exact_sum sum;
    for (std::size_t k = 0; k < histograms.extent(0); ++k) sum.add(histograms(k, rank));
    result.values<double>()[rank] = sum.value();
  }
  return result;
}

// Contrasts of the counts, (sum u h)^2/(expected sum u^2), for u = k - (b - 1)/2 and u = its square less the
// mean square: orthogonal to each other and to a constant.
rank_histogram_test_result rank_histogram_test(vector_view counts, const context& ctx) {
  const checker check("rank_histogram_test");
  ctx.require_backend(check.function());
  const std::size_t ranks = counts.size();
  if (ranks < 3)
    check.fail_shape(error_code::empty_input, "counts",
                     "has " + std::to_string(ranks) + " ranks, needs at least 3");
  check_counts(check, counts, "counts");
  exact_sum total;
  for (std::size_t k = 0; k < ranks; ++k) total.add(counts(k));
  const double n = total.value(), b = static_cast<double>(ranks);
  if (!(n > 0.0)) check.fail_value(error_code::degenerate, "counts", "sum to 0, need at least one row");
  const double expected = n / b, mean_square = (b * b - 1.0) / 12.0;
  exact_sum squares, slope, bend, distance;
  double slope_norm = 0.0, bend_norm = 0.0;
  for (std::size_t k = 0; k < ranks; ++k) {
    const double excess = counts(k) - expected, place = static_cast<double>(k) - 0.5 * (b - 1.0);
    const double curve = place * place - mean_square;
    squares.add(excess * excess);
    slope.add(excess * place);
    bend.add(excess * curve);
    distance.add(std::fabs(excess));
    slope_norm += place * place;
    bend_norm += curve * curve;
  }
  rank_histogram_test_result result;
  result.chi_square = squares.value() / expected;
  result.df = static_cast<std::int64_t>(ranks) - 1;
  result.p_value = internal::chi_square_tail(result.chi_square, ranks - 1);
  result.linear = slope.value() * slope.value() / (expected * slope_norm);
  result.linear_p_value = internal::chi_square_tail(result.linear, 1);
  result.convex = bend.value() * bend.value() / (expected * bend_norm);
  result.convex_p_value = internal::chi_square_tail(result.convex, 1);
  result.reliability_index = distance.value() / n;
  return result;
}

// ---- accumulator ----

rank_histogram_accumulator::rank_histogram_accumulator(const rank_histogram_accumulator_options& options)
    : options_(options) {}

void rank_histogram_accumulator::update(vector_view observations, matrix_view members,
                                        const rank_histogram_update_options& options, const context& ctx) {
  add(k_accumulator, observations, members, options.uniforms, ctx);
}

void rank_histogram_accumulator::add(const char* function, const vector_view& observations,
                                     const matrix_view& members, const vector_view& uniforms,
                                     const context& ctx) {
  const checker check(function);
  ctx.require_backend(function);
  detail::check_standing_rows(check, observations, members, options_.nan_policy);
  detail::check_uniforms(check, observations, "observations", uniforms);
  if (members_ != 0 && members.extent(1) != members_)
    check.fail_shape(
        error_code::length_mismatch, "members",
        "has shape " + shape_text(members) + ", earlier rows have " + std::to_string(members_) + " members");
  const auto standings = detail::standings_of(function, observations, members, ctx);
  members_ = members.extent(1);
  settled_.resize(members_ + 1);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const std::uint64_t row = options_.first_row + rows_++;
    const auto [lower, tied, missing] = standings[i];
    if (missing) {
      missing_ |= options_.nan_policy == nan_policy::propagate;
      continue;
    }
    double uniform = 0.0;
    if (tied != 0 && options_.ties == rank_ties::random)
      uniform = uniforms.present() ? uniforms(i) : philox::uniform(options_.seed, row);
    count(lower, tied, uniform);
  }
}

void rank_histogram_accumulator::count(std::uint32_t lower, std::uint32_t tied, double uniform) {
  if (tied == 0 || options_.ties == rank_ties::lowest) {
    ++settled_[lower];
  } else if (options_.ties == rank_ties::random) {
    ++settled_[lower + detail::random_step(tied, uniform)];
  } else {
    ++shared_[{tied, lower}];
  }
}

// Rows that share t + 1 ranks are counted on each of these ranks as integers, then divided by t + 1 once: the
// result depends on the rows alone, not on their order.
std::vector<double> rank_histogram_accumulator::counts() const {
  if (missing_) return std::vector<double>(members_ + 1, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> result(settled_.begin(), settled_.end());
  for (auto group = shared_.begin(); group != shared_.end();) {
    const std::uint32_t tied = group->first.first;
    std::vector<std::int64_t> change(members_ + 2);
    for (; group != shared_.end() && group->first.first == tied; ++group) {
      change[group->first.second] += static_cast<std::int64_t>(group->second);
      change[group->first.second + tied + 1] -= static_cast<std::int64_t>(group->second);
    }
    std::int64_t rows = 0;
    for (std::size_t rank = 0; rank <= members_; ++rank) {
      rows += change[rank];
      result[rank] += static_cast<double>(rows) / (static_cast<double>(tied) + 1.0);
    }
  }
  return result;
}

array rank_histogram_accumulator::value() const {
  if (members_ == 0) throw state_error(error_code::empty_input, k_accumulator, "", "nothing was added");
  return array(counts());
}

void rank_histogram_accumulator::merge(const rank_histogram_accumulator& other) {
  const checker check(k_accumulator);
  if (other.options_.ties != options_.ties)
    check.fail_value(error_code::bad_parameter, "ties", "differs between the histograms");
  if (other.members_ == 0) return;
  if (members_ != 0 && members_ != other.members_)
    check.fail_shape(error_code::length_mismatch, "members",
                     "are " + std::to_string(other.members_) + " in the other histogram, " +
                         std::to_string(members_) + " here");
  members_ = other.members_;
  settled_.resize(members_ + 1);
  for (std::size_t rank = 0; rank <= members_; ++rank) settled_[rank] += other.settled_[rank];
  for (const auto& [place, rows] : other.shared_) shared_[place] += rows;
  rows_ += other.rows_;
  missing_ |= other.missing_;
}

void rank_histogram_accumulator::reset() { *this = rank_histogram_accumulator(options_); }

// ---- bytes ----

std::vector<std::byte> rank_histogram_accumulator::to_bytes() const {
  byte_writer out("rankhist", 1);
  out.u8(static_cast<std::uint8_t>(options_.ties));
  out.u8(static_cast<std::uint8_t>(options_.nan_policy));
  out.u64(options_.seed);
  out.u64(options_.first_row);
  out.u64(rows_);
  out.boolean(missing_);
  out.u64(settled_.size());
  for (const std::uint64_t rows : settled_) out.u64(rows);
  out.u64(shared_.size());
  for (const auto& [place, rows] : shared_) {
    out.u32(place.first);
    out.u32(place.second);
    out.u64(rows);
  }
  return out.finish();
}

namespace {

template <class Enum>
Enum read_enum(byte_reader& in, Enum last) {
  const std::uint8_t value = in.u8();
  if (value > static_cast<std::uint8_t>(last)) in.fail("an option has an unknown value");
  return static_cast<Enum>(value);
}

}  // namespace

rank_histogram_accumulator rank_histogram_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_accumulator, "rankhist", 1);
  rank_histogram_accumulator result;
  result.options_.ties = read_enum(in, rank_ties::lowest);
  result.options_.nan_policy = read_enum(in, nan_policy::propagate);
  result.options_.seed = in.u64();
  result.options_.first_row = in.u64();
  result.rows_ = in.u64();
  result.missing_ = in.boolean();
  result.settled_.resize(in.count(sizeof(std::uint64_t)));
  for (std::uint64_t& rows : result.settled_) rows = in.u64();
  if (result.settled_.size() == 1) in.fail("a histogram has one rank");
  result.members_ = result.settled_.empty() ? 0 : result.settled_.size() - 1;
  for (std::size_t left = in.count(2 * sizeof(std::uint64_t)); left != 0; --left) {
    const std::uint32_t tied = in.u32();
    const std::uint32_t lower = in.u32();
    if (tied == 0 || std::uint64_t{lower} + tied > result.members_)
      in.fail("a rank lies outside of the histogram");
    result.shared_[{tied, lower}] += in.u64();
  }
  in.finish();
  return result;
}

}  // namespace assay::inline v1::scoring
