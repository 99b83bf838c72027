internal import GRDB
internal import ResilienceInterfaces

/// A write that waits for its group, and for the group's commit.
///
/// Touched by one thread at a time: by its maker until it is in the group, by the database's queue from then on.
final class SQLiteWrite: @unchecked Sendable {
  private let step: (Database, Int64) throws -> Void
  private let conclude: ((any Error)?) -> Void
  /// Why it failed, if it did.
  private(set) var failure: (any Error)?

  /// Makes a write.
  ///
  /// - Parameters:
  ///   - body: What to do; its result counts when the group is committed.
  ///   - failing: Turns errors into the store's.
  ///   - answer: Hears the end, once.
  init<Value: Sendable>(
    body: @escaping @Sendable (Database, Int64) throws -> Value,
    failing: @escaping @Sendable (any Error) -> StoreFailure,
    answer: @escaping @Sendable (Result<Value, StoreFailure>) -> Void
  ) {
    var value: Value?
    self.step = { value = try body($0, $1) }
    self.conclude = { error in
      if let error {
        answer(.failure(failing(error)))
      } else if let value {
        answer(.success(value))
      } else {
        answer(.failure(failing(SQLiteTrouble.transactionEnded(nil))))
      }
    }
  }

  /// Does it; what it has done is taken back if it fails, without touching the others of the group.
  func run(_ database: Database, _ now: Int64, isAlone: Bool) throws {
    if isAlone {
      try self.step(database, now)
      return
    }
    do {
      try database.inSavepoint {
        try self.step(database, now)
        return .commit
      }
    } catch {
      self.failure = error
    }
  }

  /// Answers: with its own failure, or with that of its group.
  func finish(_ error: (any Error)?) { self.conclude(self.failure ?? error) }
}
