import Resilience

/// What a circuit breaker has to do, written down as plainly as possible: a list of outcomes, judged from scratch after
/// every one.
///
/// Shares no code with the real one.
struct ReferenceBreaker {
  struct Rules {
    var row: Int? = 2
    var rate: Double? = 0.5
    var size = 4
    var minimum = 3
    var open: Int64 = 10
    var factor = 1.0
    var longest: Int64 = 1_000
    var permitted = 2
    var threshold = 2
    var lease: Int64 = 15
  }
  struct Ticket: Equatable {
    let epoch: Int
    let number: Int
    let kind: String
  }

  let rules: Rules
  var phase = "closed"
  var epoch = 0
  var outcomes: [Bool] = []  // true: failed
  var openUntil: Int64 = 0
  var openings = 0
  var trips = 0
  var leases: [(number: Int, until: Int64)] = []
  var wins = 0
  var lent = 0
  var overrideEnd: Int64?
  var wouldHaveOpened = 0

  init(_ rules: Rules) { self.rules = rules }

  mutating func enter(_ phase: String) {
    self.phase = phase
    self.epoch += 1
    if phase != "open" && phase != "halfOpen" { self.outcomes = [] }
    self.leases = []
    self.wins = 0
  }

  mutating func tick(_ now: Int64) {
    if let end = self.overrideEnd, end <= now {
      self.overrideEnd = nil
      self.enter("closed")
    }
  }

  mutating func admit(_ now: Int64) -> Ticket? {
    self.tick(now)
    if self.phase == "isolated" { return nil }
    if self.phase == "open" {
      if now < self.openUntil { return nil }
      self.enter("halfOpen")
      self.lent = 0
    }
    if self.phase == "halfOpen" {
      self.leases = self.leases.filter { $0.until > now }
      if self.leases.count >= self.rules.permitted { return nil }
      self.lent += 1
      self.leases.append((self.lent, now + self.rules.lease))
      return Ticket(epoch: self.epoch, number: self.lent, kind: "probe")
    }
    return Ticket(epoch: self.epoch, number: 0, kind: self.phase)
  }

  mutating func end(_ ticket: Ticket, _ verdict: Verdict, _ now: Int64) {
    if ticket.epoch != self.epoch || ticket.kind == "disabled" { return }
    if ticket.kind == "probe" {
      guard self.leases.contains(where: { $0.number == ticket.number }) else { return }
      self.leases = self.leases.filter { $0.number != ticket.number }
      if verdict == .failure { self.open(now) }
      if verdict == .success {
        self.wins += 1
        if self.wins == self.rules.threshold {
          self.openings = 0
          self.enter("closed")
        }
      }
    } else if verdict != .ignored {
      self.outcomes.append(verdict == .failure)
      guard self.isBad else { return }
      if self.phase == "observing" {
        self.wouldHaveOpened += 1
        self.outcomes = []
      } else {
        self.open(now)
      }
    }
  }

  var row: Int { self.outcomes.reversed().prefix { $0 }.count }
  var window: [Bool] { self.outcomes.suffix(self.rules.size) }

  private var isBad: Bool {
    if let limit = self.rules.row, self.row >= limit { return true }
    guard let rate = self.rules.rate, self.window.count >= self.rules.minimum else { return false }
    return Double(self.window.filter { $0 }.count) / Double(self.window.count) >= rate
  }

  private mutating func open(_ now: Int64) {
    self.openings += 1
    self.trips += 1
    var length = Double(self.rules.open)
    for _ in 1..<self.openings { length = min(length * self.rules.factor, Double(self.rules.longest)) }
    self.openUntil = now + Int64(length)
    self.enter("open")
  }

  mutating func take(_ state: String, until end: Int64) {
    self.overrideEnd = end
    self.openings = 0
    self.enter(state)
  }

  mutating func letGo(_ now: Int64) {
    self.tick(now)
    guard self.overrideEnd != nil else { return }
    self.overrideEnd = nil
    self.enter("closed")
  }

  mutating func reset() {
    self.openings = 0
    self.enter(self.overrideEnd == nil ? "closed" : self.phase)
  }
}
