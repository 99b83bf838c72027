internal import ResilienceInterfaces

/// Decides what becomes of a change that was made while the primary store was away.
///
/// Pure. The rule: a change goes to the primary store if that still holds what the change was made on, or one of our
/// own writes whose answer was lost. If somebody else has changed the session there meanwhile, theirs stays in force
/// and ours is kept beside it as a conflict, for a person or a program to choose. Nothing is dropped silently; only
/// what has expired in the meantime is let go.
enum Reconciliation: Sendable, Equatable {
  /// Write it, if the primary store still looks as it was found.
  case write
  /// Remove it there, if the primary store still has this version of its own.
  case remove(Int64)
  /// The primary store has it already, or there is nothing left to do.
  case finished
  /// Both sides have changed it.
  case conflict

  /// - Parameters:
  ///   - entry: What was decided meanwhile.
  ///   - found: What the primary store has, with the store's own version; nil: nothing.
  ///   - now: The time in milliseconds since 1970.
  init(_ entry: JournalEntry, found: (record: SessionRecord, stored: Int64)?, at now: Int64) {
    switch entry.change {
    case .write(let record): self = Self.decide(record, entry, found, now)
    case .delete: self = Self.decideDeletion(entry, found)
    }
  }

  private static func decide(
    _ record: SessionRecord, _ entry: JournalEntry, _ found: (record: SessionRecord, stored: Int64)?, _ now: Int64
  ) -> Self {
    if let found, found.record.writers.contains(record.writer) { return .finished }
    if record.session.isExpired(at: now) { return .finished }
    guard let found else {
      let hasExpired = entry.baseExpires.map { $0 <= now } ?? false
      return entry.base == 0 || hasExpired ? .write : .conflict
    }
    return self.isOurs(found.record, entry) ? .write : .conflict
  }

  private static func decideDeletion(
    _ entry: JournalEntry, _ found: (record: SessionRecord, stored: Int64)?
  ) -> Self {
    guard let found else { return .finished }
    return self.isOurs(found.record, entry) ? .remove(found.stored) : .conflict
  }

  private static func isOurs(_ record: SessionRecord, _ entry: JournalEntry) -> Bool {
    if entry.attempted.contains(record.writer) { return true }
    // Deleted and made anew by somebody else, it has the same version and is another session.
    let isSame = entry.baseCreated.map { $0 == record.session.created } ?? true
    return entry.base > 0 && record.session.version == entry.base && isSame
  }
}
