// A running sum that keeps what each addition rounds away.
#pragma once

namespace assay::inline v1::calibration::internal {

/// Sum in two doubles (Knuth's two-sum): error below 2^-100 of the sum of magnitudes, at the cost of seven additions.
class compensated_sum {
 public:
  void operator+=(double value) noexcept {
    const double sum = high_ + value;
    const double shadow = sum - high_;
    low_ += (high_ - (sum - shadow)) + (value - shadow);
    high_ = sum;
  }
  /// Infinite when an infinity was added, though what it rounded away is not a number.
  [[nodiscard]] double value() const noexcept { return low_ - low_ == 0.0 ? high_ + low_ : high_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace assay::inline v1::calibration::internal
