// Words for error messages: the nearest name, a list of names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace assay::bindings {

/// The name with the fewest edits from `word` (the first of equals), or "" when none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

/// "; did you mean almost_fair?", or "" when no name is near.
std::string hint(std::string_view word, std::span<const std::string_view> names);

/// `"a", "b" or "c"`.
std::string alternatives(std::span<const std::string_view> names);

/// `word` in quotes, shortened when it is long, control characters replaced.
std::string in_quotes(std::string_view word);

}  // namespace assay::bindings
