internal import ResilienceInterfaces

/// A session as stores keep it: its state as the value, everything else as metadata that people can read.
struct SessionRecord: Sendable, Hashable {
  var session: Session
  /// Who wrote it: a random text for each write, by which a write whose answer was lost is recognised.
  var writer: String { self.writers.last ?? "" }
  /// Who wrote the last versions, oldest first.
  var writers: [String]
  /// How many are kept: so often may others change a session before a lost answer cannot be made up for.
  static let keptWriters = 8

  private enum Name {
    static let version = "s.version"
    static let writers = "s.writers"
    static let created = "s.created"
    static let updated = "s.updated"
    static let expires = "s.expires"
    static let lifetime = "s.lifetime"
    static let attribute = "a."
  }

  /// - Parameters:
  ///   - session: What is written.
  ///   - writer: Who writes.
  ///   - earlier: What is overwritten; nil: nothing.
  init(_ session: Session, writer: String, after earlier: SessionRecord? = nil) {
    self.session = session
    self.writers = ((earlier?.writers ?? []) + [writer]).suffix(Self.keptWriters)
  }

  /// Whether a write with this mark is part of what is here: true or false where that is certain, else nil.
  ///
  /// - Parameters:
  ///   - mark: The write's mark.
  ///   - base: The version that it was made on; 0: none.
  ///   - created: When the session of that version was made.
  func contains(_ mark: String, madeOn base: Int64, created: Int64) -> Bool? {
    if self.writers.contains(mark) { return true }
    let isSame = base > 0 && self.session.created == created
    return isSame && self.session.version - base < Int64(Self.keptWriters) ? false : nil
  }

  /// Reads what a store gave.
  ///
  /// - Throws: `SessionError` of kind `storageCorrupted`, which says what is missing.
  init(_ id: SessionID, _ entry: StoredEntry, _ operation: SessionOperation) throws(SessionError) {
    func number(_ name: String) throws(SessionError) -> Int64 {
      guard let number = entry.metadata[name].flatMap({ Int64($0) }) else {
        throw SessionError(
          .storageCorrupted, id, operation,
          "the stored entry has no readable '\(name)'; it was written by something else or is damaged: look at it in"
            + " the store, then delete the session or restore the entry from a backup")
      }
      return number
    }
    var attributes: [String: String] = [:]
    for (name, value) in entry.metadata where name.hasPrefix(Name.attribute) {
      attributes[String(name.dropFirst(Name.attribute.count))] = value
    }
    let expires: Int64? = entry.metadata[Name.expires] == nil ? nil : try number(Name.expires)
    self.session = Session(
      id: id, version: try number(Name.version), state: entry.value, attributes: attributes,
      created: try number(Name.created), updated: try number(Name.updated), expires: expires,
      lifetime: entry.metadata[Name.lifetime] == nil ? nil : try number(Name.lifetime))
    self.writers = (entry.metadata[Name.writers] ?? "").split(separator: ",").map(String.init)
  }

  var metadata: [String: String] {
    var metadata = [
      Name.version: String(self.session.version), Name.writers: self.writers.joined(separator: ","),
      Name.created: String(self.session.created), Name.updated: String(self.session.updated),
    ]
    if let expires = self.session.expires { metadata[Name.expires] = String(expires) }
    if let lifetime = self.session.lifetime { metadata[Name.lifetime] = String(lifetime) }
    for (name, value) in self.session.attributes { metadata[Name.attribute + name] = value }
    return metadata
  }

  /// How long the store may keep it; nil for ever.
  ///
  /// At least a millisecond: what ends this instant is written and ends at once.
  func lifetime(at now: Int64) -> Duration? {
    self.session.expires.map { .milliseconds(max(1, $0 - now)) }
  }
}
