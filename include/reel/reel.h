// reel from C, and from every language that calls C: docs/C.md has a whole program and the promise
// that old programs go on working with new libraries. The C++ headers beside this one say more
// about what the engine does; here is what is different from C.
//
// Codes     Functions that can fail answer a `reel_error`, REEL_OK (0) or why not, as an int: later
//           versions may have codes that are not listed here, and all but 0 are failures. The last
//           argument, where it is not NULL, is filled with the details by every such call, on
//           success too. Nothing is kept per thread, nothing must be freed, and it works where
//           there is no memory. No C++ exception comes out of a function.
// NULL      A NULL where a pointer is needed is REEL_INVALID_ARGUMENT, never a crash. Pointers that
//           may be NULL are said to be optional. Closing NULL does nothing.
// Texts     Bytes and their number; they need no NUL at the end and may hold NULs. NULL and no
//           bytes is the empty text. Nothing keeps a pointer after the call. Paths and namespaces
//           are NUL-terminated; a namespace of NULL is "l0", the usual one.
// Handles   Each is closed once, by its own function, and never used again. They may be closed in
//           any order: a Cursor or a Follower needs no Reader that is still open, a Recorder whose
//           Log is closed answers REEL_APPEND_CLOSED. On failure an out handle is set to NULL.
// Out texts A `reel_string` is the caller's, until reel_string_free; what it held before a call is
//           not freed by it. What comes as `const char*` or `const reel_event*` is the handle's,
//           and lives as long as its function says.
// Threads   Said of each handle below. Different handles need no care. Closing, and being handed to
//           another handle's function, are uses like any other. While a handle is closed no other
//           thread may be in a call with it. No function may be called from a signal handler, and
//           no thread be cancelled (pthread_cancel) in one.
// fork()    As in reel/log.hpp: a child may use the Log, Recorders of its parent answer
//           REEL_APPEND_FORKED there. Readers, Cursors and Followers are to be opened anew.
#ifndef REEL_REEL_H
#define REEL_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define REEL_API __attribute__((visibility("default")))
#else
#define REEL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

// ---- Version. Counts up when something is added; nothing that is here is ever changed or taken
// away. A program needs a library whose reel_abi_version() is not below the REEL_ABI_VERSION that
// it was compiled with.
#define REEL_ABI_VERSION 1
REEL_API int reel_abi_version(void);
REEL_API const char* reel_version_string(void);  // of the library, "0.1.0"; lives for ever

// ---- Errors. Any thread.
typedef enum reel_error {
  REEL_OK = 0,
  REEL_INVALID_ARGUMENT,  // a value cannot be used; nothing was stored
  REEL_NOT_FOUND,         // no such stream, file or store
  REEL_BUSY,              // another process or Recorder holds it; `message` says who
  REEL_CLOSED,            // the Log or Recorder was closed
  REEL_TOO_LARGE,         // above a named limit; nothing was stored
  REEL_FULL,              // no room within the deadline, or no memory (sys_errno is ENOMEM)
  REEL_IO,                // the operating system refused; see sys_errno
  REEL_DAMAGED,           // bytes on disk fail their checksum or their meaning
  REEL_NOT_A_STORE,       // the folder holds no store, or a newer format
  REEL_SEQUENCE,          // an envelope's seq is not the next one of its stream
  REEL_CONTRADICTION,     // an envelope repeats a stored seq with other content
  REEL_TIMEOUT,           // the deadline passed
  REEL_INTERNAL,          // a broken invariant
  REEL_PARTIAL            // of several stores some did it and some did not
} reel_error;

// The size never changes. Texts are NUL-terminated, cut where they are longer, and UTF-8 where the
// paths are that they name.
typedef struct reel_error_info {
  int32_t code;        // a reel_error
  int32_t sys_errno;   // 0: the system was not involved
  uint64_t offset;     // in `file`, bytes
  char message[1008];  // all of it as a sentence for people, with file, offset and system error
  char file[1024];     // "": no file was involved
} reel_error_info;

// "not_found", "io", ...; "unknown" for numbers that are none. Lives for ever.
REEL_API const char* reel_error_name(int code);

// ---- Texts that are handed out.
typedef struct reel_string {
  char* data;   // `size` bytes and a NUL; NULL after a failure
  size_t size;  // without that NUL
} reel_string;

// Frees what it holds and makes it {NULL, 0}; does nothing with that, or with NULL.
REEL_API void reel_string_free(reel_string* string);

// ---- Log: one store, open for recording by this process. All functions from any thread. One that
// is never closed loses nothing that was recorded: the next opening recovers it.
typedef struct reel_log reel_log;
typedef struct reel_recorder reel_recorder;

typedef enum reel_overflow {  // what reel_record_* does when the arena has no room
  REEL_OVERFLOW_BLOCK = 0,    // waits up to block_deadline_ms, then answers REEL_APPEND_FULL
  REEL_OVERFLOW_FAIL,         // answers REEL_APPEND_FULL at once
  REEL_OVERFLOW_DROP          // drops, TOKENs first, and declares it by a GAP in the stream
} reel_overflow;
typedef enum reel_clock {
  REEL_CLOCK_TSC = 0,  // the processor's counter: about 10 ns a stamp
  REEL_CLOCK_SYSTEM,   // the system's clock: about 25 ns
  REEL_CLOCK_TICKER    // a thread's: under 1 ns, as coarse as ticker_us
} reel_clock;
typedef enum reel_arena {
  REEL_ARENA_AUTOMATIC = 0,  // tmpfs where it has room, else the store's folder
  REEL_ARENA_SHM,            // /dev/shm, or fail
  REEL_ARENA_STORE           // the store's folder: survives the end of a container
} reel_arena;

// Always begin with reel_log_options_init, which sets the defaults said here: they are right for a
// gateway. Switches are 0 or 1. reel/options.hpp says more of what each costs.
typedef struct reel_log_options {
  size_t struct_size;            // set by init: how much of the struct the caller knows
  int32_t overflow;              // a reel_overflow; BLOCK
  uint32_t block_deadline_ms;    // so long record calls wait for room; 1000
  uint32_t sync_interval_ms;     // what a power cut can take at most; 1000
  int32_t clock;                 // a reel_clock, where stamps come from; TSC
  uint32_t ticker_us;            // CLOCK_TICKER: so coarse; 1000, at least 100
  int32_t arena;                 // a reel_arena, where the arena lies; AUTOMATIC
  int32_t create;                // 1: make the store when the folder is missing or empty
  int32_t writer_thread;         // 1; 0: no thread is started, the owner calls reel_log_step
  uint64_t arena_bytes;          // what may wait to be written, 1 MiB at least; 128 MiB
  uint64_t event_bytes_max;      // larger: REEL_APPEND_TOO_LARGE; 64 MiB
  uint64_t segment_bytes_max;    // of a file; 256 MiB
  uint64_t batch_bytes;          // the writer writes when so much has gathered; 1 MiB
  uint64_t block_bytes;          // raw, 1 MiB at most; 64 KiB
  uint32_t open_streams_max;     // Recorders open at one time; 65536
  uint32_t segment_streams_max;  // 65536
  int32_t zstd_level;            // 1
  uint32_t compression_threads;  // UINT32_MAX: chosen by the number of cores
  uint32_t snapshot_events;      // a snapshot every so many events of a stream, 0: none; 8192
  uint32_t reserved;             // 0
  // Both optional, called on the writer's thread, one at a time, until reel_log_close has returned.
  // They must be quick, must not call back into the Log, and must return (no longjmp, no panic).
  void (*on_error)(void* user, const reel_error_info* error);  // `error` lives until it returns
  void (*on_wanted)(void* user);  // see reel_recorder_wanted; it may close Recorders
  void* user;                     // handed to both as it is
} reel_log_options;

// The defaults. `struct_size` is sizeof(reel_log_options).
REEL_API void reel_log_options_init(reel_log_options* options, size_t struct_size);

// Opens or makes a store and recovers what an earlier end left behind. `options` is optional.
// Errors: INVALID_ARGUMENT, NOT_A_STORE, DAMAGED (what says which store it is), NOT_FOUND (create
// is 0), BUSY (a process whose arena cannot be reached records into the store), IO, FULL.
REEL_API int reel_log_open(const char* path, const reel_log_options* options, reel_log** log,
                           reel_error_info* error);
// Writes and seals everything and frees the handle, whatever it answers; then no callback comes any
// more. `lost`, optional: events that were recorded and did not reach the log within the deadline;
// the next opening finds them in the arena. Recorders must not be in a call meanwhile. Errors:
// TIMEOUT, IO, FULL.
REEL_API int reel_log_close(reel_log* log, uint32_t deadline_ms, uint64_t* lost,
                            reel_error_info* error);

// Wait until everything recorded before the call is written (flush) or on disk (sync). Errors:
// TIMEOUT (it stays recorded), CLOSED, or what keeps the writer from writing: IO, FULL.
REEL_API int reel_log_flush(reel_log* log, uint32_t deadline_ms, reel_error_info* error);
REEL_API int reel_log_sync(reel_log* log, uint32_t deadline_ms, reel_error_info* error);
// Waits until event `seq` of the Recorder's stream is on disk; meanwhile the Recorder is in use.
// Errors: INVALID_ARGUMENT (no such event yet), else like reel_log_sync.
REEL_API int reel_log_wait_durable(reel_log* log, const reel_recorder* recorder, uint64_t seq,
                                   uint32_t deadline_ms, reel_error_info* error);
// For event loops: `done` is called once, with REEL_OK when everything recorded before this call is
// on disk, or with REEL_CLOSED when the Log was closed without that. On the writer's thread, or in
// reel_log_step or reel_log_close; as quick as on_error. Not called where this answers an error.
REEL_API int reel_log_when_durable(reel_log* log, void (*done)(void* user, int code), void* user,
                                   reel_error_info* error);
// Only with writer_thread 0: one round of the writer's work. Errors: IO, FULL (the next round tries
// again), CLOSED.
REEL_API int reel_log_step(reel_log* log, reel_error_info* error);

// durable <= written <= recorded.
typedef struct reel_watermarks {
  uint64_t recorded, written, durable;
} reel_watermarks;
// In events. Takes no lock. Errors: INVALID_ARGUMENT for NULL.
REEL_API int reel_log_watermarks(const reel_log* log, reel_watermarks* marks);
// The Log's metrics in the text format of Prometheus.
REEL_API int reel_log_metrics(const reel_log* log, reel_string* text, reel_error_info* error);

// Deletes a stream; durable on return. `existed` is optional. Errors: BUSY while a Recorder holds
// it, IO.
REEL_API int reel_log_delete_stream(reel_log* log, const char* stream_id, size_t stream_id_bytes,
                                    const char* name_space, bool* existed, reel_error_info* error);

// ---- Recorder: records the events of one stream. One thread at a time; it may change between
// calls where the hand-over synchronises (a lock, a channel, a runtime that moves its tasks).
// Different Recorders may be used by many threads at once.

// What reel_record_* answers, as an int: REEL_APPEND_OK (0) or why not. After OK the event survives
// the death of the process. A NULL Recorder is REEL_APPEND_INVALID.
typedef enum reel_append {
  REEL_APPEND_OK = 0,
  REEL_APPEND_DROPPED,    // overflow policy `drop`: the seq is used, a GAP declares it
  REEL_APPEND_FULL,       // no room in the arena, or no memory; no seq was used
  REEL_APPEND_TOO_LARGE,  // above event_bytes_max; no seq was used
  REEL_APPEND_CLOSED,     // the Log is closed
  REEL_APPEND_BUSY,       // the stream is held by another Recorder
  REEL_APPEND_HELD,       // waits for redaction, which C cannot ask for
  REEL_APPEND_FORKED,     // the Recorder is of a process that this one was forked from
  REEL_APPEND_INVALID     // broken JSON, a number that is not finite, NULL with bytes; no seq used
} reel_append;
REEL_API const char* reel_append_name(int append);  // "ok", "dropped", ...; lives for ever

// A Recorder on a stream (1 to 4096 bytes of UTF-8; of 0 bytes: a new, time-ordered id). It goes on
// at the stream's next seq. Errors: BUSY (another Recorder holds it; the message says whose), FULL
// (open_streams_max), INVALID_ARGUMENT, CLOSED.
REEL_API int reel_recorder_open(reel_log* log, const char* stream_id, size_t stream_id_bytes,
                                const char* name_space, reel_recorder** recorder,
                                reel_error_info* error);
// Releases the stream and frees the handle. What was recorded stays recorded.
REEL_API void reel_recorder_close(reel_recorder* recorder);
// The stream's id, NUL-terminated besides, until the Recorder is closed. `bytes` is optional.
REEL_API const char* reel_recorder_stream_id(const reel_recorder* recorder, size_t* bytes);
// The seq that the next event gets; the last one's is one less. 0: there is none yet, or NULL.
REEL_API uint64_t reel_recorder_next_seq(const reel_recorder* recorder);
// Of the stream, in seqs: events below are recorded, written, on disk. This and the next from any
// thread, until the Recorder is closed. Errors: INVALID_ARGUMENT for NULL.
REEL_API int reel_recorder_watermarks(const reel_recorder* recorder, reel_watermarks* marks);
// Has another process asked for the stream since, and was told BUSY? Closing hands it over.
REEL_API bool reel_recorder_wanted(const reel_recorder* recorder);

// The hot path: no allocation, no lock, no system call. Any bytes; what is not UTF-8 is stored as
// it is, and is U+FFFD in JSON. `index` is the token's place, taken literally.
REEL_API int reel_record_token(reel_recorder* recorder, const char* text, size_t text_bytes,
                               int64_t index);
// With the caller's own stamp, Unix milliseconds.
REEL_API int reel_record_token_at(reel_recorder* recorder, const char* text, size_t text_bytes,
                                  int64_t index, double ts_ms);
// Many at once, indexes first_index, first_index + 1, ...: for languages in which a call is dear.
// Stops at the first token that is not REEL_APPEND_OK, answers why, and sets `recorded` (optional)
// to the number of those before it. Each is an event by itself; a call that is cut short by the end
// of the process leaves a front.
REEL_API int reel_record_tokens(reel_recorder* recorder, const char* const* texts,
                                const size_t* texts_bytes, size_t count, int64_t first_index,
                                size_t* recorded);

// The other types. JSON is checked. Texts and numbers that are said to be optional are left out of
// the event where the pointer is NULL.
REEL_API int reel_record_start(reel_recorder* recorder, const char* options_json,
                               size_t options_bytes);  // optional; a JSON object
REEL_API int reel_record_checkpoint(reel_recorder* recorder, const char* content,
                                    size_t content_bytes, int64_t at);
REEL_API int reel_record_guardrail(reel_recorder* recorder, const char* result_json,
                                   size_t result_bytes,                              // optional
                                   const char* check_type, size_t check_type_bytes,  // optional
                                   const int64_t* at);                               // optional
REEL_API int reel_record_drift(reel_recorder* recorder, const char* result_json,
                               size_t result_bytes,  // optional
                               const int64_t* at);   // optional
REEL_API int reel_record_retry(reel_recorder* recorder, const char* reason, size_t reason_bytes,
                               int64_t attempt,                  // from 1
                               const bool* counts_toward_limit,  // optional: it does
                               const double* delay_ms);          // optional
REEL_API int reel_record_fallback(reel_recorder* recorder, int64_t to,
                                  const int64_t* from,                       // optional
                                  const char* reason, size_t reason_bytes);  // optional
REEL_API int reel_record_continuation(reel_recorder* recorder, const char* checkpoint,
                                      size_t checkpoint_bytes, int64_t at);
REEL_API int reel_record_complete(reel_recorder* recorder, const char* content,
                                  size_t content_bytes, int64_t token_count);
// `error_json` is an object {name, message, code, ...}; all four are optional.
REEL_API int reel_record_error(reel_recorder* recorder, const char* error_json, size_t error_bytes,
                               const char* failure_type, size_t failure_type_bytes,
                               const char* recovery_strategy, size_t recovery_strategy_bytes,
                               const char* policy, size_t policy_bytes);
// Any event as interchange JSON (docs/INTERCHANGE.md), with its own stamp: {"type":..., "ts":...}.
// So tokens get a channel, and types that reel does not know are kept. Answers a reel_append; where
// that is INVALID, `error` (optional) says why.
REEL_API int reel_record_json(reel_recorder* recorder, const char* event_json, size_t event_bytes,
                              reel_error_info* error);

// ---- Reader: a store, read-only, from any process, live or not, as it was when the Reader was
// opened or last refreshed. A Reader and all its Cursors: one thread at a time, together. A stream
// that the Reader does not show is REEL_NOT_FOUND. Damage is passed over and noted
// (reel_reader_damage), with `strict` it is REEL_DAMAGED.
typedef struct reel_reader reel_reader;

typedef struct reel_reader_options {
  size_t struct_size;
  int32_t strict;    // 0: read past damage
  int32_t arena;     // 1: show what the writer has not written yet
  int32_t mmap;      // 1: map segments; 0: read them, for folders of other machines
  int32_t reserved;  // 0
} reel_reader_options;
REEL_API void reel_reader_options_init(reel_reader_options* options, size_t struct_size);

// `options` is optional. Errors: NOT_FOUND (no such folder), NOT_A_STORE, INVALID_ARGUMENT, IO.
REEL_API int reel_reader_open(const char* path, const reel_reader_options* options,
                              reel_reader** reader, reel_error_info* error);
REEL_API void reel_reader_close(reel_reader* reader);
// Moves on to now. Cursors that are open show what they showed. After an error it shows what it
// did.
REEL_API int reel_reader_refresh(reel_reader* reader, reel_error_info* error);

// Names that were listed: a copy, independent of the Reader. Any thread, several at once.
typedef struct reel_names reel_names;
// Ids of a namespace that begin with `prefix` (optional), in order of first appearance.
REEL_API int reel_reader_streams(const reel_reader* reader, const char* prefix, size_t prefix_bytes,
                                 const char* name_space, reel_names** names,
                                 reel_error_info* error);
REEL_API int reel_reader_namespaces(const reel_reader* reader, reel_names** names,
                                    reel_error_info* error);
REEL_API size_t reel_names_count(const reel_names* names);
// NUL-terminated besides, until the list is freed; NULL beyond its end. `bytes` is optional.
REEL_API const char* reel_names_at(const reel_names* names, size_t index, size_t* bytes);
REEL_API void reel_names_free(reel_names* names);

// Facts about a stream, as `reel ls --json` prints them.
REEL_API int reel_reader_metadata(const reel_reader* reader, const char* stream_id,
                                  size_t stream_id_bytes, const char* name_space, reel_string* json,
                                  reel_error_info* error);

#define REEL_SEQ_MAX UINT64_MAX
typedef enum reel_fold {
  REEL_FOLD_L0 = 0,   // tokens append, whatever happened before
  REEL_FOLD_ATTEMPTS  // RETRY and FALLBACK begin anew
} reel_fold;
// What the events up to `to_seq` (included; REEL_SEQ_MAX: all) add up to, as `reel state --json`
// prints it. `fold` is a reel_fold.
REEL_API int reel_reader_state(const reel_reader* reader, const char* stream_id,
                               size_t stream_id_bytes, const char* name_space, uint64_t to_seq,
                               int fold, reel_string* json, reel_error_info* error);

// Damage that this Reader has met so far: how many places, and [{file, offset, bytes, what}, ...].
// Both are optional.
REEL_API int reel_reader_damage(const reel_reader* reader, uint64_t* count, reel_string* json,
                                reel_error_info* error);

// A stream of a Reader. The two of a comparison may be of one Reader or of two (stores).
typedef struct reel_stream {
  const reel_reader* reader;
  const char* id;
  size_t id_bytes;
  const char* name_space;  // NULL: "l0"
} reel_stream;
// What two streams came to, and where their tokens parted, as `reel diff --json` prints it.
// `timestamps`: the first and last stamp count too. `identical` and `json` are optional.
REEL_API int reel_compare(const reel_stream* a, const reel_stream* b, bool timestamps,
                          bool* identical, reel_string* json, reel_error_info* error);

// ---- Events, as Cursors and Followers show them.
typedef enum reel_event_type {
  REEL_EVENT_START = 1,
  REEL_EVENT_TOKEN,
  REEL_EVENT_CHECKPOINT,
  REEL_EVENT_GUARDRAIL,
  REEL_EVENT_DRIFT,
  REEL_EVENT_RETRY,
  REEL_EVENT_FALLBACK,
  REEL_EVENT_CONTINUATION,
  REEL_EVENT_COMPLETE,
  REEL_EVENT_ERROR,
  REEL_EVENT_OPAQUE,  // a type unknown to reel; type_name tells its name
  REEL_EVENT_GAP      // events seq to seq + seqs - 1 are not in the store; has no JSON
} reel_event_type;

// Made by the library alone, which may add members at the end. It and its texts live until the next
// call with the handle that gave it. Texts here are not NUL-terminated; one of 0 bytes may be NULL.
typedef struct reel_event {
  uint64_t seq;
  uint64_t seqs;       // how many seqs it takes: 1, or those of a GAP
  double ts_ms;        // Unix milliseconds
  int64_t number;      // TOKEN index; CHECKPOINT, CONTINUATION, GUARDRAIL, DRIFT at; RETRY attempt;
                       // FALLBACK to; COMPLETE token_count
  int32_t type;        // a reel_event_type
  int32_t has_number;  // 0: `number` says nothing
  const char* text;    // TOKEN value; CHECKPOINT, COMPLETE content; CONTINUATION checkpoint
  size_t text_bytes;
  const char* channel;  // of a TOKEN: "reasoning", "tool_call", ...; NULL: it is text
  size_t channel_bytes;
  const char* type_name;  // "TOKEN", ...
  size_t type_name_bytes;
  const char* stream_id;
  size_t stream_id_bytes;
} reel_event;

// ---- Cursor: walks one stream by seq.
typedef struct reel_cursor reel_cursor;
// Events with from_seq <= seq <= to_seq.
REEL_API int reel_cursor_open(const reel_reader* reader, const char* stream_id,
                              size_t stream_id_bytes, const char* name_space, uint64_t from_seq,
                              uint64_t to_seq, reel_cursor** cursor, reel_error_info* error);
REEL_API void reel_cursor_close(reel_cursor* cursor);
// The next event; NULL and REEL_OK at the end. After an error or the end it stays there.
REEL_API int reel_cursor_next(reel_cursor* cursor, const reel_event** event,
                              reel_error_info* error);
// The whole event that `next` gave last, with stream_id and seq, as a line of interchange JSON
// without the newline; until the next call with this Cursor. NOT_FOUND: there is no event, or a
// GAP.
REEL_API int reel_cursor_json(reel_cursor* cursor, const char** json, size_t* json_bytes,
                              reel_error_info* error);
// The events after the one that `next` gave last as JSON lines, until `lines` has `bytes_wanted`
// bytes or the stream ends: an export, piece by piece, in little memory. Empty: the end. GAPs are
// left out.
REEL_API int reel_cursor_export(reel_cursor* cursor, size_t bytes_wanted, reel_string* lines,
                                reel_error_info* error);

// ---- Follower: what is recorded into a store from some moment on, by any process, each event once
// (reel/follower.hpp). One thread at a time.
typedef struct reel_follower reel_follower;

typedef struct reel_follow_options {
  size_t struct_size;
  const char* name_space;         // NULL: "l0"
  const char* const* stream_ids;  // of `stream_count`, there already or not; NULL: all streams
  const size_t* stream_ids_bytes;
  size_t stream_count;
  int32_t mmap;      // as in reel_reader_options
  int32_t reserved;  // 0
} reel_follow_options;
REEL_API void reel_follow_options_init(reel_follow_options* options, size_t struct_size);

// All that comes after `position`, which reel_follower_position gave (printable ASCII,
// NUL-terminated); NULL: all that there is, and what comes. `options` is optional. Errors: those of
// reel_reader_open; INVALID_ARGUMENT (the position is none, or of another store or other streams).
REEL_API int reel_follower_open(const char* path, const char* position,
                                const reel_follow_options* options, reel_follower** follower,
                                reel_error_info* error);
// All that `reader` does not show now.
REEL_API int reel_follower_after(const reel_reader* reader, const reel_follow_options* options,
                                 reel_follower** follower, reel_error_info* error);
REEL_API void reel_follower_close(reel_follower* follower);
// Looks for what is new; never waits. After an error nothing is lost: the next call tries again.
REEL_API int reel_follower_poll(reel_follower* follower, reel_error_info* error);
// The next event that poll found; NULL: poll again, a millisecond later.
REEL_API int reel_follower_next(reel_follower* follower, const reel_event** event,
                                reel_error_info* error);
REEL_API int reel_follower_json(reel_follower* follower, const char** json, size_t* json_bytes,
                                reel_error_info* error);  // as reel_cursor_json
// Where it is: after the event that `next` gave last. To be kept, and gone on from.
REEL_API int reel_follower_position(const reel_follower* follower, reel_string* position,
                                    reel_error_info* error);

// ---- Verify: checks every byte of a store. Any thread. `whole` tells, `json` is the report as
// `reel verify --json` prints it; both are optional. Damage is no error. Errors: the store cannot
// be opened at all.
REEL_API int reel_verify(const char* path, bool* whole, reel_string* json, reel_error_info* error);

#ifdef __cplusplus
}
#endif

#endif  // REEL_REEL_H
