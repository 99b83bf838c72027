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
    /// Nil: one failed probe opens again.
    var halfOpenRate: Double?
    /// Nil: closes at once.
    var ramp: Int64?
  }
  struct Ticket: Equatable {
    let epoch: Int
    let number: Int
    let kind: String
  }

  /// What survives a restart, with lengths instead of instants.
  struct Saved {
    var left: Int64?
    var openings: Int
    var window: [Bool]
    var row: Int
    var override: (state: String, left: Int64)?
  }

  var rules: Rules
  var phase = "closed"
  var epoch = 0
  var outcomes: [Bool] = []  // true: failed
  var row = 0
  var openUntil: Int64 = 0
  var openings = 0
  var trips = 0
  var leases: [(number: Int, until: Int64)] = []
  var wins = 0
  var losses = 0
  var rampStart: Int64 = 0
  var rampEnd: Int64 = 0
  var lent = 0
  var overrideEnd: Int64?
  var wouldHaveOpened = 0

  init(_ rules: Rules) { self.rules = rules }

  mutating func enter(_ phase: String) {
    self.phase = phase
    self.epoch += 1
    if phase != "open" && phase != "halfOpen" {
      self.outcomes = []
      self.row = 0
    }
    if phase != "open" && phase != "halfOpen" && phase != "ramping" { self.openings = 0 }
    self.leases = []
    self.wins = 0
    self.losses = 0
  }

  mutating func tick(_ now: Int64) {
    if let end = self.overrideEnd, end <= now {
      self.overrideEnd = nil
      self.enter("closed")
    }
    if self.phase == "ramping", now >= self.rampEnd { self.enter("closed") }
  }

  func share(_ now: Int64) -> Double {
    0.1 + 0.9 * Double(now - self.rampStart) / Double(self.rampEnd - self.rampStart)
  }

  /// - Parameter draw: A number from 0 up to 1, for whether a ramping breaker admits.
  mutating func admit(_ now: Int64, draw: Double = 0) -> Ticket? {
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
    if self.phase == "ramping", draw >= self.share(now) { return nil }
    return Ticket(epoch: self.epoch, number: 0, kind: self.phase)
  }

  mutating func end(_ ticket: Ticket, _ verdict: Verdict, _ now: Int64) {
    if ticket.epoch != self.epoch || ticket.kind == "disabled" { return }
    if ticket.kind == "probe" {
      guard self.leases.contains(where: { $0.number == ticket.number && $0.until > now }) else { return }
      self.leases = self.leases.filter { $0.number != ticket.number }
      if verdict == .failure { self.losses += 1 }
      if verdict == .success { self.wins += 1 }
      self.decide(now)
    } else if verdict != .ignored {
      self.outcomes.append(verdict == .failure)
      self.row = verdict == .failure ? self.row + 1 : 0
      guard self.isBad else { return }
      if self.phase == "observing" {
        self.wouldHaveOpened += 1
        self.outcomes = []
        self.row = 0
      } else {
        self.open(now)
      }
    }
  }

  /// Goes through everything that the probes that are still missing could say.
  private mutating func decide(_ now: Int64) {
    guard self.phase == "halfOpen" else { return }
    var opens = self.losses > 0
    var closes = !opens && self.wins >= self.rules.threshold
    if let rate = self.rules.halfOpenRate {
      let ended = self.wins + self.losses
      let ends = (0...max(0, self.rules.threshold - ended)).map { failing in
        Double(self.losses + failing) / Double(max(self.rules.threshold, ended)) >= rate
      }
      opens = ends.allSatisfy { $0 }
      closes = ends.allSatisfy { !$0 }
    }
    if opens { return self.open(now) }
    guard closes else { return }
    guard let ramp = self.rules.ramp else { return self.enter("closed") }
    self.enter("ramping")
    (self.rampStart, self.rampEnd) = (now, now + ramp)
  }

  /// Other rules from now on; another window is an empty one.
  mutating func replace(_ rules: Rules, _ now: Int64) {
    if rules.size != self.rules.size { self.outcomes = [] }
    self.rules = rules
    self.decide(now)
  }

  mutating func save(_ now: Int64) -> Saved {
    self.tick(now)
    let isOpen = ["open", "halfOpen", "ramping"].contains(self.phase)
    return Saved(
      left: isOpen ? (self.phase == "open" ? max(0, self.openUntil - now) : 0) : nil, openings: self.openings,
      window: self.window.sorted { !$0 && $1 }, row: self.row,
      override: self.overrideEnd.map { (self.phase, $0 == .max ? .max : $0 - now) })
  }

  mutating func restore(_ saved: Saved, elapsed: Int64, _ now: Int64) {
    self.overrideEnd = nil
    if let (state, left) = saved.override, left > elapsed {
      self.overrideEnd = left == .max ? .max : now + left - elapsed
      self.enter(state)
    } else {
      self.enter(saved.left == nil ? "closed" : "open")
      self.openings = saved.openings
      self.openUntil = now + max(0, (saved.left ?? 0) - elapsed)
    }
    guard self.phase == "closed" || self.phase == "observing" else { return }
    (self.outcomes, self.row) = (saved.window, saved.row)
  }

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
    self.enter(state)
  }

  mutating func letGo(_ now: Int64) {
    self.tick(now)
    guard self.overrideEnd != nil else { return }
    self.overrideEnd = nil
    self.enter("closed")
  }

  mutating func reset() {
    self.enter(self.overrideEnd == nil ? "closed" : self.phase)
  }
}
