/// Attempts and acceptances of the recent past, and the chance with which the next attempt is refused.
///
/// The window moves in 24 steps. An acceptance is counted where its attempt was, so that both are forgotten together.
struct ThrottleMachine: Sendable {
  /// What happened in one step of the window.
  struct Counts: Sendable, Equatable {
    var requests = 0
    var accepts = 0
    var failures = 0
  }

  static let steps: Int64 = 24

  let ratio: Double
  let minimumRequests: Int
  private let step: Int64
  private var counts = InlineArray<24, Counts>(repeating: Counts())
  private var epoch: Int64 = 0
  private(set) var total = Counts()

  init(ratio: Double, window: Int64, minimumRequests: Int) {
    self.ratio = ratio
    self.minimumRequests = minimumRequests
    self.step = max(1, window / Self.steps)
  }

  /// `max(0, (requests − ratio × accepts) / (requests + 1))`, as long as there is anything that speaks for it.
  ///
  /// Calls under way are attempts that nobody has accepted yet: without a failure they are no reason to refuse others.
  var probability: Double {
    guard self.total.requests >= self.minimumRequests, self.total.failures > 0 else { return 0 }
    let excess = Double(self.total.requests) - self.ratio * Double(self.total.accepts)
    return max(0, excess / Double(self.total.requests + 1))
  }

  /// Counts an attempt, whether it is then refused or not, and tells its place in the window.
  ///
  /// - Parameter draw: A number drawn from 0..<1.
  mutating func attempt(at now: Instant, draw: Double) -> (isAdmitted: Bool, epoch: Int64) {
    self.advance(at: now)
    let isAdmitted = draw >= self.probability
    self.counts[self.index(self.epoch)].requests += 1
    self.total.requests += 1
    return (isAdmitted, self.epoch)
  }

  /// An admitted attempt has ended; one that is ignored was none.
  mutating func ended(_ verdict: Verdict, of epoch: Int64, at now: Instant) {
    self.advance(at: now)
    guard epoch > self.epoch - Self.steps, epoch <= self.epoch else { return }  // forgotten already
    let index = self.index(epoch)
    switch verdict {
    case .success:
      self.counts[index].accepts += 1
      self.total.accepts += 1
    case .failure:
      self.counts[index].failures += 1
      self.total.failures += 1
    case .ignored:
      self.counts[index].requests -= 1
      self.total.requests -= 1
    }
  }

  mutating func advance(at now: Instant) {
    let epoch = now / self.step
    guard epoch > self.epoch else { return }
    for gone in 0..<min(Self.steps, epoch - self.epoch) {
      let index = self.index(epoch - gone)
      self.total.requests -= self.counts[index].requests
      self.total.accepts -= self.counts[index].accepts
      self.total.failures -= self.counts[index].failures
      self.counts[index] = Counts()
    }
    self.epoch = epoch
  }

  private func index(_ epoch: Int64) -> Int { Int((epoch % Self.steps + Self.steps) % Self.steps) }
}
