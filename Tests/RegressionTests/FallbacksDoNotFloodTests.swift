import Resilience
import ResilienceSimulation
import Testing

/// Architecture §6: a fallback without its own bulkhead.
@Suite struct FallbacksDoNotFloodTests {
  @Test("R4.1 R6.1 a stand-in runs in a compartment of its own; who finds it full gets the next link's answer")
  func bounded() throws {
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    let primary = Bulkhead("primary", .init(maxConcurrent: 50))
    let own = Bulkhead("stand-in", .init(maxConcurrent: 2))
    let most = Lock((standIns: 0, primary: 0))
    let fallback = Fallback<String>.function("stand-in", under: own) { _, context in
      let inside = (own.occupancy.inside, primary.occupancy.inside)
      most.withLock { $0 = (max($0.standIns, inside.0), max($0.primary, inside.1)) }
      try await context.runtime.sleep(for: .seconds(1))
      return "computed"
    }.then(.value("fixed", named: "fixed"))
    let answers = try simulation.run {
      await withTaskGroup(of: String?.self) { group in
        for _ in 0..<20 {
          group.addTask {
            let answer = try? await fallback.answer(in: Context(runtime)) { context in
              try await primary.execute(in: context) { _ in throw Boom() }
            }
            return answer?.value
          }
        }
        return await group.reduce(into: [String: Int]()) { $0[$1 ?? "none", default: 0] += 1 }
      }
    }
    #expect(answers == ["computed": 2, "fixed": 18])
    let seen = most.withLock { $0 }
    // The failed call's place was given back before its stand-in began.
    #expect(seen.standIns == 2 && seen.primary == 0)
    #expect(own.occupancy.inside == 0)
  }
}
