// Ranks of outcomes that are vectors, by a number for each vector that orders them.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"
#include "assay/scoring/observation_rank.hpp"

namespace assay::inline v1::scoring {

/// The number that orders the m + 1 vectors of a forecast and its outcome.
enum class prerank {
  average,               ///< mean rank over the coordinates; equal values share their ranks
  band_depth,            ///< how central: mean of (m + 1 - rank)(rank - 1) over the coordinates
  multivariate,          ///< how many vectors are not above it in any coordinate
  minimum_spanning_tree  ///< length of the shortest tree through all other vectors: small for an outlier
};

/// Choices of the multivariate rank.
struct multivariate_rank_options {
  /// What to do with NaN: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Rank of outcomes among their members by their pre-ranks; all ranks are equally likely for a reliable
/// ensemble.
///
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param prerank       what orders the vectors
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              ranks in 0 .. m of the outcome's pre-rank among those of the members
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, members
/// @accuracy            exact, but for lengths of trees: lengths of edges to 1 ulp; same bits everywhere
/// @cost                O(n m^2 d), minimum_spanning_tree O(n m^2 (m + d))
/// @source              Gneiting, Stanberry, Grimit, Held & Johnson 2008 (multivariate); Thorarinsdottir,
/// Scheuerer
///                      & Heinz 2016 (average, band depth); Smith & Hansen 2004 (tree)
/// @parallel            rows
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]], "prerank":
/// "average"}
observation_rank_result multivariate_rank(matrix_view observations, tensor_view members, prerank prerank,
                                          const multivariate_rank_options& options = {},
                                          const context& ctx = {});

}  // namespace assay::inline v1::scoring
