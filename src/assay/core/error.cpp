#include "assay/core/error.hpp"

#include <array>

namespace assay::inline v1 {
namespace {

constexpr std::array<std::string_view, 5> k_kind_names = {"shape", "value", "state", "unavailable",
                                                          "cancelled"};

constexpr std::array<std::string_view, 28> k_code_names = {
    "empty_input",   "length_mismatch",   "wrong_rank",       "wrong_type",   "missing_argument",
    "unknown_name",  "unknown_option",    "unknown_function", "out_of_range", "non_finite",
    "bad_label",     "bad_weight",        "zero_weight",      "single_class", "bad_parameter",
    "row_sum",       "too_few_members",   "degenerate",       "unsupported",  "budget_exceeded",
    "corrupt_bytes", "malformed_request", "not_initialised",  "load_failed",  "disposed",
    "not_built",     "cancelled",         "no_minimiser"};

std::string compose(std::string_view function, std::string_view argument, std::string_view message) {
  std::string text(function);
  if (!text.empty()) text += ": ";
  text += argument;
  if (!argument.empty() && !message.starts_with('[')) text += ' ';  // "weights[3] is -1", "weights sum to 0"
  return text += message;
}

}  // namespace

std::string_view name_of(error_code code) { return k_code_names[static_cast<std::size_t>(code)]; }
std::string_view name_of(error_kind kind) { return k_kind_names[static_cast<std::size_t>(kind)]; }

error::error(error_kind kind, error_code code, std::string_view function, std::string_view argument,
             std::string_view message)
    : std::runtime_error(compose(function, argument, message)),
      kind_(kind),
      code_(code),
      function_(function),
      argument_(argument) {}

}  // namespace assay::inline v1
