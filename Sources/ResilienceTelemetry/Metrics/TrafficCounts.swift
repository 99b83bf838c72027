/// What happened to requests in some time.
public struct TrafficCounts: Sendable, Hashable, Codable {
  /// Requests that ended, whatever the outcome.
  public var requests: Int
  /// Requests that failed towards the caller or needed a fallback because the dependency failed.
  public var failures: Int
  /// Requests answered by a fallback.
  public var fallbacks: Int
  /// Requests that a policy refused without calling the dependency.
  public var rejections: Int
  /// Calls of the dependency, retries included.
  public var attempts: Int

  /// Makes counts, all zero unless given.
  public init(requests: Int = 0, failures: Int = 0, fallbacks: Int = 0, rejections: Int = 0, attempts: Int = 0) {
    self.requests = requests
    self.failures = failures
    self.fallbacks = fallbacks
    self.rejections = rejections
    self.attempts = attempts
  }

  /// Adds other counts.
  public mutating func add(_ other: TrafficCounts) {
    self.requests &+= other.requests
    self.failures &+= other.failures
    self.fallbacks &+= other.fallbacks
    self.rejections &+= other.rejections
    self.attempts &+= other.attempts
  }

  /// Failures as a share of requests, 0…1; 0 where there are no requests.
  public var failureShare: Double { self.requests == 0 ? 0 : Double(self.failures) / Double(self.requests) }

  /// Fallbacks as a share of requests, 0…1; 0 where there are no requests.
  public var fallbackShare: Double { self.requests == 0 ? 0 : Double(self.fallbacks) / Double(self.requests) }

  /// Rejections as a share of requests, 0…1; 0 where there are no requests.
  public var rejectionShare: Double { self.requests == 0 ? 0 : Double(self.rejections) / Double(self.requests) }

  /// Attempts per request, at least 0; 0 where there are no requests.
  public var attemptsPerRequest: Double { self.requests == 0 ? 0 : Double(self.attempts) / Double(self.requests) }
}
