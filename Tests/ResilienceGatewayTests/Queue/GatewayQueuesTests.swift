import NIOCore
import NIOHTTP1
import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import ResilienceQueue
import Testing

@testable import ResilienceGateway

@Suite struct GatewayQueuesTests {
  @Test("R5.4 a stop waits for the worker of former settings too, and a call that began under them changes nothing")
  func formerWorkers() async throws {
    let bench = try DeliveryBench(isOpen: false)
    try await bench.keep()
    let hasEnded = Shared(false)
    let (queues, table) = (bench.queues, bench.table)
    let run = Task {
      await queues.run(table, gracePeriod: .seconds(600))
      hasEnded.change { $0 = true }
    }
    try await until("the delivery is under way") { bench.transport.calls.value == 1 }
    let changed = try bench.changed { $0.perSecond = 7 }
    table.replace(bench.settings, [changed])
    try await until("the new settings are in force") {
      queues.queue(of: changed)?.queue.configuration.itemsPerSecond == 7
    }
    #expect(queues.queue(of: bench.api)?.queue.configuration.itemsPerSecond == 7)
    run.cancel()
    for _ in 0..<5 { await breathe() }
    #expect(!hasEnded.value)
    bench.transport.open()
    await run.value
    let counts = try await bench.store.counts(of: "api")
    #expect(counts.completed == 1 && bench.transport.calls.value == 1)
  }

  @Test(
    "R4.5 what a mode keeps from a dependency is not delivered to it, told once, and goes on when the mode ends",
    arguments: ["partial", "readOnly"])
  func modes(mode: String) async throws {
    let bench = try DeliveryBench { $0.modes.partial.criticalities = [.critical] }
    bench.decide(mode)
    try await bench.keep()
    let (queues, table) = (bench.queues, bench.table)
    let run = Task { await queues.run(table, gracePeriod: .seconds(600)) }
    try await until("the delivery pauses") { queues.load(of: "api")?.isPaused == true }
    queues.resume("api")  // it pauses again for the same reason, which is no news
    try await until("the delivery pauses again") { queues.load(of: "api")?.isPaused == true }
    let kept = try await bench.store.counts(of: "api")
    #expect(kept.pending == 1 && bench.transport.calls.value == 0)
    let back = ContinuousClock.now
    bench.decide(nil)
    try await until("it is delivered") { bench.transport.calls.value == 1 }
    #expect(ContinuousClock.now - back < .seconds(25))
    run.cancel()
    await run.value
    let told = await bench.dependencies.told().map(\.kind).filter { $0.hasPrefix("queue.") }
    #expect(told == ["queue.paused", "queue.resumed"])
  }

  @Test("R4.8 behind a toggle that is off nothing is delivered; shares and tiers keep nothing back")
  func toggles() async throws {
    var toggle = ToggleConfiguration()
    toggle.name = "letters"
    toggle.percentage = 0
    let bench = try DeliveryBench(toggle: "letters") { configuration in
      configuration.toggles.features = [toggle]
      configuration.modes.partial.togglesOff = ["letters"]
    }
    try await bench.keep()
    let items = try await bench.store.items(of: "api", in: .waiting, after: 0, limit: 1)
    let item = try #require(items.first)
    let degradation = bench.settings.degradation
    #expect(degradation.keepsBack(item, from: bench.api) == nil)
    bench.decide("partial")
    #expect(degradation.keepsBack(item, from: bench.api)?.contains("letters") == true)
    bench.decide(nil)
    #expect(degradation.keepsBack(item, from: bench.api) == nil)
  }

  @Test("R5.4 however long a dependency asks for patience, nothing waits longer than maxDelay for it")
  func patience() throws {
    func delay(_ asked: Duration?) throws -> Duration? {
      let answer = FailingResponse(
        head: HTTPResponseHead(version: .http1_1, status: .serviceUnavailable), body: ByteBuffer(),
        category: .unavailable, retryAfter: asked)
      let verdict = GatewayQueues.verdict(of: answer, longestDelay: .seconds(600))
      guard case .retry(_, let after) = verdict else { throw NeverHappened(what: "it is tried again") }
      return after
    }
    let (long, short, none) = (try delay(.seconds(31_536_000)), try delay(.seconds(5)), try delay(nil))
    #expect(long == .seconds(600) && short == .seconds(5) && none == nil)
  }
}
