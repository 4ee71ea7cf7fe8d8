// Bytes of accumulators and JSON of models: whatever comes in either makes an object that works and describes
// itself in the same bytes again, or is refused with corrupt_bytes. The first byte of the input chooses the
// type; the header of serialized states is repaired, so that the payload behind the checksum is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "assay/calibration/bbq.hpp"
#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/centered_isotonic.hpp"
#include "assay/calibration/enir.hpp"
#include "assay/calibration/histogram_binning.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/known_probability.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/moments_accumulator.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/ranking_accumulator.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/spline_calibration.hpp"
#include "assay/calibration/temperature.hpp"
#include "assay/calibration/venn_abers.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/error.hpp"

namespace {

using namespace assay;

// The bytes behind a header that fits them.
std::vector<std::byte> with_header(std::string_view kind, std::span<const std::byte> payload) {
  byte_writer out(kind, 1);
  for (const std::byte byte : payload) out.u8(static_cast<std::uint8_t>(byte));
  return out.finish();
}

template <class Call>
void corrupt_or(Call&& call) {
  try {
    call();
  } catch (const value_error& caught) {
    if (caught.code() != error_code::corrupt_bytes) std::abort();
  }
}

template <class Accumulator>
void read_bytes(std::span<const std::byte> bytes) {
  corrupt_or([&] {
    const auto object = Accumulator::from_bytes(bytes);
    const auto once = object.to_bytes();
    if (Accumulator::from_bytes(once).to_bytes() != once) std::abort();
    try {
      static_cast<void>(object.value());
    } catch (const state_error&) {  // nothing was added yet
    }
  });
}

template <class Accumulator>
void read_both(std::string_view kind, std::span<const std::byte> bytes) {
  read_bytes<Accumulator>(bytes);
  read_bytes<Accumulator>(with_header(kind, bytes));
}

template <class Model>
void read_json(std::span<const std::byte> bytes) {
  corrupt_or([&] {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto model = Model::from_json(text);
    const auto once = model.to_json();
    if (Model::from_json(once).to_json() != once) std::abort();
    static_cast<void>(model.transform(vector_view({0.25, 0.5})));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
  switch (data[0] % 16) {
    case 0:
      read_both<calibration::reliability_accumulator>("reltable", bytes);
      break;
    case 1:
      read_both<calibration::brier_accumulator>("brier", bytes);
      break;
    case 2:
      read_both<calibration::log_loss_accumulator>("logloss", bytes);
      break;
    case 3:
      read_both<calibration::calibration_moments_accumulator>("moments", bytes);
      break;
    case 4:
      read_both<calibration::ranking_accumulator>("ranking", bytes);
      break;
    case 5:
      read_json<calibration::isotonic_model>(bytes);
      break;
    case 6:
      read_json<calibration::temperature_model>(bytes);
      break;
    case 7:
      read_json<calibration::centered_isotonic_model>(bytes);
      break;
    case 8:
      read_json<calibration::histogram_binning_model>(bytes);
      break;
    case 9:
      read_json<calibration::platt_model>(bytes);
      break;
    case 10:
      read_json<calibration::beta_calibration_model>(bytes);
      break;
    case 11:
      read_json<calibration::spline_calibration_model>(bytes);
      break;
    case 12:
      read_json<calibration::bbq_model>(bytes);
      break;
    case 13:
      read_json<calibration::enir_model>(bytes);
      break;
    case 14:
      read_both<calibration::known_probability_accumulator>("knownp", bytes);
      break;
    default:
      read_json<calibration::venn_abers_model>(bytes);
      break;
  }
  return 0;
}
