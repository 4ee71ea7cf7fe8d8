// A running sum of doubles that keeps what each addition rounds away.
#pragma once

namespace assay::inline v1 {

/// Sum in two doubles (Knuth's two-sum): error below 2^-100 of the sum of magnitudes, for seven additions a
/// term. For sums that must not depend on the order there is exact_sum.
class compensated_sum {
 public:
  void add(double value) noexcept {
    const double sum = high_ + value;
    const double shadow = sum - high_;
    low_ += (high_ - (sum - shadow)) + (value - shadow);
    high_ = sum;
  }
  void operator+=(double value) noexcept { add(value); }
  void merge(const compensated_sum& other) noexcept {
    add(other.high_);
    low_ += other.low_;
  }
  /// Infinite when an infinity was added: what the addition rounded away is then not a number.
  [[nodiscard]] double value() const noexcept { return low_ - low_ == 0.0 ? high_ + low_ : high_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace assay::inline v1
