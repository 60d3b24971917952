// A snapshot as text: first whose it is, then the state, a line a field; lists repeat their key,
// and what is absent has no line.
//
// Strings stand as they are, so that any bytes come back; doubles in the shortest form that reads
// back to the same value.
#include <charconv>

#include "catalog/saved_snapshots.hpp"
#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kTitle = "reel snapshot";
constexpr std::size_t kDoubleBytesMax = 32;

std::string double_text(double value) {
  char buffer[kDoubleBytesMax];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, done.ptr};
}

void put_error(Records& records, const SerializedError& error) {
  records.emplace_back("error_name", error.name);
  records.emplace_back("error_message", error.message);
  if (error.code) records.emplace_back("error_code", *error.code);
  if (error.stack) records.emplace_back("error_stack", *error.stack);
  if (error.metadata) records.emplace_back("error_metadata", *error.metadata);
}

void put_state(Records& records, const State& state) {
  records.emplace_back("content", state.content);
  records.emplace_back("token_count", std::to_string(state.token_count));
  records.emplace_back("checkpoint", state.checkpoint);
  for (const std::string& violation : state.violations) {
    records.emplace_back("violation", violation);
  }
  records.emplace_back("drift_detected", yes_or_no(state.drift_detected));
  records.emplace_back("retry_attempts", std::to_string(state.retry_attempts));
  records.emplace_back("network_retry_count", std::to_string(state.network_retry_count));
  records.emplace_back("fallback_index", std::to_string(state.fallback_index));
  records.emplace_back("completed", yes_or_no(state.completed));
  if (state.error) put_error(records, *state.error);
  records.emplace_back("start_ts", double_text(state.start_ts));
  records.emplace_back("end_ts", double_text(state.end_ts));
  for (const std::string& attempt : state.attempts) records.emplace_back("attempt", attempt);
}

// Takes values out of records by key; the first that has no use is what is wrong with the file.
class Taking {
 public:
  Taking(const Records& records, const std::string& file) : records_(records), file_(file) {}

  void take(std::string_view key, std::string& to) {
    if (const auto value = find_value(records_, key)) return void(to = *value);
    refuse(key);
  }
  void take(std::string_view key, std::optional<std::string>& to) {
    if (const auto value = find_value(records_, key)) to = *value;
  }
  void take(std::string_view key, std::vector<std::string>& to) {
    for (const auto& [name, value] : records_) {
      if (name == key) to.push_back(value);
    }
  }
  void take(std::string_view key, std::uint64_t& to) { take_parsed(key, to, parse_u64); }
  void take(std::string_view key, std::int64_t& to) { take_parsed(key, to, parse_i64); }
  void take(std::string_view key, double& to) { take_parsed(key, to, parse_double); }
  void take(std::string_view key, bool& to) { take_parsed(key, to, parse_yes); }

  const Status& status() const { return status_; }

 private:
  static std::optional<double> parse_double(std::string_view text) {
    double value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (done.ec != std::errc() || double_text(value) != text) return std::nullopt;
    return value;
  }

  template <class T, class Parse>
  void take_parsed(std::string_view key, T& to, Parse parse) {
    const auto value = parse(find_value(records_, key).value_or(""));
    if (!value) return refuse(key);
    to = *value;
  }
  void refuse(std::string_view key) {
    if (status_) status_ = bad_value(file_, key);
  }

  const Records& records_;
  const std::string& file_;
  Status status_;
};

void take_error(Taking& taking, SerializedError& error) {
  taking.take("error_name", error.name);
  taking.take("error_message", error.message);
  taking.take("error_code", error.code);
  taking.take("error_stack", error.stack);
  taking.take("error_metadata", error.metadata);
}

void take_state(Taking& taking, State& state) {
  taking.take("content", state.content);
  taking.take("token_count", state.token_count);
  taking.take("checkpoint", state.checkpoint);
  taking.take("violation", state.violations);
  taking.take("drift_detected", state.drift_detected);
  taking.take("retry_attempts", state.retry_attempts);
  taking.take("network_retry_count", state.network_retry_count);
  taking.take("fallback_index", state.fallback_index);
  taking.take("completed", state.completed);
  taking.take("start_ts", state.start_ts);
  taking.take("end_ts", state.end_ts);
  taking.take("attempt", state.attempts);
}

}  // namespace

std::string encode_snapshot(const SavedSnapshot& saved) {
  Records records = {{"namespace", saved.name_space},
                     {"stream", saved.snapshot.stream_id},
                     {"number", std::to_string(saved.number)},
                     {"seq", std::to_string(saved.snapshot.seq)},
                     {"ts", double_text(saved.snapshot.ts)}};
  put_state(records, saved.snapshot);
  return encode_records(kTitle, records);
}

Result<SavedSnapshot> decode_snapshot(std::string_view bytes, const std::string& file) {
  const auto records = decode_records(kTitle, bytes, file);
  if (!records) return records.status();
  SavedSnapshot saved;
  Taking taking(*records, file);
  taking.take("namespace", saved.name_space);
  taking.take("stream", saved.snapshot.stream_id);
  taking.take("number", saved.number);
  taking.take("seq", saved.snapshot.seq);
  taking.take("ts", saved.snapshot.ts);
  take_state(taking, saved.snapshot);
  if (find_value(*records, "error_name")) take_error(taking, saved.snapshot.error.emplace());
  if (!taking.status()) return taking.status();
  return saved;
}

}  // namespace reel::catalog
