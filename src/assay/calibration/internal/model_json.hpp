// Models as JSON: one flat object of numbers, truth values, words and lists of numbers.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::inline v1::calibration::internal {

/// Writes {"model": kind, "version": 1, ...}. Numbers are the shortest text that reads back with the same
/// bits.
class model_writer {
 public:
  explicit model_writer(std::string_view kind);
  void number(std::string_view name, double value);
  void truth(std::string_view name, bool value);
  void word(std::string_view name, std::string_view value);
  void numbers(std::string_view name, std::span<const double> values);
  /// A list of texts that are JSON themselves.
  void objects(std::string_view name, std::span<const std::string> values);
  [[nodiscard]] std::string finish() { return text_ + "}"; }

 private:
  void key(std::string_view name);
  std::string text_;
};

/// Reads such an object. Whatever does not fit throws value_error (corrupt_bytes, argument `json`).
class model_reader {
 public:
  model_reader(std::string_view json, const char* function, std::string_view kind);
  ~model_reader();
  double number(const char* name);
  bool truth(const char* name);
  std::string word(const char* name);
  std::vector<double> numbers(const char* name);
  /// The elements of a list, as JSON.
  std::vector<std::string> objects(const char* name);
  [[noreturn]] void fail(const std::string& why) const;

 private:
  struct document;
  std::unique_ptr<document> document_;
  const char* function_;
};

}  // namespace assay::inline v1::calibration::internal
