import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct CompartmentTests {
  @Test(
    "R6.1 the presets bound places, queue, wait and execution to the last number",
    arguments: [
      (Bulkhead.Configuration.critical, 10, 50, 30), (.user, 20, 100, 60), (.background, 5, 200, 300),
    ])
  func presets(configuration: Bulkhead.Configuration, concurrent: Int, queue: Int, seconds: Int) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let compartment = Compartment("c", configuration)
    let ends = Shared<[String: Int]>([:])
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<concurrent + queue + 1 {
          group.addTask {
            let begun = simulation.elapsed
            var end = "done"
            do {
              try await compartment(in: Context(runtime)) { _ in try await runtime.sleep(for: .seconds(100_000)) }
            } catch { end = (error as? Rejection)?.reason.rawValue ?? "\(error)" }
            let line = "\(end) after \(simulation.elapsed - begun)"
            ends.withLock { $0[line, default: 0] += 1 }
          }
        }
      }
    }
    // One too many. Those inside are ended as those that wait have waited long enough: both at the same instant, and
    // whoever is woken first decides whether some of the waiting get in, and are ended in their turn.
    let found = ends.value
    #expect(found["bulkheadFull after 0.0 seconds"] == 1)
    #expect(found["timeout after \(Duration.seconds(seconds))", default: 0] == concurrent)
    let late = found["timeout after \(Duration.seconds(2 * seconds))", default: 0]
    #expect(late <= concurrent)
    #expect(found["queueTimeout after \(Duration.seconds(seconds))", default: 0] + late == queue)
    #expect(compartment.bulkhead.occupancy == (0, 0))
  }

  @Test("R6.2 in virtual time a compartment with threads runs where the caller runs, and repeats by its seed")
  func virtual() throws {
    func trace(_ seed: UInt64) throws -> [Int] {
      let simulation = Simulation(seed: seed)
      let runtime = simulation.runtime
      let compartment = Compartment("c", .init(maxConcurrent: 2, maxQueue: 20), threads: 2)
      let order = Shared<[Int]>([])
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<10 {
            group.addTask {
              try? await compartment(in: Context(runtime)) { _ in
                order.withLock { $0.append(number) }
                try await runtime.sleep(for: .seconds(1))
              }
            }
          }
        }
      }
      #expect(simulation.elapsed == .seconds(5))
      return order.value
    }
    #expect(try trace(3) == trace(3))
    #expect(try Set((0..<5).map { try trace($0) }).count > 1)
  }

  @Test("a compartment stands in a pipeline, and its time-out says its name")
  func pipeline() throws {
    let simulation = Simulation(seed: 1)
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Retry(maxAttempts: 2, backoff: .constant(.seconds(1)), jitter: .none)
      Compartment("reports", .init(maxConcurrent: 1, maxExecution: .seconds(2)))
    }
    let error = try simulation.run { () -> (any Error)? in
      do {
        try await pipeline { try await simulation.runtime.sleep(for: .seconds(9)) }
        return nil
      } catch { return error }
    }
    let rejection = error as? Rejection
    #expect(rejection?.reason == .timeout && rejection?.name == "reports" && simulation.elapsed == .seconds(5))
  }
}
