public import Resilience

/// A collector could not be talked to at all.
public struct OTLPUnreachable: CategorizedError, CustomStringConvertible {
  /// What happened; holds addresses, never a field or a body.
  public let reason: String
  /// What to do next.
  public let remedy: String
  /// What kind of failure it is.
  public let category: FailureCategory
  /// How far the request had come.
  public let transmission: Transmission

  /// Makes a failure.
  public init(reason: String, remedy: String, category: FailureCategory, transmission: Transmission) {
    self.reason = reason
    self.remedy = remedy
    self.category = category
    self.transmission = transmission
  }

  /// What happened, and what to do next.
  public var description: String { "\(self.reason): \(self.remedy)" }
}
