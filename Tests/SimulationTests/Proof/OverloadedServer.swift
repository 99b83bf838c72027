import ResilienceSimulation

@testable import Resilience

/// A server that takes 300 calls a second, one after the other, and stands still for ten seconds.
///
/// The model of "Metastable Failures in Distributed Systems" (HotOS 2021): whoever has waited a second gives up and tries
/// once more, and the server works on what nobody waits for any more.
struct OverloadedServer {
  struct Protection: Sendable, CustomStringConvertible {
    /// Retries out of a budget of 10 %.
    var budget = false
    /// The deadline goes along, and the server drops what has passed it.
    var deadlines = false

    var description: String {
      switch (self.budget, self.deadlines) {
      case (false, false): "plain"
      case (true, false): "10 % budget"
      case (false, true): "deadlines propagated"
      case (true, true): "budget and deadlines"
      }
    }
  }

  struct Result {
    var calls = 0
    var good = 0
    var attempts = 0
    var goodput: Double { Double(self.good) / Double(max(1, self.calls)) }
    var amplification: Double { Double(self.attempts) / Double(max(1, self.calls)) }
  }

  /// When things happen, in seconds.
  struct Schedule {
    var outage: Double? = 60
    var measuredFrom = 240.0
    var end = 300.0
  }

  private enum Step: Int {
    case arrival, served, expired, outageBegins, outageEnds
  }

  private struct Call {
    var retry: RetryingCall
    var began: Instant
    var isOver = false
  }

  private struct Attempt {
    var call: Int
    var deadline: Instant
    var isAnswered = false
  }

  static let second: Int64 = 1_000_000_000
  private let load: Double
  private let protection: Protection
  private let schedule: Schedule
  private let settings: RetryRule
  private var chance: Chance
  private var queue = EventQueue()
  private var calls: [Call] = []
  private var attempts: [Attempt] = []
  private var head = 0
  private var isBusy = false
  private var isDown = false
  private var result = Result()

  init(load: Double, _ protection: Protection, _ schedule: Schedule = Schedule(), seed: UInt64) {
    self.load = load
    self.protection = protection
    self.schedule = schedule
    self.chance = Chance(seed: seed)
    let budget = protection.budget ? RetryBudget("", .traffic(ratio: 0.1, minimumPerSecond: 0)) : nil
    self.settings = RetryRule(.init(maxAttempts: 2, backoff: .constant(.zero), budget: budget))
  }

  mutating func run() -> Result {
    self.queue.add(Step.arrival.rawValue, 0, at: Self.second)
    if let outage = self.schedule.outage {
      self.queue.add(Step.outageBegins.rawValue, 0, at: Int64(outage * 1e9))
      self.queue.add(Step.outageEnds.rawValue, 0, at: Int64((outage + 10) * 1e9))
    }
    let end = Int64((self.schedule.end + 5) * 1e9)
    while let event = self.queue.next(), event.at < end {
      switch Step(rawValue: event.kind) {
      case .arrival: self.arrive(at: event.at)
      case .served: self.served(event.who, at: event.at)
      case .expired: self.expired(event.who, at: event.at)
      case .outageBegins: self.isDown = true
      case .outageEnds:
        self.isDown = false
        self.serve(at: event.at)
      case nil: break
      }
    }
    return self.result
  }

  private func isMeasured(_ call: Int) -> Bool {
    let began = Double(self.calls[call].began) / 1e9
    return began >= self.schedule.measuredFrom && began < self.schedule.end
  }

  private mutating func arrive(at now: Instant) {
    self.calls.append(Call(retry: RetryingCall(self.settings, at: now), began: now))
    let call = self.calls.count - 1
    if self.isMeasured(call) { self.result.calls += 1 }
    self.send(call, at: now)
    self.queue.add(Step.arrival.rawValue, 0, at: now + Int64(self.chance.exponential(mean: 1 / self.load) * 1e9))
  }

  private mutating func send(_ call: Int, at now: Instant) {
    if self.isMeasured(call) { self.result.attempts += 1 }
    self.attempts.append(Attempt(call: call, deadline: now + Self.second))
    self.queue.add(Step.expired.rawValue, self.attempts.count - 1, at: now + Self.second)
    self.serve(at: now)
  }

  private mutating func serve(at now: Instant) {
    guard !self.isBusy, !self.isDown else { return }
    while self.head < self.attempts.count {
      let attempt = self.head
      self.head += 1
      if self.protection.deadlines, self.attempts[attempt].deadline <= now { continue }
      self.isBusy = true
      self.queue.add(Step.served.rawValue, attempt, at: now + Int64(self.chance.exponential(mean: 1 / 300) * 1e9))
      return
    }
  }

  private mutating func served(_ attempt: Int, at now: Instant) {
    self.isBusy = false
    let call = self.attempts[attempt].call
    if !self.calls[call].isOver, self.attempts[attempt].deadline > now {
      self.attempts[attempt].isAnswered = true
      self.calls[call].isOver = true
      self.calls[call].retry.succeeded()
      if self.isMeasured(call) { self.result.good += 1 }
    }
    self.serve(at: now)
  }

  private mutating func expired(_ attempt: Int, at now: Instant) {
    let call = self.attempts[attempt].call
    guard !self.attempts[attempt].isAnswered, !self.calls[call].isOver else { return }
    if self.calls[call].retry.failed(at: now, chance: self.chance.bits()) != nil {
      self.send(call, at: now)
    } else {
      self.calls[call].isOver = true
    }
  }
}
