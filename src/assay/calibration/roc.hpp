// Discrimination: area under the ROC curve and equal error rate.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the area under the ROC curve.
struct roc_auc_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Area up to this false positive rate only, in (0, 1], scaled so that chance is 1/2 and perfect is 1;
  /// default: all
  std::optional<double> max_fpr = {};
};

/// Area under the ROC curve: the probability that an event got the higher probability, ties counted half.
///
/// The partial area A up to max_fpr = f is standardised as 1/2 (1 + (A - f^2/2)/(f - f^2/2)).
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, limit of the false positive rate
/// @param ctx            running conditions
/// @return               area in [0, 1], larger is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, max_fpr; bad_label; bad_weight; zero_weight;
///                       single_class: labels
/// @accuracy             1 ulp without weights and max_fpr, 1e-14 with; same bits everywhere
/// @cost                 O(n), a radix sort and one scan
/// @source               Hanley & McNeil 1982; partial area: McClish 1989
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
double roc_auc(integer_view labels, vector_view probabilities, const roc_auc_options& options = {},
               const context& ctx = {});

/// Which point between the measured ones has equal error rates.
enum class eer_method {
  interpolated,  ///< on the line between the two ROC points where the rates cross
  nearest,       ///< mean of both rates at the ROC point where they differ least (the first of them)
  convex_hull    ///< where the upper hull of the ROC curve crosses; never larger than interpolated
};

/// Choices of the equal error rate.
struct eer_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Which point between the measured ones is taken.
  eer_method method = eer_method::interpolated;
};

/// Equal error rate: the rate at which false positives and false negatives are equally frequent.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        method, weights
/// @param ctx            running conditions
/// @return               rate in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; single_class:
///                       labels
/// @accuracy             1e-15 without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n), a radix sort and one scan
/// @source               Martin et al. 1997; hull: Provost & Fawcett 2001, Brummer & de Villiers 2013
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
double eer(integer_view labels, vector_view probabilities, const eer_options& options = {},
           const context& ctx = {});

/// Equal error rate and the threshold that has it.
struct eer_point_result {
  double eer = 0.0;        ///< rate in [0, 1]
  double threshold = 0.0;  ///< rows at or above it are called events; Infinity: none is
};

/// Equal error rate with its threshold, interpolated as the rate is.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        method, weights
/// @param ctx            running conditions
/// @return               rate and threshold
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   as eer
/// @accuracy             as eer; same bits everywhere
/// @cost                 as eer
/// @source               as eer
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
eer_point_result eer_point(integer_view labels, vector_view probabilities, const eer_options& options = {},
                           const context& ctx = {});

/// How much an utterance counts.
enum class segment_average {
  frames,   ///< as many frames (as much weight) as it has: all frames pooled
  segments  ///< all alike: the weights of its frames are divided by their sum
};

/// Choices of the equal error rate of frames.
struct segment_eer_options {
  /// (n) weight of each frame, >= 0; frames of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Which point between the measured ones is taken.
  eer_method method = eer_method::interpolated;
  /// How much an utterance counts.
  segment_average average = segment_average::frames;
};

/// Equal error rate of frames.
struct segment_eer_result {
  double eer = 0.0;             ///< rate in [0, 1]
  double threshold = 0.0;       ///< frames at or above it are called events; Infinity: none is
  std::int64_t n_segments = 0;  ///< number of utterances with a frame of weight > 0
};

/// Equal error rate of localisation: every frame of every utterance is a row.
///
/// The frames are pooled, an utterance need not hold both classes. With segments, a frame of an utterance of
/// f frames weighs 1/f.
///
/// @param labels         (n) 1 where the frame is an event (say edited), else 0
/// @param probabilities  (n) probability that the frame is an event, in [0, 1]
/// @param segments       (n) number of the frame's utterance, any integers in any order
/// @param options        method, average, weights
/// @param ctx            running conditions
/// @return               rate, threshold, number of utterances
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   as eer
/// @accuracy             as eer with weights; same bits everywhere
/// @cost                 O(n), two radix sorts and one scan
/// @source               as eer
/// @example              {"labels": [0, 1, 0, 1, 0], "probabilities": [0.1, 0.4, 0.8, 0.9, 0.3],
///                       "segments": [0, 0, 0, 1, 1]}
segment_eer_result segment_eer(integer_view labels, vector_view probabilities, integer_view segments,
                               const segment_eer_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
