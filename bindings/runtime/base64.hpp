// Bytes as text, RFC 4648: how serialized objects travel in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::bindings {

std::string to_base64(std::span<const std::byte> bytes);
/// Nothing when the text is not padded base64.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace assay::bindings
