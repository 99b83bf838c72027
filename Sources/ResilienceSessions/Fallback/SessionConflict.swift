/// A session that was changed on both sides of an outage.
///
/// The primary store's form is in force; this is the other one, kept until somebody chooses.
public struct SessionConflict: Sendable, Hashable {
  /// Names the conflict, for `resolve`.
  public let id: String
  /// Which session.
  public let session: SessionID
  /// What was written here meanwhile; nil: it was deleted here.
  public let ours: Session?
  /// The version that it was made on; 0: it was made anew here.
  public let base: Int64

  /// How a conflict is ended.
  public enum Choice: Sendable, Hashable {
    /// The primary store's form stays, ours is discarded.
    case keepTheirs
    /// Ours replaces the primary store's form, or removes it where ours is a deletion.
    case takeOurs
    /// A form that was made of both replaces the primary store's.
    case merge(state: [UInt8], attributes: [String: String])
  }
}
