// What the generator wrote of each domain, for assay-eval.
#pragma once

#include <span>
#include <vector>

#include "runtime/entry.hpp"

namespace assay::bindings {

struct domain_tables {
  std::span<const function_entry* const> functions;
  std::span<const class_entry* const> classes;
};

/// Generated: every domain in alphabetical order.
std::vector<domain_tables> all_tables();

}  // namespace assay::bindings
