// The errors of asking for what does not exist, worded once for assay-eval and WebAssembly.
#pragma once

#include <span>
#include <string_view>

namespace assay::bindings {

/// Throws unknown_function; `known` are the names of all functions.
[[noreturn]] void fail_unknown_function(std::string_view name, std::span<const std::string_view> known);

/// Throws unknown_function for a method that the class `owner` lacks.
[[noreturn]] void fail_unknown_method(std::string_view owner, std::string_view name,
                                      std::span<const std::string_view> known);

}  // namespace assay::bindings
