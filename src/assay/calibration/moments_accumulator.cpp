#include "assay/calibration/moments_accumulator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/tails.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::string_view k_kind = "moments";
constexpr std::uint32_t k_version = 1;

// What is summed over the rows. g is the balance of a row, h = 1 - 2 p.
enum moment : std::size_t {
  k_brier,
  k_log_loss,
  k_weight,            // w, and on to k_balance_squares as the kernel gives them
  k_weight_squares,    // w^2
  k_prob,              // w p
  k_label,             // w y
  k_balance,           // w g
  k_balance_weighted,  // w^2 g
  k_balance_squares,   // w^2 g^2
  k_excess,            // w (y - p) h
  k_variance,          // w^2 h^2 p (1 - p)
  k_moments
};
// For sum_rows: blocks are summed in lanes, their sums added without rounding.
class moment_sums {
 public:
  template <class T>
  bool add(const internal::row_block<T>& block) {
    const auto& kernel = active_kernels().of<T>();
    const auto* p = block.forecasts;
    std::array<double, k_moments> sums;  // a kernel may write more than its own, which the next one replaces
    kernel.brier(p, block.labels, block.weights, block.size, &sums[k_brier]);
    if (sums[k_brier] != sums[k_brier]) return false;
    kernel.log_loss(p, block.labels, block.weights, block.size, 0.0, &sums[k_log_loss]);
    kernel.moments(p, block.labels, block.weights, block.size, &sums[k_weight]);
    kernel.excess(p, block.labels, block.weights, block.size, 1.0, &sums[k_excess]);
    for (std::size_t k = 0; k < k_moments; ++k) sums_[k].add(sums[k]);
    count_ += block.size;
    return true;
  }
  bool flush() noexcept { return true; }
  void merge(const moment_sums& other) {
    for (std::size_t k = 0; k < k_moments; ++k) sums_[k].merge(other.sums_[k]);
    count_ += other.count_;
  }

  [[nodiscard]] double sum(moment which) const { return sums_[which].value(); }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  void write(byte_writer& out) const {
    out.u64(count_);
    for (const exact_sum& sum : sums_) out.sum(sum);
  }
  void read(byte_reader& in) {
    count_ = in.u64();
    for (exact_sum& sum : sums_) sum = in.sum();
  }

 private:
  std::array<exact_sum, k_moments> sums_;
  std::uint64_t count_ = 0;
};

}  // namespace

struct calibration_moments_accumulator::state {
  moment_sums sums;
};

calibration_moments_accumulator::calibration_moments_accumulator() : state_(std::make_unique<state>()) {}
calibration_moments_accumulator::~calibration_moments_accumulator() = default;
calibration_moments_accumulator::calibration_moments_accumulator(calibration_moments_accumulator&&) noexcept =
    default;
calibration_moments_accumulator& calibration_moments_accumulator::operator=(
    calibration_moments_accumulator&&) noexcept = default;
calibration_moments_accumulator::calibration_moments_accumulator(const calibration_moments_accumulator& other)
    : state_(std::make_unique<state>(*other.state_)) {}
calibration_moments_accumulator& calibration_moments_accumulator::operator=(
    const calibration_moments_accumulator& other) {
  if (this != &other) state_ = std::make_unique<state>(*other.state_);
  return *this;
}

void calibration_moments_accumulator::update(integer_view labels, vector_view probabilities,
                                             const calibration_update_options& options) {
  const checker check("calibration_moments_accumulator::update");
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  state_->sums.merge(internal::sum_rows(context{}, check, rows, moment_sums()));
}

void calibration_moments_accumulator::merge(const calibration_moments_accumulator& other) {
  state_->sums.merge(other.state_->sums);
}

calibration_moments calibration_moments_accumulator::value() const {
  const moment_sums& sums = state_->sums;
  const double weight = sums.sum(k_weight);
  if (!(weight > 0.0)) {
    throw state_error(error_code::zero_weight, "calibration_moments_accumulator::value", "",
                      "nothing with weight > 0 was added");
  }
  calibration_moments result;
  result.count = static_cast<std::int64_t>(sums.count());
  result.weight = weight;
  result.mean_prob = sums.sum(k_prob) / weight;
  result.mean_label = sums.sum(k_label) / weight;
  result.brier = sums.sum(k_brier) / weight;
  result.log_loss = sums.sum(k_log_loss) / weight;
  result.balance = sums.sum(k_balance) / weight;
  const double g = result.balance;
  const double spread = sums.sum(k_balance_squares) - 2.0 * g * sums.sum(k_balance_weighted) +
                        g * g * sums.sum(k_weight_squares);
  result.balance_std_error = std::sqrt(std::max(spread, 0.0)) / weight;
  const double variance = sums.sum(k_variance);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  result.spiegelhalter_z = variance > 0.0 ? sums.sum(k_excess) / std::sqrt(variance) : none;
  result.spiegelhalter_p_value =
      variance > 0.0 ? assay::internal::normal_two_sided(result.spiegelhalter_z) : none;
  return result;
}

void calibration_moments_accumulator::reset() { *state_ = state(); }

std::vector<std::byte> calibration_moments_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  state_->sums.write(out);
  return out.finish();
}

calibration_moments_accumulator calibration_moments_accumulator::from_bytes(
    std::span<const std::byte> bytes) {
  byte_reader in(bytes, "calibration_moments_accumulator::from_bytes", k_kind, k_version);
  calibration_moments_accumulator result;
  result.state_->sums.read(in);
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
