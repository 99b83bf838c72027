internal import ResilienceInterfaces

/// What was decided about one session while the primary store was away, and on what ground.
struct JournalEntry: Sendable, Hashable {
  /// What is to become of it on the primary store.
  enum Change: Sendable, Hashable {
    case write(SessionRecord)
    case delete(at: Int64)
  }

  var change: Change
  /// The version on the primary store that the first change was made on; 0: there was none.
  var base: Int64
  /// When that version ends by itself; nil: never, or there was none.
  var baseExpires: Int64?
  /// When the session of that version was made; nil: there was none, or nobody wrote it down.
  ///
  /// A new one under its name counts its versions from 1 again.
  var baseCreated: Int64?
  /// Writes to the primary store whose answer was lost, the newest last: one of them may be there.
  var attempted: [String]
  /// How many of them are kept: a long outage must not make an entry grow until the fallback refuses it.
  static let keptAttempts = 16
  /// Who wrote the change.
  var writer: String

  /// The session that readers see; nil: deleted.
  var session: Session? {
    if case .write(let record) = self.change { return record.session.degraded }
    return nil
  }

  private enum Name {
    static let base = "j.base"
    static let baseExpires = "j.baseExpires"
    static let baseCreated = "j.baseCreated"
    static let attempted = "j.attempted"
    static let deleted = "j.deleted"
    static let writer = "j.writer"
  }

  init(
    _ change: Change, base: Int64, baseExpires: Int64?, baseCreated: Int64?, attempted: [String], writer: String
  ) {
    self.change = change
    self.base = base
    self.baseExpires = baseExpires
    self.baseCreated = baseCreated
    self.attempted = attempted
    self.writer = writer
  }

  /// Reads what the journal's store gave.
  init(_ id: SessionID, _ entry: StoredEntry) throws(SessionError) {
    guard let base = entry.metadata[Name.base].flatMap({ Int64($0) }) else {
      throw SessionError(
        .storageCorrupted, id, .reconcile,
        "the journal's entry has no readable '\(Name.base)': look at it in the fallback store, then repair or remove it"
      )
    }
    if let deleted = entry.metadata[Name.deleted].flatMap({ Int64($0) }) {
      self.change = .delete(at: deleted)
    } else {
      self.change = .write(try SessionRecord(id, entry, .reconcile))
    }
    self.base = base
    self.baseExpires = entry.metadata[Name.baseExpires].flatMap { Int64($0) }
    self.baseCreated = entry.metadata[Name.baseCreated].flatMap { Int64($0) }
    self.attempted = (entry.metadata[Name.attempted] ?? "").split(separator: ",").map(String.init)
    self.writer = entry.metadata[Name.writer] ?? ""
  }

  var value: [UInt8] {
    if case .write(let record) = self.change { return record.session.state }
    return []
  }

  var metadata: [String: String] {
    var metadata: [String: String] = [:]
    switch self.change {
    case .write(let record): metadata = record.metadata
    case .delete(let at): metadata[Name.deleted] = String(at)
    }
    metadata[Name.base] = String(self.base)
    metadata[Name.writer] = self.writer
    if let baseExpires { metadata[Name.baseExpires] = String(baseExpires) }
    if let baseCreated { metadata[Name.baseCreated] = String(baseCreated) }
    if !self.attempted.isEmpty { metadata[Name.attempted] = self.attempted.joined(separator: ",") }
    return metadata
  }

  /// A write with this mark may be there.
  mutating func tried(_ mark: String) {
    guard !self.attempted.contains(mark) else { return }
    self.attempted = (self.attempted + [mark]).suffix(Self.keptAttempts)
  }
}
