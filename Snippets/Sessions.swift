// A session that outlives the store that it is kept in.

import ResilienceInterfaces
import ResilienceSessions

let redis = InMemoryKeyValueStore()
let sqlite = InMemoryKeyValueStore()
let json = "{}".utf8

// snippet.sessions
let sessions = try SessionManager(primary: redis, fallback: sqlite)
let session = try await sessions.create(state: Array(json))
try await sessions.update(session.id) { $0.attributes["step"] = "paid" }
// snippet.end
