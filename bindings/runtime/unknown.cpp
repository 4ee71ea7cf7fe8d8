#include "unknown.hpp"

#include "assay/core/error.hpp"
#include "words.hpp"

namespace assay::bindings {

void fail_unknown_function(std::string_view name, std::span<const std::string_view> known) {
  throw value_error(error_code::unknown_function, "", "function",
                    "is " + in_quotes(name) + ", which does not exist" + hint(name, known));
}

void fail_unknown_method(std::string_view owner, std::string_view name,
                         std::span<const std::string_view> known) {
  throw value_error(error_code::unknown_function, owner, "method",
                    "is " + in_quotes(name) + ", must be " + alternatives(known) + hint(name, known));
}

}  // namespace assay::bindings
