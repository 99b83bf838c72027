/// One step of a healing run.
public struct HealingStep: Codable, Sendable, Hashable {
  /// What kind of step it is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// An action was carried out.
    case act
    /// It was looked whether the trouble is over.
    case verify
    /// An action was undone.
    case undo
    /// A person was told.
    case escalate
  }

  /// How far it has come.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// A dry run: it would have been done.
    case planned
    /// It is written down and about to be done, or being done.
    case intended
    /// It is done.
    case done
    /// It failed.
    case failed
    /// The program ended between writing it down and its end: it may have been done, or not.
    case unknown
  }

  /// What kind of step it is.
  public let kind: Kind
  /// What it does, such as `restart process 'worker'`.
  public let name: String
  /// Which action of the workflow it carries out or undoes, from 0; nil for other steps.
  public let action: Int?
  /// Which attempt of the run it belongs to, from 1; 0 for what an operator did afterwards.
  public let attempt: Int
  /// How far it has come.
  public var state: State
  /// When it began, in Unix milliseconds.
  public let at: Int64
  /// When it ended, in Unix milliseconds.
  public var endedAt: Int64?
  /// What came of it, in words, bounded and without secrets.
  public var output: String?
  /// How it is undone; nil where it cannot be.
  public var undo: HealingUndo?

  /// Describes a step; times are Unix milliseconds.
  public init(
    kind: Kind, name: String, action: Int? = nil, attempt: Int, state: State, at: Int64, endedAt: Int64? = nil,
    output: String? = nil, undo: HealingUndo? = nil
  ) {
    self.kind = kind
    self.name = name
    self.action = action
    self.attempt = attempt
    self.state = state
    self.at = at
    self.endedAt = endedAt
    self.output = output
    self.undo = undo
  }
}
