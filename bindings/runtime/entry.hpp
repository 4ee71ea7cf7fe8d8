// One line a public function in the tables that the generator writes; the same tables drive WebAssembly and
// assay-eval.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "arguments.hpp"
#include "results.hpp"

namespace assay::bindings {

/// A public function, or a constructor, factory or method of a public class.
struct function_entry {
  std::string_view domain;
  std::string_view name;    // "crps_ensemble", for a method "update"
  std::string_view blamed;  // the name in errors: "crps_ensemble", "score_accumulator.update"
  std::span<const std::string_view> arguments;
  std::size_t required;  // the first so many arguments must be given
  void (*invoke)(bindings::arguments&, results&);
};

enum class class_role { accumulator, model, simulation };

/// A public class. `make` is its constructor, or the fit of a model.
struct class_entry {
  std::string_view domain;
  std::string_view name;
  class_role role;
  const function_entry* make;
  std::span<const function_entry* const> methods;    // of an object
  std::span<const function_entry* const> factories;  // from_bytes, from_json
};

}  // namespace assay::bindings
