import Resilience
import ResilienceSimulation
import Testing

@Suite struct TimeoutTableTests {
  @Test(
    "R3.2 generation 120 s, embedding 30 s, validation 10 s, batch 300 s, and 30 s for everything else",
    arguments: [
      ("generation", 120), ("embedding", 30), ("validation", 10), ("batch", 300), ("translation", 30), ("", 30),
    ])
  func documented(operation: String, seconds: Int) {
    #expect(TimeoutTable.documented.limit(service: "llm", operation: operation) == .seconds(seconds))
    #expect(TimeoutTable.documented.limit(operation: operation) == .seconds(seconds))
  }

  @Test("R3.2 the most exact entry wins: service and operation, the service, the operation, the default")
  func precedence() {
    let table = TimeoutTable(standard: .seconds(1)).setting(.seconds(2), operation: "o").setting(
      .seconds(3), service: "s"
    )
    .setting(.seconds(4), service: "s", operation: "o")
    #expect(table.limit(service: "s", operation: "o") == .seconds(4))
    #expect(table.limit(service: "s", operation: "x") == .seconds(3))
    #expect(table.limit(service: "x", operation: "o") == .seconds(2))
    #expect(table.limit(service: "x", operation: "x") == .seconds(1) && table.limit() == .seconds(1))
  }

  @Test("R3.2 the time-out that it makes ends the call at the limit, and its error says what it was for")
  func timeout() throws {
    let simulation = Simulation(seed: 1)
    let pipeline = Pipeline(runtime: simulation.runtime) {
      TimeoutTable.documented.timeout(service: "llm", operation: "validation")
    }
    let error = #expect(throws: Rejection.self) {
      try simulation.run { try await pipeline { try await $0.runtime.sleep(until: .max) } }
    }
    #expect(error?.name == "llm validation" && simulation.elapsed == .seconds(10))
  }

  @Test("R3.2 limits of nothing are named, in a fixed order")
  func validation() {
    let error = #expect(throws: InvalidConfiguration.self) {
      try TimeoutTable(
        validating: [.init(service: "b"): .zero, .init(operation: "a"): .seconds(-1), .init(): .seconds(1)],
        standard: .zero)
    }
    #expect(error?.problems.map(\.setting) == ["standard", "limits[* a]", "limits[b *]"])
    #expect(TimeoutTable.documented.problems.isEmpty)
  }

  @Test("R3.2 a named table takes other limits at run time; what makes no sense is refused and changes nothing")
  func named() throws {
    let limits = NamedTimeouts()
    try limits.replace(validating: .documented.setting(.seconds(7), operation: "batch"))
    #expect(limits.configuration.limit(operation: "batch") == .seconds(7))
    #expect(throws: InvalidConfiguration.self) { try limits.replace(validating: TimeoutTable(standard: .zero)) }
    #expect(limits.configuration.limit(operation: "batch") == .seconds(7))
  }
}
