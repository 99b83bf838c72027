import Testing

/// What needs a real server: one after another, because each test starts its own.
///
/// `./test` runs these apart from what only computes, which would leave them no thread.
@Suite("Against a real PostgreSQL", .serialized, .timeLimit(.minutes(20)))
struct PostgreSQLServerTests {}
