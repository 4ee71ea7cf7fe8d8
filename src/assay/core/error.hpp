// Errors of every public function: what kind, which stable code, which argument, and one readable line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace assay::inline v1 {

/// What sort of mistake an error reports.
enum class error_kind {
  shape,        ///< lengths, ranks or extents do not fit together
  value,        ///< a value is not allowed
  state,        ///< an object is used in a way its state does not allow
  unavailable,  ///< the build or the machine lacks what was asked for
  cancelled     ///< the caller asked to stop
};

/// Stable word for the reason of an error; programs may compare it.
enum class error_code {
  empty_input,        ///< an array has no elements
  length_mismatch,    ///< two arrays differ in length or extent
  wrong_rank,         ///< an array has the wrong number of axes
  wrong_type,         ///< an argument has the wrong type
  missing_argument,   ///< a required argument is absent
  unknown_name,       ///< a word is none of the allowed names
  unknown_option,     ///< an option or argument of that name does not exist
  unknown_function,   ///< a function of that name does not exist
  out_of_range,       ///< a number lies outside its allowed range
  non_finite,         ///< a NaN or an infinity where finite numbers are needed
  bad_label,          ///< a label is not one of the allowed classes
  bad_weight,         ///< a weight is negative or not finite
  zero_weight,        ///< weights sum to zero
  single_class,       ///< only one of two classes occurs
  bad_parameter,      ///< an option has a value that is not allowed
  row_sum,            ///< a row of probabilities does not sum to 1
  too_few_members,    ///< an ensemble has fewer members than the estimator needs
  degenerate,         ///< the result does not exist for this input
  unsupported,        ///< a combination of options is not offered
  budget_exceeded,    ///< an exact computation would need too many states
  corrupt_bytes,      ///< serialized bytes are damaged, cut short or of an unknown version
  malformed_request,  ///< a request is not a well-formed JSON object
  not_initialised,    ///< the library is used before it is loaded
  load_failed,        ///< the WebAssembly file could not be loaded
  disposed,           ///< an object is used after it was disposed of
  not_built,          ///< a backend is not part of this build
  cancelled,          ///< the caller asked to stop
  no_minimiser        ///< a fit has no minimum: its coefficients grow without bound, as for separable data
};

/// The word of a code, for example "length_mismatch".
std::string_view name_of(error_code code);

/// The word of a kind, for example "shape".
std::string_view name_of(error_kind kind);

/// Base of everything the library throws. what() reads "function: argument ...".
class error : public std::runtime_error {
 public:
  error(error_kind kind, error_code code, std::string_view function, std::string_view argument,
        std::string_view message);
  [[nodiscard]] error_kind kind() const noexcept { return kind_; }
  [[nodiscard]] error_code code() const noexcept { return code_; }
  /// Name of the argument that was wrong; empty when no single argument is to blame.
  [[nodiscard]] const std::string& argument() const noexcept { return argument_; }
  /// Name of the function that refused it.
  [[nodiscard]] const std::string& function() const noexcept { return function_; }

 private:
  error_kind kind_;
  error_code code_;
  std::string function_;
  std::string argument_;
};

/// One subclass a kind, so that a handler can catch what it can mend.
template <error_kind Kind>
class error_of_kind : public error {
 public:
  error_of_kind(error_code code, std::string_view function, std::string_view argument,
                std::string_view message)
      : error(Kind, code, function, argument, message) {}
};

using shape_error = error_of_kind<error_kind::shape>;
using value_error = error_of_kind<error_kind::value>;
using state_error = error_of_kind<error_kind::state>;
using unavailable_error = error_of_kind<error_kind::unavailable>;
using cancelled_error = error_of_kind<error_kind::cancelled>;

}  // namespace assay::inline v1
