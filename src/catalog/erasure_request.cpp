#include "catalog/erasure_request.hpp"

#include <algorithm>

#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kAskTitle = "reel erasure", kAnswerTitle = "reel erasure done";
constexpr std::string_view kAskEnd = ".ask", kAnswerEnd = ".done";
constexpr std::uint64_t kAnswerBytesMax = 1 << 12;
constexpr std::size_t kDigitsOfLane = 4;

std::string front_of_names(std::uint32_t lane) { return padded(lane, kDigitsOfLane) + "-"; }

std::string file_of(std::string_view store, const ErasureRequest& request, std::string_view end) {
  return io::join(erasure_directory(store),
                  front_of_names(request.lane) + hex64(request.incarnation) + std::string(end));
}

Status remove_if_there(io::FileSystem& fs, const std::string& file) {
  Status status = fs.remove(file);
  return status || status.error().code == ErrorCode::not_found ? Status() : status;
}

Result<ErasureAnswer> parse_answer(const Records& records, const std::string& file) {
  const auto events = parse_u64(find_value(records, "events").value_or(""));
  if (!events) return bad_value(file, "events");
  const auto segments = parse_u64(find_value(records, "segments").value_or(""));
  if (!segments) return bad_value(file, "segments");
  const auto erased = parse_i64(find_value(records, "erased_us").value_or(""));
  if (!erased) return bad_value(file, "erased_us");
  return ErasureAnswer{*events, *segments, *erased};
}

}  // namespace

std::string erasure_directory(std::string_view store) { return io::join(store, "erase"); }

Status ask_for_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request,
                       std::int64_t now_us) {
  if (Status status = fs.create_directories(erasure_directory(store)); !status) return status;
  Status status = remove_if_there(fs, file_of(store, request, kAnswerEnd));
  if (!status) return status;
  const Records records = {{"lane", std::to_string(request.lane)},
                           {"incarnation", hex64(request.incarnation)},
                           {"asked_us", std::to_string(now_us)}};
  return io::publish_file(fs, file_of(store, request, kAskEnd), encode_records(kAskTitle, records));
}

Result<std::vector<std::uint64_t>> erasures_asked(io::FileSystem& fs, const std::string& store,
                                                  std::uint32_t lane) {
  std::vector<std::uint64_t> incarnations;
  const auto names = fs.list(erasure_directory(store));
  if (!names && names.error().code == ErrorCode::not_found) return incarnations;
  if (!names) return names.status();
  const std::string front = front_of_names(lane);
  for (const std::string& name : *names) {
    if (!name.starts_with(front) || !name.ends_with(kAskEnd)) continue;
    const std::string_view digits =
        std::string_view(name).substr(front.size(), name.size() - front.size() - kAskEnd.size());
    if (const auto incarnation = parse_hex64(digits)) incarnations.push_back(*incarnation);
  }
  std::sort(incarnations.begin(), incarnations.end());
  return incarnations;
}

Status answer_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request,
                      const ErasureAnswer& answer) {
  const Records records = {{"lane", std::to_string(request.lane)},
                           {"incarnation", hex64(request.incarnation)},
                           {"events", std::to_string(answer.events)},
                           {"segments", std::to_string(answer.segments)},
                           {"erased_us", std::to_string(answer.erased_us)}};
  Status status = io::publish_file(fs, file_of(store, request, kAnswerEnd),
                                   encode_records(kAnswerTitle, records));
  if (!status) return status;
  return remove_if_there(fs, file_of(store, request, kAskEnd));
}

Result<std::optional<ErasureAnswer>> erasure_answer(io::FileSystem& fs, const std::string& store,
                                                    const ErasureRequest& request) {
  const std::string file = file_of(store, request, kAnswerEnd);
  const auto text = fs.read(file, kAnswerBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return std::optional<ErasureAnswer>();
  if (!text) return text.status();
  const auto records = decode_records(kAnswerTitle, *text, file);
  if (!records) return records.status();
  const auto answer = parse_answer(*records, file);
  if (!answer) return answer.status();
  return std::optional(*answer);
}

Status forget_erasure(io::FileSystem& fs, const std::string& store, const ErasureRequest& request) {
  for (const std::string_view end : {kAskEnd, kAnswerEnd}) {
    if (Status status = remove_if_there(fs, file_of(store, request, end)); !status) return status;
  }
  const std::string directory = erasure_directory(store);
  const auto left = fs.list(directory);
  if (left && left->empty()) (void)fs.remove(directory);
  return {};
}

}  // namespace reel::catalog
