import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@Suite("A store that is opened late")
struct LateKeyValueStoreTests {
  private static let away = StoreFailure(.unreachable, store: "late", detail: "Nobody is there.", remedy: "Wait.")

  /// How often the store was opened, and when that succeeds.
  private final class Door: Sendable {
    private let state = Lock((attempts: 0, isOpen: false))
    var attempts: Int { self.state.withLock { $0.attempts } }

    func unlock() { self.state.withLock { $0.isOpen = true } }

    func enter() throws(StoreFailure) {
      let isOpen = self.state.withLock { state in
        state.attempts += 1
        return state.isOpen
      }
      if !isOpen { throw LateKeyValueStoreTests.away }
    }
  }

  @Test("R8.2 it is opened at the first use, again at each until that succeeds, and then never again")
  func opens() throws {
    let simulation = Simulation()
    try simulation.run {
      let door = Door()
      let inner = InMemoryKeyValueStore(clock: StoreClock(simulation.runtime))
      let store = LateKeyValueStore { () async throws(StoreFailure) in
        try door.enter()
        return inner
      }
      #expect(door.attempts == 0)
      for _ in 0..<2 {
        let error = await #expect(throws: StoreFailure.self) { _ = try await store.entry(forKey: "a") }
        #expect(error == Self.away)
      }
      door.unlock()
      _ = try await store.write([1], metadata: [:], forKey: "a", if: .absent, lifetime: nil)
      let entry = try await store.entry(forKey: "a")
      #expect(entry?.value == [1] && door.attempts == 3)
    }
  }

  @Test("R8.9 a caller that goes while others open the store hears cancelled, which is no evidence; the others get it")
  func cancelled() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let inner = InMemoryKeyValueStore(clock: StoreClock(runtime))
      let store = LateKeyValueStore { () async throws(StoreFailure) in
        do { try await runtime.sleep(for: .seconds(10)) } catch { throw Self.away }
        return inner
      }
      let answers = Lock<[String]>([])
      let patient = runtime.spawn {
        let isThere = (try? await store.entry(forKey: "a")) != nil
        answers.withLock { $0.append(isThere ? "found" : "nothing there") }
      }
      try await runtime.sleep(for: .seconds(1))
      let gone = runtime.spawn {
        do throws(StoreFailure) {
          _ = try await store.entry(forKey: "a")
          answers.withLock { $0.append("answered") }
        } catch {
          let verdict = error.category.isEvidence ? "evidence" : "no evidence"
          answers.withLock { $0.append("\(error.kind.rawValue), \(verdict), \(error.transmission)") }
        }
      }
      try await runtime.sleep(for: .seconds(1))
      gone.cancel()
      await gone.value
      #expect(answers.withLock { $0 } == ["cancelled, no evidence, neverSent"])
      await patient.value
      #expect(answers.withLock { $0.last } == "nothing there", "opened, and it holds nothing yet")
      let keys = try await store.keys(withPrefix: "", after: nil, limit: 1)
      #expect(keys.isEmpty)
    }
  }
}
