/// How much longer than planned retries wait.
///
/// A value: told of outcomes, it answers with a factor.
struct AdaptiveDelayMachine: Sendable {
  /// A smaller share is none: or a healthy dependency would never be done with recovering.
  private static let negligible = 1.0 / 1_024

  private let configuration: AdaptiveDelay.Configuration
  private(set) var failureShare: Double

  init(_ configuration: AdaptiveDelay.Configuration, failureShare: Double = 0) {
    self.configuration = configuration
    self.failureShare = failureShare
  }

  private var weight: Double { 1 / Double(min(10_000, max(1, self.configuration.memory))) }

  mutating func failed() { self.failureShare += (1 - self.failureShare) * self.weight }

  mutating func succeeded() {
    self.failureShare -= self.failureShare * self.weight
    if self.failureShare < Self.negligible { self.failureShare = 0 }
  }

  func scale(after category: FailureCategory) -> Double {
    let most = self.configuration.maxPressure >= 1 ? min(100, self.configuration.maxPressure) : 1
    return self.configuration.factor(after: category) * (1 + (most - 1) * self.failureShare)
  }
}
