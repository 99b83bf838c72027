import ServerTestSupport

/// Looks at `/health/dependencies?detail=full` again and again during an outage, and remembers when what was said.
final class Watch {
  private let name: String
  private let program: ServedProgram
  private let clock = ContinuousClock()
  private var start = ContinuousClock.now
  /// Seconds since the last beginning, by what was waited for.
  private(set) var times: [String: Double] = [:]
  /// How often somebody else than the killed one was named as a cause, from the kill until all is well.
  private(set) var wrongCauses: [String: Int] = [:]

  init(_ name: String, _ program: ServedProgram) {
    self.name = name
    self.program = program
  }

  /// Time is counted from now on.
  func begin() { self.start = self.clock.now }

  /// Looks until a condition holds, and notes when.
  func until(_ what: String, _ holds: (JSON) -> Bool) async throws {
    try await eventually(within: .seconds(120), "\(self.name): \(what)") {
      let health = try await self.look()
      guard holds(health) else { return false }
      self.times[what] = Double((self.clock.now - self.start) / .milliseconds(1)).rounded() / 1_000
      return true
    }
  }

  /// Looks for some time.
  func look(for length: Duration) async throws {
    let end = self.clock.now + length
    while self.clock.now < end {
      _ = try await self.look()
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func look() async throws -> JSON {
    let health = try await self.program.operate("GET", "/health/dependencies?detail=full").json
    for (name, component) in health.members ?? [:] where name != self.name && component["part"] == "cause" {
      self.wrongCauses[name, default: 0] += 1
    }
    return health
  }
}
