public import Resilience

/// Something that was noticed of a dependency, a breaker or a process, and that may call for healing.
public enum HealingSignal: Sendable, Hashable {
  /// How far something can be relied on now; told when it changes, and again while it lasts if the teller likes.
  case health(subject: String, state: HealthState)
  /// A breaker is in this state now: `closed`, `open`, `halfOpen`.
  case breaker(name: String, state: String)
  /// A call of a dependency failed: the code of the answer such as `RES_005` where there is one, and its category.
  case failure(dependency: String, code: String?, category: FailureCategory)
}
