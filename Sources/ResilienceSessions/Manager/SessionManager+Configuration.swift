public import Resilience

extension SessionManager {
  /// The settings of a session manager.
  public struct Configuration: Sendable {
    /// What the keys of sessions begin with in the primary store; default `session/`.
    public var prefix: String
    /// How long a session lives after its last change; nil is for ever, default 24 h.
    public var lifetime: Duration?
    /// How many bytes a state may have: 1 byte…16 MiB, default 256 KiB.
    public var maxStateBytes: Int
    /// How many attributes a session may have, default 32; a name has up to 64 bytes, a value up to 1,024.
    public var maxAttributes: Int
    /// How long a caller waits for a session that somebody else is changing; default 5 s.
    public var maxWait: Duration
    /// How many callers wait for one session; default 100.
    public var maxQueue: Int
    /// How long an orchestrated step may hold its session; default 30 s.
    public var maxHold: Duration
    /// How long the store may take for one attempt; default 10 s.
    public var operationTimeout: Duration
    /// How failures of the primary store are retried; default 3 attempts, 1 s growing to 30 s.
    ///
    /// What the store answers ("not found", a conflict) is never retried.
    public var retry: Retry.Configuration
    /// When the primary store is taken for away; default `.sessionStore`: 5 failures, 30 s, 1 success.
    public var circuitBreaker: CircuitBreaker.Configuration
    /// From which length on an operation is slow and an event says so; default 5 s.
    public var slowOperation: Duration
    /// The share of the last operations that has to succeed for healthy, 0…1; default 0.8.
    public var healthyShare: Double
    /// How many changed sessions the fallback takes while the primary store is away; default 10,000.
    public var maxJournalled: Int
    /// How many sessions are remembered for reading while the primary store is away; default 1,000.
    public var maxRemembered: Int
    /// How often `run()` tries to carry over what waits; default 5 s.
    public var reconcileInterval: Duration

    /// Makes settings; what is left out has its default.
    public init(
      prefix: String = "session/", lifetime: Duration? = .seconds(86_400), maxStateBytes: Int = 256 << 10,
      maxAttributes: Int = 32, maxWait: Duration = .seconds(5), maxQueue: Int = 100, maxHold: Duration = .seconds(30),
      operationTimeout: Duration = .seconds(10), retry: Retry.Configuration = .init(),
      circuitBreaker: CircuitBreaker.Configuration = .sessionStore, slowOperation: Duration = .seconds(5),
      healthyShare: Double = 0.8, maxJournalled: Int = 10_000, maxRemembered: Int = 1_000,
      reconcileInterval: Duration = .seconds(5)
    ) {
      self.prefix = prefix
      self.lifetime = lifetime
      self.maxStateBytes = maxStateBytes
      self.maxAttributes = maxAttributes
      self.maxWait = maxWait
      self.maxQueue = maxQueue
      self.maxHold = maxHold
      self.operationTimeout = operationTimeout
      self.retry = retry
      self.circuitBreaker = circuitBreaker
      self.slowOperation = slowOperation
      self.healthyShare = healthyShare
      self.maxJournalled = maxJournalled
      self.maxRemembered = maxRemembered
      self.reconcileInterval = reconcileInterval
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func check(_ holds: Bool, _ key: String, _ found: some CustomStringConvertible, _ allowed: String) {
        if !holds { problems.append(.init(key, found: "\(found)", allowed: allowed)) }
      }
      check(self.prefix.utf8.count <= 128, "prefix", "\(self.prefix.utf8.count) bytes", "up to 128 bytes")
      if let lifetime { check(lifetime > .zero, "lifetime", "\(lifetime)", "more than 0") }
      check((1...(16 << 20)).contains(self.maxStateBytes), "maxStateBytes", self.maxStateBytes, "1…16777216")
      check((0...256).contains(self.maxAttributes), "maxAttributes", self.maxAttributes, "0…256")
      check(self.maxWait > .zero, "maxWait", "\(self.maxWait)", "more than 0")
      check((0...100_000).contains(self.maxQueue), "maxQueue", self.maxQueue, "0…100000")
      check(self.maxHold > .zero, "maxHold", "\(self.maxHold)", "more than 0")
      check(self.operationTimeout > .zero, "operationTimeout", "\(self.operationTimeout)", "more than 0")
      check(self.slowOperation > .zero, "slowOperation", "\(self.slowOperation)", "more than 0")
      check((0...1).contains(self.healthyShare), "healthyShare", self.healthyShare, "0…1")
      check(self.maxJournalled >= 1, "maxJournalled", self.maxJournalled, "at least 1")
      check(self.maxRemembered >= 0, "maxRemembered", self.maxRemembered, "at least 0")
      check(self.reconcileInterval > .zero, "reconcileInterval", "\(self.reconcileInterval)", "more than 0")
      return problems + self.retry.problems + self.circuitBreaker.problems
    }
  }
}
