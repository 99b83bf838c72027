extension Bulkhead {
  /// The settings of a bulkhead.
  public struct Configuration: Sendable, Equatable {
    /// How many calls run at a time: 1 or more, default 10.
    public var maxConcurrent: Int
    /// How many more wait their turn: 0 or more, default 0.
    public var maxQueue: Int
    /// How long a call waits for its turn; the caller's deadline ends the wait earlier.
    ///
    /// Default 30 s.
    public var maxWait: Duration

    /// Makes settings.
    public init(maxConcurrent: Int = 10, maxQueue: Int = 0, maxWait: Duration = .seconds(30)) {
      self.maxConcurrent = maxConcurrent
      self.maxQueue = maxQueue
      self.maxWait = maxWait
    }

    /// Critical work: 10 at a time, 50 waiting, 30 s.
    public static var critical: Self { Self(maxConcurrent: 10, maxQueue: 50, maxWait: .seconds(30)) }
    /// Work for users: 20 at a time, 100 waiting, 60 s.
    public static var user: Self { Self(maxConcurrent: 20, maxQueue: 100, maxWait: .seconds(60)) }
    /// Work in the background: 5 at a time, 200 waiting, 300 s.
    public static var background: Self { Self(maxConcurrent: 5, maxQueue: 200, maxWait: .seconds(300)) }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      if !(1...1_000_000).contains(self.maxConcurrent) {
        problems.append(.init("maxConcurrent", found: "\(self.maxConcurrent)", allowed: "1…1,000,000"))
      }
      if !(0...1_000_000).contains(self.maxQueue) {
        problems.append(.init("maxQueue", found: "\(self.maxQueue)", allowed: "0…1,000,000"))
      }
      if self.maxWait <= .zero { problems.append(.init("maxWait", found: "\(self.maxWait)", allowed: "more than 0")) }
      return problems
    }
  }
}
