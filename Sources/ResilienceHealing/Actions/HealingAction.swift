public import Resilience
public import ResilienceInterfaces

/// Something that a workflow does to heal; implement it for what this library does not know.
///
/// An action is written down before it is carried out, and counted against budgets. It is cancelled when it takes
/// longer than the workflow's `actionTimeout`.
public protocol HealingAction: Sendable {
  /// What it does, in words, the same each time: `restart process 'worker'`. By it an action is found again after a
  /// restart.
  var summary: String { get }
  /// A short word for metrics: `restartProcess`.
  var kind: String { get }
  /// Looks how its effect could be undone, before it is carried out; nil where it cannot be. Changes nothing.
  func prepare() async throws -> HealingUndo?
  /// Carries it out; what came of it, in words without secrets.
  func perform(in context: Context) async throws -> String
  /// Puts the value from before back; doing so twice must do no harm.
  func undo(_ undo: HealingUndo, in context: Context) async throws -> String
}

extension HealingAction {
  /// Nil: it cannot be undone.
  public func prepare() async throws -> HealingUndo? { nil }
  /// Does nothing: there is nothing to undo.
  public func undo(_ undo: HealingUndo, in context: Context) async throws -> String { "nothing to undo" }
}
