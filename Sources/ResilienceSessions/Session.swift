/// Something that outlives a request: a conversation, a cart, a workflow's progress.
///
/// A value, as it was when it was read. To change it, use `SessionManager.update`, which refuses if somebody else was
/// faster.
public struct Session: Sendable, Hashable {
  /// Its name.
  public let id: SessionID
  /// Counts its changes from 1; what was read with an older one cannot overwrite a newer one.
  public let version: Int64
  /// What it holds, in a form that its owner defines; most often JSON.
  public var state: [UInt8]
  /// Small facts by name for lists and filters: owner, kind, step.
  ///
  /// No secrets: they show in the console.
  public var attributes: [String: String]
  /// When it was made, in milliseconds since 1970.
  public let created: Int64
  /// When it was changed last, in milliseconds since 1970.
  public let updated: Int64
  /// When it ends, in milliseconds since 1970; nil: never by itself.
  public let expires: Int64?
  /// How long it lives after each change, in milliseconds, if that was said for this session; nil: as the manager's
  /// settings say.
  public let lifetime: Int64?
  /// Whether it comes from the fallback, because the primary store is away; it may then be older than the newest.
  public let isDegraded: Bool

  /// Makes a session as a store gives it.
  public init(
    id: SessionID, version: Int64, state: [UInt8], attributes: [String: String] = [:], created: Int64, updated: Int64,
    expires: Int64? = nil, lifetime: Int64? = nil, isDegraded: Bool = false
  ) {
    self.id = id
    self.version = version
    self.state = state
    self.attributes = attributes
    self.created = created
    self.updated = updated
    self.expires = expires
    self.lifetime = lifetime
    self.isDegraded = isDegraded
  }

  /// Whether it has ended at a time, in milliseconds since 1970.
  public func isExpired(at now: Int64) -> Bool { self.expires.map { $0 <= now } ?? false }
}

extension Session {
  /// The same, marked as coming from the fallback.
  var degraded: Session {
    Session(
      id: self.id, version: self.version, state: self.state, attributes: self.attributes, created: self.created,
      updated: self.updated, expires: self.expires, lifetime: self.lifetime, isDegraded: true)
  }
}
