public import Resilience
internal import ResilienceInterfaces

/// Looks at what the program knows of a dependency, a breaker or a supervised process.
public struct StateVerification: HealingVerification {
  /// What has to be so.
  public enum Condition: Sendable, Hashable {
    /// A dependency or supervised process is healthy.
    case healthy(String)
    /// A breaker is closed.
    case breakerClosed(String)
  }

  private let conditions: [Condition]
  private let controls: any HealingControls

  /// Makes a verification; all conditions have to hold.
  ///
  /// With none it holds at once.
  public init(_ conditions: [Condition], by controls: any HealingControls) {
    self.conditions = conditions
    self.controls = controls
  }

  /// What is looked at, in words.
  public var summary: String {
    guard !self.conditions.isEmpty else { return "nothing: that the actions succeed is enough" }
    return self.conditions.map { condition in
      switch condition {
      case .healthy(let name): "'\(name)' is healthy"
      case .breakerClosed(let name): "breaker '\(name)' is closed"
      }
    }.joined(separator: " and ")
  }

  /// Whether all of it is so.
  public func isHealed(in context: Context) async throws -> Bool {
    for condition in self.conditions {
      switch condition {
      case .healthy(let name): if await self.controls.health(of: name) != .healthy { return false }
      case .breakerClosed(let name): if await self.controls.breakerState(name) != "closed" { return false }
      }
    }
    return true
  }
}
