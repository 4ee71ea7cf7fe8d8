#include "assay/calibration/internal/chernoff.hpp"

#include <cmath>
#include <iterator>

#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// log P(Z > q) for 0 <= q <= 4 as a Chebyshev series in q/2 - 1, error 4e-11. The density is g(z) g(-z)/2
// with g(z) = 2^(1/3)/(2 pi) times the integral of e^(-i z u)/Ai(i 2^(-1/3) u) over all u (Groeneboom &
// Wellner 2001), evaluated by mpmath with 60 digits; it integrates to 1 and has their mean of |Z|,
// 0.41273655, and variance, 0.26355964.
constexpr double k_log_tail[] = {
    -0x1.3a0052d7a684cp+4,  -0x1.a024bb32827e3p+4,  -0x1.0781db8c0c408p+3,  -0x1.359dfba309bc1p+0,
    -0x1.5526fd8cff254p-5,  0x1.3853d31689716p-7,   -0x1.18242c537c517p-10, -0x1.af0a74615603ap-13,
    0x1.1a7b7d7118a73p-13,  -0x1.fa04d7cbe91fdp-16, 0x1.96601059dd5e0p-21,  0x1.cba8ca4898654p-20,
    -0x1.2f4432952e731p-21, 0x1.1ee3c82dcd485p-24,  0x1.04b7a00ee029dp-27,  -0x1.0dbd196145501p-29,
    -0x1.4e11fc8419152p-30, 0x1.48bec3212f172p-31,  -0x1.6b11024514d29p-36, -0x1.406b82d4a570dp-34};

struct series_value {
  double value;
  double slope;
};

// Clenshaw's recurrence and its derivative by q.
series_value log_tail(double q) {
  const double x = 0.5 * q - 1.0;
  double b = 0.0, b_next = 0.0, d = 0.0, d_next = 0.0;
  for (int k = static_cast<int>(std::size(k_log_tail)) - 1; k > 0; --k) {
    const double d_now = 2.0 * b + 2.0 * x * d - d_next;
    const double b_now = k_log_tail[k] + 2.0 * x * b - b_next;
    b_next = b;
    b = b_now;
    d_next = d;
    d = d_now;
  }
  return {k_log_tail[0] + x * b - b_next, 0.5 * (b + x * d - d_next)};
}

}  // namespace

// The logarithm is concave, so Newton's steps descend to the root from the second point on.
double chernoff_quantile(double tail) {
  const double wanted = vmath::log(tail);
  double q = 0.5;
  for (int step = 0; step < 50; ++step) {
    const series_value at = log_tail(q);
    const double next = std::fmin(std::fmax(q + (wanted - at.value) / at.slope, 0.0), 4.0);
    const double move = std::fabs(next - q);
    q = next;
    if (move < 1e-9) break;
  }
  return q;
}

}  // namespace assay::inline v1::calibration::internal
