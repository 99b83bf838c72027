/// One bulkhead's limits and what it holds now.
public struct BulkheadStatus: Codable, Sendable, Hashable {
  /// The bulkhead's name.
  public let name: String
  /// The dependency that it protects.
  public let dependency: String
  /// How many calls may run at once.
  public let maxConcurrent: Int
  /// How many calls may wait.
  public let maxQueue: Int
  /// Calls that run now.
  public let inFlight: Int
  /// Calls that wait now.
  public let queued: Int
  /// Calls that it has refused since the program started.
  public let rejected: UInt64

  /// Describes a bulkhead.
  public init(
    name: String, dependency: String, maxConcurrent: Int, maxQueue: Int, inFlight: Int, queued: Int,
    rejected: UInt64 = 0
  ) {
    self.name = name
    self.dependency = dependency
    self.maxConcurrent = maxConcurrent
    self.maxQueue = maxQueue
    self.inFlight = inFlight
    self.queued = queued
    self.rejected = rejected
  }
}
