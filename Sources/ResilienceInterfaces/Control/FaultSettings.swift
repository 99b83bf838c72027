/// What a built-in example upstream does wrong on purpose.
public struct FaultSettings: Codable, Sendable, Hashable {
  /// Works without a fault.
  public static let none = FaultSettings()

  /// The share of requests that are answered with 503, 0…1.
  public let errorRate: Double
  /// How much longer every answer takes, in milliseconds, 0…60,000.
  public let latencyMilliseconds: Int
  /// Whether connections are reset instead of answered.
  public let reset: Bool
  /// Whether requests are never answered.
  public let hang: Bool

  /// Describes faults; ``validate()`` checks the ranges.
  public init(errorRate: Double = 0, latencyMilliseconds: Int = 0, reset: Bool = false, hang: Bool = false) {
    self.errorRate = errorRate
    self.latencyMilliseconds = latencyMilliseconds
    self.reset = reset
    self.hang = hang
  }

  /// Checks the ranges: errorRate 0…1, latencyMilliseconds 0…60,000.
  public func validate() throws(ControlFailure) {
    guard self.errorRate.isFinite, (0...1).contains(self.errorRate) else {
      throw .invalid(field: "errorRate", found: "\(self.errorRate)", allowed: "0 to 1")
    }
    guard (0...60_000).contains(self.latencyMilliseconds) else {
      throw .invalid(field: "latencyMilliseconds", found: "\(self.latencyMilliseconds)", allowed: "0 to 60000")
    }
  }
}
