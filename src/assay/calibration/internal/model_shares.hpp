// Ensembles of models weighted by their probability.
#pragma once

#include <cstddef>
#include <vector>

#include "assay/calibration/internal/model_json.hpp"

namespace assay::inline v1::calibration::internal {

/// A model of an ensemble.
struct model_share {
  std::size_t model;
  double weight;  ///< in (0, 1]
};

/// Shares proportional to e^score, which sum to 1, of all models but those below 2^-53 of the largest: no
/// mean of probabilities would notice them. A score of -Infinity is no share; one at least must be finite.
std::vector<model_share> model_shares(const std::vector<double>& scores);

/// The models of an ensemble in JSON: a size and a weight each.
struct stored_shares {
  std::vector<double> sizes;    ///< whole numbers from 1
  std::vector<double> weights;  ///< in (0, 1]

  void write(model_writer& out, const char* size_name) const;
  static stored_shares read(model_reader& in, const char* size_name);
};

}  // namespace assay::inline v1::calibration::internal
