// Words that reliability tables and calibration errors share: how probabilities fall into bins, how errors of
// bins become one number.
#pragma once

namespace assay::inline v1::calibration {

/// How the bins are laid out.
enum class binning {
  equal_width,  ///< edges k/n_bins, each by one division
  quantile,     ///< edges are the type-7 percentiles of the probabilities; repeated edges make empty bins
  equal_mass,  ///< sorted rows in n_bins runs of equal length; edges halfway between runs, duplicates removed
  rank,    ///< bin floor(r n_bins/n), r = number of smaller probabilities; equal probabilities stay together
  unique,  ///< every distinct probability is a bin of its own
  custom   ///< the option edges
};

/// Which bin owns a probability that equals an edge.
enum class bin_rule {
  right_closed,  ///< (e_k, e_k+1]; 0 belongs to the first bin
  left_closed    ///< [e_k, e_k+1); 1 belongs to the last bin
};

/// How the errors of the bins become one number.
enum class error_norm {
  l1,  ///< weighted mean of the absolute errors
  l2,  ///< root of the weighted mean of the squared errors
  max  ///< largest absolute error
};

/// How much a bin counts.
enum class bin_weighting {
  weight,  ///< as much as the rows in it weigh
  uniform  ///< every bin that is not empty alike
};

}  // namespace assay::inline v1::calibration
