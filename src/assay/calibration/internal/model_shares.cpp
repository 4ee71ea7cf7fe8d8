#include "assay/calibration/internal/model_shares.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {

std::vector<model_share> model_shares(const std::vector<double>& scores) {
  const double best = *std::max_element(scores.begin(), scores.end());
  std::vector<model_share> shares;
  compensated_sum sum;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double weight = vmath::exp(scores[i] - best);
    if (weight < 0x1p-53) continue;
    shares.push_back({i, weight});
    sum += weight;
  }
  for (model_share& share : shares) share.weight /= sum.value();
  return shares;
}

void stored_shares::write(model_writer& out, const char* size_name) const {
  out.numbers(size_name, sizes);
  out.numbers("weights", weights);
}

stored_shares stored_shares::read(model_reader& in, const char* size_name) {
  stored_shares shares{in.numbers(size_name), in.numbers("weights")};
  const auto& [sizes, weights] = shares;
  if (weights.empty() || sizes.size() != weights.size())
    in.fail("needs as many weights as " + std::string(size_name) + ", and at least one");
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(sizes[i] >= 1.0 && sizes[i] <= 0x1p53 && sizes[i] == std::floor(sizes[i])))
      in.fail("holds other " + std::string(size_name) + " than whole numbers from 1");
    if (!(weights[i] > 0.0 && weights[i] <= 1.0)) in.fail("holds a weight outside (0, 1]");
  }
  return shares;
}

}  // namespace assay::inline v1::calibration::internal
