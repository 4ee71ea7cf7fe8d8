#include "assay/scoring/fractions_skill_score.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr const char* k_accumulator = "fractions_skill_score_accumulator";
constexpr std::int64_t k_largest_window = 32767;  // squares of counts stay below 2^60

// Sum of whole numbers below 2^60, each in two halves so that neither can overflow.
class whole_sum {
 public:
  void add(std::uint64_t value) {
    low_ += value & 0xffffffffU;
    high_ += value >> 32;
  }
  void add_to(exact_sum& sum) const {
    add_half(sum, low_, 1.0);
    add_half(sum, high_, 0x1p32);
  }
  void merge(const whole_sum& other) {
    low_ += other.low_;
    high_ += other.high_;
  }

 private:
  static void add_half(exact_sum& sum, std::uint64_t half, double unit) {
    sum.add(static_cast<double>(half & 0xffffffffU) * unit);
    sum.add(static_cast<double>(half >> 32) * unit * 0x1p32);
  }

  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

// How many events lie above and left of each corner of the cells.
class event_table {
 public:
  event_table(const matrix_view& field, double threshold)
      : columns_(field.extent(1) + 1), counts_((field.extent(0) + 1) * columns_) {
    for (std::size_t i = 0; i < field.extent(0); ++i) {
      std::uint32_t in_row = 0;
      for (std::size_t j = 0; j < field.extent(1); ++j) {
        in_row += field(i, j) > threshold ? 1U : 0U;
        counts_[(i + 1) * columns_ + j + 1] = counts_[i * columns_ + j + 1] + in_row;
      }
    }
  }
  /// Events in rows top .. bottom and columns left .. right, the latter excluded.
  [[nodiscard]] std::uint64_t count(std::size_t top, std::size_t bottom, std::size_t left,
                                    std::size_t right) const {
    return counts_[bottom * columns_ + right] - counts_[top * columns_ + right] -
           counts_[bottom * columns_ + left] + counts_[top * columns_ + left];
  }

 private:
  std::size_t columns_;
  std::vector<std::uint32_t> counts_;  // differences are right even where a count has wrapped around
};

struct field_sums {
  whole_sum differences;
  whole_sum squares;
};

void check_choices(const checker& check, double threshold, std::int64_t window) {
  check.finite(threshold, "threshold");
  check.parameter(window >= 1 && window % 2 == 1 && window <= k_largest_window, "window",
                  static_cast<double>(window), "must be an odd number of cells from 1 to 32767");
}

}  // namespace

// ---- accumulator ----

fractions_skill_score_accumulator::fractions_skill_score_accumulator(
    const fractions_skill_score_accumulator_options& options)
    : options_(options) {
  check_choices(checker(k_accumulator), options.threshold, options.window);
}

void fractions_skill_score_accumulator::add(const char* function, const matrix_view& observations,
                                            const matrix_view& forecasts, const context& ctx) {
  const checker check(function);
  ctx.require_backend(function);
  check.not_empty(observations, "observations");
  check.same_shape(observations, "observations", forecasts, "forecasts");
  check.finite(observations, "observations");
  check.finite(forecasts, "forecasts");
  const std::size_t h = observations.extent(0), w = observations.extent(1);
  const auto window = static_cast<std::size_t>(options_.window);
  const bool padded = options_.padding == field_padding::zero;
  check.parameter(padded || window <= std::min(h, w), "window", static_cast<double>(window),
                  "must not be larger than the field, " + shape_text(observations) + ", without padding");
  const event_table outcome(observations, options_.threshold), forecast(forecasts, options_.threshold);
  const std::size_t margin = padded ? window / 2 : 0;  // cells of a window beyond the edge
  const std::size_t rows = h + 2 * margin - (window - 1), columns = w + 2 * margin - (window - 1);
  constexpr std::size_t rows_per_chunk = 16;
  const auto sums = reduce_chunks<field_sums>(
      ctx, function, rows, rows_per_chunk,
      [&](chunk part) {
        field_sums found;
        const auto edge = [&](std::size_t at, std::size_t end) {
          return at < margin ? 0 : std::min(at - margin, end);
        };
        for (std::size_t i = part.first; i < part.last; ++i) {
          const std::size_t top = edge(i, h), bottom = edge(i + window, h);
          for (std::size_t j = 0; j < columns; ++j) {
            const std::size_t left = edge(j, w), right = edge(j + window, w);
            const std::uint64_t a = outcome.count(top, bottom, left, right) & 0xffffffffU;
            const std::uint64_t b = forecast.count(top, bottom, left, right) & 0xffffffffU;
            const std::uint64_t gap = a > b ? a - b : b - a;
            found.differences.add(gap * gap);
            found.squares.add(a * a + b * b);
          }
        }
        return found;
      },
      [](field_sums& into, const field_sums& from) {
        into.differences.merge(from.differences);
        into.squares.merge(from.squares);
      });
  sums.differences.add_to(differences_);
  sums.squares.add_to(squares_);
  windows_ += std::uint64_t{rows} * columns;
}

fractions_skill_score_result fractions_skill_score_accumulator::result() const {
  const double side = static_cast<double>(options_.window), cells = side * side;
  const double n = static_cast<double>(windows_) * (cells * cells);
  const double differences = differences_.value(), squares = squares_.value();
  return {(squares - differences) / squares, differences / n, squares / n};
}

void fractions_skill_score_accumulator::update(matrix_view observations, matrix_view forecasts) {
  add(k_accumulator, observations, forecasts, {});
}

void fractions_skill_score_accumulator::merge(const fractions_skill_score_accumulator& other) {
  const checker check(k_accumulator);
  const auto differs = [&](const char* name) {
    check.fail_value(error_code::bad_parameter, name, "differs between the accumulators");
  };
  if (other.options_.threshold != options_.threshold) differs("threshold");
  if (other.options_.window != options_.window) differs("window");
  if (other.options_.padding != options_.padding) differs("padding");
  differences_.merge(other.differences_);
  squares_.merge(other.squares_);
  windows_ += other.windows_;
}

fractions_skill_score_result fractions_skill_score_accumulator::value() const {
  if (windows_ == 0) throw state_error(error_code::empty_input, k_accumulator, "", "nothing was added");
  if (squares_.value() == 0.0)
    throw state_error(error_code::degenerate, k_accumulator, "", "no field has an event above the threshold");
  return result();
}

void fractions_skill_score_accumulator::reset() { *this = fractions_skill_score_accumulator(options_); }

std::vector<std::byte> fractions_skill_score_accumulator::to_bytes() const {
  byte_writer out("fss", 1);
  out.f64(options_.threshold);
  out.i64(options_.window);
  out.boolean(options_.padding == field_padding::zero);
  out.u64(windows_);
  out.sum(differences_);
  out.sum(squares_);
  return out.finish();
}

fractions_skill_score_accumulator fractions_skill_score_accumulator::from_bytes(
    std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_accumulator, "fss", 1);
  fractions_skill_score_accumulator result;
  result.options_.threshold = in.f64();
  result.options_.window = in.i64();
  if (!std::isfinite(result.options_.threshold)) in.fail("the threshold is not finite");
  if (result.options_.window < 1 || result.options_.window > k_largest_window ||
      result.options_.window % 2 == 0)
    in.fail("the window is not an odd number of cells");
  result.options_.padding = in.boolean() ? field_padding::zero : field_padding::none;
  result.windows_ = in.u64();
  result.differences_ = in.sum();
  result.squares_ = in.sum();
  in.finish();
  return result;
}

// ---- function ----

fractions_skill_score_result fractions_skill_score(matrix_view observations, matrix_view forecasts,
                                                   double threshold, std::int64_t window,
                                                   const fractions_skill_score_options& options,
                                                   const context& ctx) {
  const checker check("fractions_skill_score");
  check_choices(check, threshold, window);
  fractions_skill_score_accumulator accumulator(
      {.threshold = threshold, .window = window, .padding = options.padding});
  accumulator.add(check.function(), observations, forecasts, ctx);
  if (accumulator.squares_.value() == 0.0)
    check.fail_value(error_code::degenerate, "threshold",
                     "is " + text_of(threshold) + ", no value of either field lies above it");
  return accumulator.result();
}

}  // namespace assay::inline v1::scoring
