// A store of one's own: an EventStore over SQLite, in the six functions that a store must have.
//
// An event is a row that holds its interchange JSON (docs/INTERCHANGE.md): `select event ->> 'type'
// from events` works. Any id; prefixes are namespaces; any threads and processes. An answered
// append survives kill -9. invalid_argument for what JSON cannot hold: a GAP, a ts that is not
// finite, options that are no JSON. Whatever SQLite refuses is io, with its words.
#pragma once

#include "reel/store.hpp"

// Opens the database, or makes it.
reel::Result<std::shared_ptr<reel::EventStore>> sqlite_store(const std::string& path,
                                                             const std::string& prefix = {});
