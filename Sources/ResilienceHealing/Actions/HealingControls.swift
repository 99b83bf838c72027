public import ResilienceInterfaces

/// What a program lets workflows do with its parts; implemented by whoever puts the program together.
///
/// Every change must be audited by the implementation, with the reason that it is given.
public protocol HealingControls: Sendable {
  /// The value that a control would change, as text, for putting it back later.
  func value(of control: HealingControl) async throws -> String
  /// Carries a control out; what came of it, in words without secrets.
  ///
  /// - Throws: Why it was not carried out, in words for people.
  func apply(_ control: HealingControl, because reason: String) async throws -> String
  /// Puts a value from before back.
  func restore(_ undo: HealingUndo, because reason: String) async throws -> String
  /// How far a dependency or a supervised process can be relied on now; nil where nobody knows it.
  func health(of subject: String) async -> HealthState?
  /// The state of a breaker: `closed`, `open`, `halfOpen` and others; nil where there is none of that name.
  func breakerState(_ name: String) async -> String?
}
