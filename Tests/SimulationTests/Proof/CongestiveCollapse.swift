import ResilienceSimulation

@testable import Resilience

/// A server that gets slower with every call in flight, and clients that give up after three seconds and try again.
///
/// The model of Marc Brooker's simple_collapse_sim: a call takes 1 s and 10 ms for each call in flight, a hop
/// Exp(0.1 s), three tries of 3 s; the server finishes what nobody waits for.
struct CongestiveCollapse {
  enum Client: Sendable, CaseIterable {
    /// Three tries without a wait.
    case plain
    /// Three tries, exponential back-off with full jitter from 20 s on.
    case backoff
    /// Retry with a budget, an adaptive limit in front of the server, and deadlines that reach it.
    case protected
  }

  enum Load: Sendable, CaseIterable {
    /// 40 calls a second; 80 from the 20th to the 25th second.
    case spike
    /// From 40 calls a second up to 80 in the 25th second, and down to none in the 75th.
    case ramp

    func rate(_ second: Double) -> Double {
      switch self {
      case .spike: second < 20 || second > 25 ? 40 : 80
      case .ramp: 80 - 1.6 * abs(second - 25)
      }
    }
  }

  struct Result {
    var starts = [Int](repeating: 0, count: 80)
    var successes = [Int](repeating: 0, count: 80)

    func share(_ seconds: Range<Int>) -> Double {
      Double(self.successes[seconds].reduce(0, +)) / Double(max(1, self.starts[seconds].reduce(0, +)))
    }
    /// Whether nine in ten are answered in the last twenty seconds.
    var hasRecovered: Bool { self.share(60..<80) >= 0.9 }
    /// Seconds from the peak to the first five in a row in which nine in ten are answered; nil: there are none.
    var recovery: Int? { (25..<75).first { self.share($0..<$0 + 5) >= 0.9 }.map { $0 - 25 } }
  }

  private enum Step: Int {
    case arrival, start, end, answer, expiry, retry
  }

  private struct Call {
    var retry: RetryingCall
    var deadline: Instant
    var attempt = -1
  }

  private struct Attempt {
    var call: Int
    var deadline: Instant
    var token: Token?
    var isCut = false
  }

  private let client: Client
  private let load: Load
  private let settings: RetryRule
  private let limiter: AdaptiveLimiter?
  private let clock: WorldClock
  private var chance: Chance
  private var queue = EventQueue()
  private var calls: [Call] = []
  private var attempts: [Attempt] = []
  private var inFlight = 0
  private var result = Result()

  init(_ client: Client, _ load: Load, seed: UInt64) {
    self.client = client
    self.load = load
    self.clock = WorldClock(seed: seed)
    self.chance = Chance(seed: seed)
    self.settings = RetryRule(Self.retry(client))
    self.limiter = client == .protected ? AdaptiveLimiter("server") : nil
  }

  static func retry(_ client: Client) -> Retry.Configuration {
    switch client {
    case .plain: .init(maxAttempts: 3, backoff: .constant(.zero), jitter: .none)
    case .backoff: .init(maxAttempts: 3, backoff: .exponential(initial: .seconds(20), max: .seconds(40)))
    case .protected:
      .init(
        maxAttempts: 3, backoff: .exponential(initial: .milliseconds(500), max: .seconds(5)),
        budget: RetryBudget("server", .traffic(ratio: 0.1, minimumPerSecond: 1)))
    }
  }

  static let attemptTimeout: Int64 = 3_000_000_000
  static let callDeadline: Int64 = 9_000_000_000

  /// How long the server takes with so many calls in it, this one included, in nanoseconds.
  static func serviceTime(inFlight: Int) -> Int64 { 1_000_000_000 + 10_000_000 * Int64(inFlight) }

  mutating func run() -> Result {
    self.queue.add(Step.arrival.rawValue, 0, at: 10_000_000)
    while let event = self.queue.next(), event.at < 80_000_000_000 {
      self.clock.time = event.at
      switch Step(rawValue: event.kind) {
      case .arrival: self.arrive(at: event.at)
      case .start: self.start(event.who, at: event.at)
      case .end: self.end(event.who, at: event.at)
      case .answer: self.answered(event.who, at: event.at)
      case .expiry: self.expired(event.who, at: event.at)
      case .retry: self.send(event.who, at: event.at)
      case nil: break
      }
    }
    return self.result
  }

  private mutating func hop() -> Int64 { Int64(self.chance.exponential(mean: 0.1) * 1e9) }
  private static func second(_ instant: Instant) -> Int { Int(instant / 1_000_000_000) }

  private mutating func arrive(at now: Instant) {
    let deadline = self.client == .protected ? now + Self.callDeadline : .max
    self.calls.append(Call(retry: RetryingCall(self.settings, at: now), deadline: deadline))
    self.result.starts[Self.second(now)] += 1
    self.send(self.calls.count - 1, at: now)
    let rate = self.load.rate(Double(now) / 1e9)
    if rate > 0 {
      self.queue.add(Step.arrival.rawValue, 0, at: now + Int64(self.chance.exponential(mean: 1 / rate) * 1e9))
    }
  }

  private mutating func send(_ call: Int, at now: Instant) {
    var token: Token?
    if let limiter {
      var context = Context(.virtual(self.clock))
      token = limiter.tryAdmit(&context)
      if token == nil { return self.failed(call, at: now) }
    }
    let deadline = min(now + Self.attemptTimeout, self.calls[call].deadline)
    self.attempts.append(Attempt(call: call, deadline: deadline, token: token))
    self.calls[call].attempt = self.attempts.count - 1
    self.queue.add(Step.expiry.rawValue, self.attempts.count - 1, at: deadline)
    self.queue.add(Step.start.rawValue, self.attempts.count - 1, at: now + self.hop())
  }

  private mutating func start(_ attempt: Int, at now: Instant) {
    let deadline = self.client == .protected ? self.attempts[attempt].deadline : .max
    if deadline <= now { return }
    self.inFlight += 1
    let end = now + Self.serviceTime(inFlight: self.inFlight)
    self.attempts[attempt].isCut = end > deadline
    self.queue.add(Step.end.rawValue, attempt, at: min(end, deadline))
  }

  private mutating func end(_ attempt: Int, at now: Instant) {
    self.inFlight -= 1
    if !self.attempts[attempt].isCut { self.queue.add(Step.answer.rawValue, attempt, at: now + self.hop()) }
  }

  private mutating func answered(_ attempt: Int, at now: Instant) {
    let call = self.attempts[attempt].call
    guard self.calls[call].attempt == attempt else { return }
    self.calls[call].attempt = -1
    self.calls[call].retry.succeeded()
    self.release(attempt, .success)
    self.result.successes[Self.second(now)] += 1
  }

  private mutating func expired(_ attempt: Int, at now: Instant) {
    let call = self.attempts[attempt].call
    guard self.calls[call].attempt == attempt else { return }
    self.calls[call].attempt = -1
    self.release(attempt, .failure)
    self.failed(call, at: now)
  }

  private mutating func failed(_ call: Int, at now: Instant) {
    let next = self.calls[call].retry.failed(
      at: now, deadline: self.calls[call].deadline, chance: self.chance.bits())
    if let next { self.queue.add(Step.retry.rawValue, call, at: next) }
  }

  private func release(_ attempt: Int, _ verdict: Verdict) {
    guard let limiter, let token = self.attempts[attempt].token else { return }
    limiter.release(token, verdict, nil, in: Context(.virtual(self.clock)))
  }
}
