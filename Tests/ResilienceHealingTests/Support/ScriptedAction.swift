import Resilience
import ResilienceHealing
import ResilienceInterfaces

/// An action that is answered by a closure, and written down.
struct ScriptedAction: HealingAction {
  let summary: String
  var kind: String { "scripted" }
  var undoValue: String?
  let answer: @Sendable (Context) async throws -> Void
  let journal: Journal

  func prepare() async throws -> HealingUndo? {
    self.undoValue.map { HealingUndo(kind: "scripted", subject: self.summary, value: $0) }
  }

  func perform(in context: Context) async throws -> String {
    self.journal.note("do \(self.summary)", at: context.runtime.now())
    try await self.answer(context)
    return "done"
  }

  func undo(_ undo: HealingUndo, in context: Context) async throws -> String {
    self.journal.note("undo \(self.summary) to \(undo.value)", at: context.runtime.now())
    return "undone"
  }
}
