import ResilienceSimulation

@testable import Resilience

/// Clients that retry at once what fails with the same chance every time: how much load that adds, and what it saves.
///
/// The model of Marc Brooker's retry_sim: open loop, no back-off, 100 s. Its token bucket (5 tokens, a tenth of one for
/// each call, one for each retry, per client) is our `RetryBudget`; its breaker (no retries once failures
/// exceed a tenth
/// of the calls) asks the failures that our `CircuitBreaker` has counted.
struct RetryAmplification {
  enum Rule: Sendable {
    case none, three, bucket, breaker
  }

  /// A share over all calls, with the standard error that comes of the clients, which know nothing of each other.
  struct Share {
    fileprivate var sums: [Double]
    fileprivate var counts: [Double]

    var value: Double { self.sums.reduce(0, +) / self.counts.reduce(0, +) }
    var standardError: Double {
      let value = self.value
      let squares = zip(self.sums, self.counts).map { ($0 - value * $1) * ($0 - value * $1) }
      return squares.reduce(0, +).squareRoot() / self.counts.reduce(0, +)
    }
  }

  struct Result {
    var success: Share
    var attempts: Share

    fileprivate init(clients: Int) {
      let none = [Double](repeating: 0, count: clients)
      self.success = Share(sums: none, counts: none)
      self.attempts = Share(sums: none, counts: none)
    }

    fileprivate mutating func add(_ client: Int, succeeded: Bool, attempts: Int) {
      self.success.sums[client] += succeeded ? 1 : 0
      self.attempts.sums[client] += Double(attempts)
      self.success.counts[client] += 1
      self.attempts.counts[client] += 1
    }
  }

  private struct Client {
    let retry: RetryRule
    let breaker: CircuitBreaker?
    var calls = 0
  }

  private let clock: WorldClock
  private var chance: Chance
  private var clients: [Client]

  /// - Parameter deposit: What each call pays into its client's bucket.
  init(_ rule: Rule, clients: Int, seed: UInt64, deposit: Double = 0.1) {
    self.clock = WorldClock(seed: seed)
    self.chance = Chance(seed: seed)
    self.clients = (0..<clients).map { _ in Self.client(rule, deposit) }
  }

  private static func client(_ rule: Rule, _ deposit: Double) -> Client {
    func settings(_ attempts: Int, _ budget: RetryBudget? = nil) -> RetryRule {
      RetryRule(.init(maxAttempts: attempts, backoff: .constant(.zero), budget: budget))
    }
    switch rule {
    case .none: return Client(retry: settings(1), breaker: nil)
    case .three: return Client(retry: settings(4), breaker: nil)
    case .bucket:
      // A new budget holds the minimum of one lifetime: 5 tokens in 600 s.
      let budget = RetryBudget(
        "", .traffic(ratio: deposit, minimumPerSecond: 5.0 / 600, capacity: 5, depositLifetime: .seconds(600)))
      return Client(retry: settings(1_000, budget), breaker: nil)
    case .breaker:
      let counting = CircuitBreaker.Configuration(consecutiveFailures: nil, window: .time(.seconds(86_400)))
      return Client(retry: settings(4), breaker: CircuitBreaker("", counting))
    }
  }

  /// So many calls of all clients: one of each at first, then whose turn it happens to be.
  mutating func run(calls: Int, failureRate: Double) -> Result {
    var result = Result(clients: self.clients.count)
    for number in 0..<calls {
      // Nothing in the model takes time, and its bucket fills with calls alone: all of it fits into a second, in which
      // our bucket's minimum earns next to nothing.
      self.clock.time = 1_000_000_000 + Int64(number) * 1_000_000_000 / Int64(calls)
      let isFirst = number < self.clients.count
      let client = isFirst ? number : Int(self.chance.bits() % UInt64(self.clients.count))
      let (succeeded, attempts) = self.call(client: client, failureRate: failureRate)
      result.add(client, succeeded: succeeded, attempts: attempts)
    }
    return result
  }

  private mutating func call(client index: Int, failureRate: Double) -> (succeeded: Bool, attempts: Int) {
    self.clients[index].calls += 1
    let client = self.clients[index]
    let now = self.clock.time
    var call = RetryingCall(client.retry, at: now)
    while true {
      let attempt = call.attempt
      let fails = self.chance.share() < failureRate
      let mayRetry = self.count(client, fails: fails)
      if !fails {
        call.succeeded()
        return (true, attempt)
      }
      if call.failed(at: now, chance: 0, isRetryable: mayRetry) == nil { return (false, attempt) }
    }
  }

  /// Tells the breaker, if there is one; false: too many have failed for retries.
  private func count(_ client: Client, fails: Bool) -> Bool {
    guard let breaker = client.breaker else { return true }
    var context = Context(.virtual(self.clock))
    guard let token = breaker.tryAdmit(&context) else { return false }
    breaker.release(token, fails ? .failure : .success, nil, in: context)
    guard fails else { return true }
    let failures = breaker.snapshot(on: .virtual(self.clock)).tally.failures
    return Double(failures) <= 0.1 * Double(client.calls)
  }
}
