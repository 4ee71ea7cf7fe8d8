// Sum of doubles that remembers what rounding took away (Neumaier 1974): error of a few units in the last
// place of the result, however many terms of one sign are added.
#pragma once

#include <cmath>

namespace assay::inline v1::tournament::detail {

class compensated {
 public:
  void add(double term) {
    const double total = sum_ + term;
    rest_ += std::fabs(sum_) >= std::fabs(term) ? (sum_ - total) + term : (term - total) + sum_;
    sum_ = total;
  }
  [[nodiscard]] double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0.0;
  double rest_ = 0.0;
};

}  // namespace assay::inline v1::tournament::detail
