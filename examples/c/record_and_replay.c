// reel from C: record a stream, read it back, ask what it came to. The folder of the store is the
// argument.
#include <reel/reel.h>
#include <stdio.h>
#include <string.h>

// Every failure has a code for programs and a sentence for people.
static bool ok(int code, const reel_error_info* error) {
  if (code != REEL_OK) fprintf(stderr, "%s: %s\n", reel_error_name(code), error->message);
  return code == REEL_OK;
}

static bool recorded(int append) {
  if (append != REEL_APPEND_OK) fprintf(stderr, "not recorded: %s\n", reel_append_name(append));
  return append == REEL_APPEND_OK;
}

static bool record_events(reel_recorder* to) {
  const char* const options = "{\"model\":\"m\"}";
  const char* const batch[] = {", ", "world", "!"};
  const size_t bytes[] = {2, 5, 1};
  const char* const content = "Hello, world!";
  return recorded(reel_record_start(to, options, strlen(options))) &&
         recorded(reel_record_token(to, "Hello", 5, 0)) &&  // from here on it survives kill -9
         recorded(reel_record_tokens(to, batch, bytes, 3, 1, NULL)) &&
         recorded(reel_record_complete(to, content, strlen(content), 4));
}

static bool record(const char* path, const char* id) {
  reel_error_info error;
  reel_log* log;
  if (!ok(reel_log_open(path, NULL, &log, &error), &error)) return false;
  reel_recorder* recorder;
  bool done = ok(reel_recorder_open(log, id, strlen(id), NULL, &recorder, &error), &error);
  if (done) {
    done = record_events(recorder) &&
           ok(reel_log_sync(log, 10000, &error), &error);  // and from here on a power cut
    reel_recorder_close(recorder);
  }
  return ok(reel_log_close(log, 10000, NULL, &error), &error) && done;
}

static bool print_events(const reel_reader* reader, const char* id) {
  reel_error_info error;
  reel_cursor* cursor;
  if (!ok(reel_cursor_open(reader, id, strlen(id), NULL, 0, REEL_SEQ_MAX, &cursor, &error),
          &error)) {
    return false;
  }
  const reel_event* event;
  int code;
  while ((code = reel_cursor_next(cursor, &event, &error)) == REEL_OK && event != NULL) {
    printf("%d %.*s \"%.*s\"\n", (int)event->seq, (int)event->type_name_bytes, event->type_name,
           (int)event->text_bytes, event->text_bytes > 0 ? event->text : "");
  }
  reel_cursor_close(cursor);
  return ok(code, &error);
}

static bool print_content(const reel_reader* reader, const char* id, uint64_t seq) {
  reel_error_info error;
  reel_string json;
  const int code =
      reel_reader_state(reader, id, strlen(id), NULL, seq, REEL_FOLD_L0, &json, &error);
  if (!ok(code, &error)) return false;
  // {"content":"...","token_count":...: a gateway gives it to its own JSON library.
  const char* const end = strstr(json.data, ",\"checkpoint\"");
  printf("%.*s\n", (int)(end != NULL ? end - json.data : 0), json.data);
  reel_string_free(&json);
  return true;
}

static bool replay(const char* path, const char* id) {
  reel_error_info error;
  reel_reader* reader;
  if (!ok(reel_reader_open(path, NULL, &reader, &error), &error)) return false;
  const bool done = print_events(reader, id) && print_content(reader, id, 2) &&
                    print_content(reader, id, REEL_SEQ_MAX);
  reel_reader_close(reader);
  return done;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (reel_abi_version() < REEL_ABI_VERSION) return 3;  // the library is older than the header
  return record(argv[1], "greeting") && replay(argv[1], "greeting") ? 0 : 1;
}

// Output:
// 0 START ""
// 1 TOKEN "Hello"
// 2 TOKEN ", "
// 3 TOKEN "world"
// 4 TOKEN "!"
// 5 COMPLETE "Hello, world!"
// {"content":"Hello, ","token_count":2
// {"content":"Hello, world!","token_count":4
