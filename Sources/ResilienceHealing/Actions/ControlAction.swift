public import Resilience
public import ResilienceInterfaces

/// An action on the program's own parts.
public struct ControlAction: HealingAction {
  private let control: HealingControl
  private let controls: any HealingControls
  private let reason: String

  /// Makes an action.
  ///
  /// - Parameters:
  ///   - control: What to do.
  ///   - controls: Does it.
  ///   - reason: Kept in the audit, such as the workflow's name.
  public init(_ control: HealingControl, by controls: any HealingControls, because reason: String) {
    self.control = control
    self.controls = controls
    self.reason = reason
  }

  /// What it does, in words.
  public var summary: String { self.control.summary }
  /// A short word for metrics.
  public var kind: String { self.control.kind }

  /// Notes the value from before.
  public func prepare() async throws -> HealingUndo? {
    guard let (kind, subject) = self.control.undoable else { return nil }
    return HealingUndo(kind: kind, subject: subject, value: try await self.controls.value(of: self.control))
  }

  /// Does it.
  public func perform(in context: Context) async throws -> String {
    try await self.controls.apply(self.control, because: self.reason)
  }

  /// Puts the value from before back.
  public func undo(_ undo: HealingUndo, in context: Context) async throws -> String {
    try await self.controls.restore(undo, because: "rolled back: \(self.reason)")
  }
}
