/// Attempts and acceptances of the recent past, and the chance with which the next attempt is refused.
///
/// The window moves in 24 steps. An acceptance is counted where its attempt was, so that both are forgotten together.
struct ThrottleMachine: Sendable {
  /// How important a call is to its caller, by the sign of `Context.priority`.
  enum Class: Int, Sendable, CaseIterable { case low, normal, high }

  /// What happened in one step of the window.
  struct Counts: Sendable, Equatable {
    var attempts = InlineArray<3, Int>(repeating: 0)
    var accepts = 0
    var failures = 0

    var requests: Int { self.attempts[0] + self.attempts[1] + self.attempts[2] }

    mutating func add(_ other: Counts, _ sign: Int = 1) {
      for index in 0..<3 { self.attempts[index] += sign * other.attempts[index] }
      self.accepts += sign * other.accepts
      self.failures += sign * other.failures
    }

    static func == (left: Counts, right: Counts) -> Bool {
      left.accepts == right.accepts && left.failures == right.failures
        && (0..<3).allSatisfy { left.attempts[$0] == right.attempts[$0] }
    }
  }

  /// Where an attempt was counted.
  struct Place: Sendable, Equatable {
    let epoch: Int64
    let generation: UInt64
    let priority: Class
  }

  static let steps: Int64 = 24

  private(set) var ratio: Double
  private(set) var minimumRequests: Int
  private var step: Int64
  private var counts = InlineArray<24, Counts>(repeating: Counts())
  private var epoch: Int64 = 0
  private(set) var total = Counts()
  /// How often the window's length was replaced, and where everything older was put then.
  private var generation: UInt64 = 0
  private var moved: Int64 = 0

  init(ratio: Double, window: Int64, minimumRequests: Int) {
    self.ratio = ratio
    self.minimumRequests = minimumRequests
    self.step = max(1, window / Self.steps)
  }

  /// `max(0, (requests − ratio × accepts) / (requests + 1))`, as long as there is anything that speaks for it: the
  /// share of all calls that is refused.
  ///
  /// Calls under way are attempts that nobody has accepted yet: without a failure they are no reason to refuse others.
  var probability: Double {
    guard self.total.requests >= self.minimumRequests, self.total.failures > 0 else { return 0 }
    let excess = Double(self.total.requests) - self.ratio * Double(self.total.accepts)
    return max(0, excess / Double(self.total.requests + 1))
  }

  /// The chance with which a call of a class is refused: the share that has to go is taken from the lowest class first,
  /// from the next only what the lower ones together cannot give.
  func probability(of priority: Class) -> Double {
    let (all, requests) = (self.probability, Double(self.total.requests))
    guard all > 0 else { return 0 }
    let lower = (0..<priority.rawValue).reduce(0) { $0 + Double(self.total.attempts[$1]) } / requests
    let own = Double(self.total.attempts[priority.rawValue]) / requests
    let rest = all - lower
    guard rest > 0 else { return 0 }
    return own > 0 ? min(1, rest / own) : 1
  }

  /// Counts an attempt, whether it is then refused or not, and tells its place in the window.
  ///
  /// - Parameter draw: A number drawn from 0..<1.
  mutating func attempt(
    at now: Instant, draw: Double, priority: Class = .normal
  ) -> (isAdmitted: Bool, place: Place) {
    self.advance(at: now)
    let isAdmitted = draw >= self.probability(of: priority)
    self.counts[self.index(self.epoch)].attempts[priority.rawValue] += 1
    self.total.attempts[priority.rawValue] += 1
    return (isAdmitted, Place(epoch: self.epoch, generation: self.generation, priority: priority))
  }

  /// An admitted attempt has ended; one that is ignored was none.
  mutating func ended(_ verdict: Verdict, of place: Place, at now: Instant) {
    self.advance(at: now)
    let epoch = place.generation == self.generation ? place.epoch : self.moved
    guard epoch > self.epoch - Self.steps, epoch <= self.epoch else { return }  // forgotten already
    let index = self.index(epoch)
    var change = Counts()
    switch verdict {
    case .success: change.accepts = 1
    case .failure: change.failures = 1
    case .ignored: change.attempts[place.priority.rawValue] = -1
    }
    // Attempts of the generation before last may have been forgotten when they were put together.
    guard verdict != .ignored || self.counts[index].attempts[place.priority.rawValue] > 0 else { return }
    self.counts[index].add(change)
    self.total.add(change)
  }

  /// What is on record while there is no failure in the window: where attempts are counted now, and until when.
  ///
  /// Nil: there is a failure, so every attempt has to be judged by itself.
  var quietPlace: (place: Place, until: Instant)? {
    guard self.total.failures == 0 else { return nil }
    return (Place(epoch: self.epoch, generation: self.generation, priority: .low), (self.epoch + 1) * self.step)
  }

  /// Attempts and acceptances that were counted elsewhere meanwhile, at the place where they began.
  mutating func add(_ counts: Counts, of place: Place) {
    let epoch = place.generation == self.generation ? place.epoch : self.moved
    guard epoch > self.epoch - Self.steps, epoch <= self.epoch else { return }  // forgotten already
    self.counts[self.index(epoch)].add(counts)
    self.total.add(counts)
  }

  /// Other settings; what was counted stays, and where the length is another it is forgotten together, one length from
  /// now.
  mutating func replace(ratio: Double, window: Int64, minimumRequests: Int, at now: Instant) {
    self.ratio = ratio
    self.minimumRequests = minimumRequests
    self.advance(at: now)
    let step = max(1, window / Self.steps)
    guard step != self.step else { return }
    self.step = step
    self.epoch = now / step
    self.counts = InlineArray(repeating: Counts())
    self.counts[self.index(self.epoch)] = self.total
    self.moved = self.epoch
    self.generation += 1
  }

  mutating func advance(at now: Instant) {
    let epoch = now / self.step
    guard epoch > self.epoch else { return }
    for gone in 0..<min(Self.steps, epoch - self.epoch) {
      let index = self.index(epoch - gone)
      self.total.add(self.counts[index], -1)
      self.counts[index] = Counts()
    }
    self.epoch = epoch
  }

  private func index(_ epoch: Int64) -> Int { Int((epoch % Self.steps + Self.steps) % Self.steps) }
}
