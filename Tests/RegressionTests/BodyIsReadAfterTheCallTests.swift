import Resilience
import ResilienceSimulation
import Testing

/// Real clients cancelled the answer's body when the call that fetched its head had returned: the time-out's or the
/// hedge's scope had ended, and took everything in it along.
@Suite struct BodyIsReadAfterTheCallTests {
  @Test(
    "R3.1 R1.14 what a call hands out is not cancelled when the call has ended, nor when its deadline passes afterwards",
    arguments: [false, true])
  func handedOut(hedged: Bool) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let steps: [PipelineStep] = [.timeout(Timeout(.seconds(1)))]
    let hedge = PipelineStep.hedge(Hedge("h", .init(delay: .fixed(.milliseconds(100)))))
    let pipeline = try ConfiguredPipeline(hedged ? steps + [hedge] : steps)
    let isCancelled = Lock(false)
    let read = try simulation.run {
      let body = try await pipeline.concurrently(in: Context(runtime)) { context in
        // The first attempt is superseded where there is a hedge.
        if hedged, context.attempt == 1 { try await runtime.sleep(until: .max) }
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        continuation.onTermination = { if case .cancelled = $0 { isCancelled.withLock { $0 = true } } }
        return (stream, continuation)
      }
      var read: [Int] = []
      for number in 1...3 {
        try await runtime.sleep(for: .seconds(1))  // long after the deadline of the call
        body.1.yield(number)
      }
      body.1.finish()
      for await number in body.0 { read.append(number) }
      return read
    }
    #expect(read == [1, 2, 3] && !isCancelled.withLock { $0 })
  }
}
