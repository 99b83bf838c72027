import Resilience
import ResilienceHealing

/// A verification that is answered by a closure.
struct ScriptedVerification: HealingVerification {
  var summary: String { "all is well" }
  let answer: @Sendable () -> Bool

  func isHealed(in context: Context) async throws -> Bool { self.answer() }
}
