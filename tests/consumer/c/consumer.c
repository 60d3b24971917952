// A program in C that uses an installed reel: records a stream and reads it back. The folder for
// the store is the only argument.
#include <reel/reel.h>
#include <stdio.h>
#include <string.h>

static int record(const char* folder) {
  reel_log* log;
  reel_recorder* recorder;
  reel_error_info error;
  int answer;
  if (reel_log_open(folder, NULL, &log, &error) != REEL_OK ||
      reel_recorder_open(log, "consumer", 8, NULL, &recorder, &error) != REEL_OK) {
    fprintf(stderr, "consumer_c: %s\n", error.message);
    return 1;
  }
  answer = reel_record_token(recorder, "installed", 9, 0);
  reel_recorder_close(recorder);
  return reel_log_close(log, 10000, NULL, NULL) == REEL_OK && answer == REEL_APPEND_OK ? 0 : 1;
}

int main(int argc, char** argv) {
  reel_reader* reader;
  reel_string state = {NULL, 0};
  reel_error_info error;
  int found;
  if (argc != 2) return 2;
  if (record(argv[1]) != 0) return 1;
  if (reel_reader_open(argv[1], NULL, &reader, &error) != REEL_OK ||
      reel_reader_state(reader, "consumer", 8, NULL, REEL_SEQ_MAX, REEL_FOLD_L0, &state, &error) !=
          REEL_OK) {
    fprintf(stderr, "consumer_c: %s\n", error.message);
    return 1;
  }
  found = strstr(state.data, "\"content\":\"installed\"") != NULL;
  puts(state.data);
  reel_string_free(&state);
  reel_reader_close(reader);
  return found ? 0 : 1;
}
