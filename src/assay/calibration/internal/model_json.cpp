#include "assay/calibration/internal/model_json.hpp"

#include <nlohmann/json.hpp>

#include "assay/core/check.hpp"
#include "assay/core/error.hpp"

namespace assay::inline v1::calibration::internal {

model_writer::model_writer(std::string_view kind) : text_("{") {
  word("model", kind);
  number("version", 1.0);
}

void model_writer::key(std::string_view name) {
  if (text_.size() > 1) text_ += ", ";
  text_ += '"';
  text_ += name;
  text_ += "\": ";
}

void model_writer::number(std::string_view name, double value) {
  key(name);
  text_ += text_of(value);
}

void model_writer::truth(std::string_view name, bool value) {
  key(name);
  text_ += value ? "true" : "false";
}

void model_writer::word(std::string_view name, std::string_view value) {
  key(name);
  text_ += '"';
  text_ += value;
  text_ += '"';
}

void model_writer::numbers(std::string_view name, std::span<const double> values) {
  key(name);
  text_ += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text_ += ", ";
    text_ += text_of(values[i]);
  }
  text_ += ']';
}

void model_writer::objects(std::string_view name, std::span<const std::string> values) {
  key(name);
  text_ += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text_ += ", ";
    text_ += values[i];
  }
  text_ += ']';
}

struct model_reader::document {
  nlohmann::json object;
};

model_reader::model_reader(std::string_view json, const char* function, std::string_view kind)
    : document_(std::make_unique<document>()), function_(function) {
  document_->object = nlohmann::json::parse(json, nullptr, false);
  if (!document_->object.is_object()) fail("is not a JSON object");
  if (word("model") != kind) fail("describes another model, wanted " + std::string(kind));
  if (number("version") != 1.0) fail("has an unknown version");
}

model_reader::~model_reader() = default;

void model_reader::fail(const std::string& why) const {
  throw value_error(error_code::corrupt_bytes, function_, "json", why);
}

double model_reader::number(const char* name) {
  const auto found = document_->object.find(name);
  if (found == document_->object.end() || !found->is_number()) fail("has no number " + std::string(name));
  return found->get<double>() + 0.0;  // -0 may have been written as an integer: never give it
}

bool model_reader::truth(const char* name) {
  const auto found = document_->object.find(name);
  if (found == document_->object.end() || !found->is_boolean())
    fail("has no truth value " + std::string(name));
  return found->get<bool>();
}

std::string model_reader::word(const char* name) {
  const auto found = document_->object.find(name);
  if (found == document_->object.end() || !found->is_string()) fail("has no word " + std::string(name));
  return found->get<std::string>();
}

std::vector<double> model_reader::numbers(const char* name) {
  const auto found = document_->object.find(name);
  if (found == document_->object.end() || !found->is_array()) fail("has no list " + std::string(name));
  std::vector<double> values;
  for (const auto& element : *found) {
    if (!element.is_number()) fail("has something else than numbers in " + std::string(name));
    values.push_back(element.get<double>() + 0.0);
  }
  return values;
}

std::vector<std::string> model_reader::objects(const char* name) {
  const auto found = document_->object.find(name);
  if (found == document_->object.end() || !found->is_array()) fail("has no list " + std::string(name));
  std::vector<std::string> texts;
  for (const auto& element : *found) {
    if (!element.is_object()) fail("has something else than objects in " + std::string(name));
    texts.push_back(element.dump());
  }
  return texts;
}

}  // namespace assay::inline v1::calibration::internal
