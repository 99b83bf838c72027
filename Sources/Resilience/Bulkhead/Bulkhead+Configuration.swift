extension Bulkhead {
  /// Whose turn it is among those who wait.
  @frozen
  public enum Order: String, Sendable, Hashable, CaseIterable, Codable {
    /// First come, first served.
    ///
    /// Fair, and right for a short queue. A long one is poison: in overload everybody waits until nobody needs the
    /// answer any more (a queue of 1,000 lost 71.5 % of its calls where one of 10 lost 0.67 %).
    case fifo
    /// Who came last is served first.
    ///
    /// In overload the young calls are answered in time and the old ones, which nobody waits for any more, time out
    /// (1.1 % lost with a queue of 1,000).
    case lifo
    /// The higher `Context.priority` first, among equals who came first.
    ///
    /// A full queue makes room for a call of higher priority by refusing the last of the lowest.
    case priority
  }

  /// A class of users with a part of the places that is theirs.
  ///
  /// A tier may always have `share` of the places, rounded down. Places that it does not use are lent to others; the
  /// next place that becomes free goes to a tier that waits for what is its own. Each tier has its own queue, so that
  /// none can fill it for the others.
  public struct Tier: Sendable, Equatable {
    /// As in `Context.tier`.
    public var name: String
    /// Which part of the places, and of the queue, is guaranteed: 0…1; together at most 1.
    ///
    /// Tiers without a share and calls without a tier divide in equal parts the queue that is not guaranteed.
    public var share: Double
    /// Who is lent free places first: higher is more important, default 0.
    public var priority: Int
    /// Whether others may use the tier's guaranteed places while it does not; default true.
    ///
    /// False keeps them free: the tier never waits for somebody else's call to end, at the price of places that idle.
    public var lends: Bool

    /// Makes a tier.
    public init(_ name: String, share: Double, priority: Int = 0, lends: Bool = true) {
      self.name = name
      self.share = share
      self.priority = priority
      self.lends = lends
    }
  }

  /// The settings of a bulkhead.
  public struct Configuration: Sendable, Equatable {
    /// How many calls run at a time: 1 or more, default 10.
    public var maxConcurrent: Int
    /// How many more wait their turn: 0 or more, default 0.
    ///
    /// Keep it short, about as many as run at a time: a queue absorbs a burst, it does not make anything faster.
    public var maxQueue: Int
    /// How long a call waits for its turn; the caller's deadline ends the wait earlier.
    ///
    /// Default 30 s.
    public var maxWait: Duration
    /// Whose turn it is; default first come, first served.
    public var order: Order
    /// Guaranteed parts of the places for classes of users; default none.
    ///
    /// Calls whose context names no tier of these share what is not guaranteed, and what the tiers do not use.
    public var tiers: [Tier]
    /// How long an admitted call may run; nil, the default, is as long as it likes.
    ///
    /// A bulkhead cannot end a call: `Compartment` joins it with a time-out of this length.
    public var maxExecution: Duration?
    /// From when on a permit that has not come back counts as leaked: an event, and a count in the snapshot.
    ///
    /// Nil, the default, does not look, and costs nothing. Choose it well above the longest call.
    public var maxHold: Duration?
    /// Whether a leaked permit's place is given to others, and its late return ignored; default false.
    ///
    /// The leaking call may still run: for that time more calls than `maxConcurrent` do.
    public var reclaimsLeaks: Bool
    /// With so many leaked permits outstanding the bulkhead isolates itself until they are fewer, or somebody lifts it.
    ///
    /// Nil, the default, never: 1 or more.
    public var isolatesAtLeaks: Int?

    /// Makes settings.
    public init(
      maxConcurrent: Int = 10, maxQueue: Int = 0, maxWait: Duration = .seconds(30), order: Order = .fifo,
      tiers: [Tier] = [], maxExecution: Duration? = nil, maxHold: Duration? = nil, reclaimsLeaks: Bool = false,
      isolatesAtLeaks: Int? = nil
    ) {
      self.maxConcurrent = maxConcurrent
      self.maxQueue = maxQueue
      self.maxWait = maxWait
      self.order = order
      self.tiers = tiers
      self.maxExecution = maxExecution
      self.maxHold = maxHold
      self.reclaimsLeaks = reclaimsLeaks
      self.isolatesAtLeaks = isolatesAtLeaks
    }

    /// Critical work: 10 at a time, 50 waiting; 30 s for the wait and for the execution each.
    public static var critical: Self { Self(10, 50, .seconds(30)) }
    /// Work for users: 20 at a time, 100 waiting; 60 s for the wait and for the execution each.
    public static var user: Self { Self(20, 100, .seconds(60)) }
    /// Work in the background: 5 at a time, 200 waiting; 300 s for the wait and for the execution each.
    public static var background: Self { Self(5, 200, .seconds(300)) }

    private init(_ concurrent: Int, _ queue: Int, _ time: Duration) {
      self.init(maxConcurrent: concurrent, maxQueue: queue, maxWait: time, maxExecution: time)
    }
  }
}
