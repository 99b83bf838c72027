import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct FallbackTests {
  @Test("R4.1 a success passes untouched and is not degraded")
  func success() async throws {
    let answer = try await Fallback.value(0).answer { 7 }
    #expect(answer.value == 7 && answer.degradation == nil)
  }

  @Test("R4.1 a value or a function answers for a failure and tells source and cause")
  func answers() async throws {
    let recorder = EventRecorder()
    let context = Context(Simulation().runtime, operation: "rates", correlationID: "abc", observer: recorder)
    let value = try await Fallback.value(5, named: "constant").answer(in: context) { _ in throw Boom(number: 1) }
    #expect(value.value == 5 && value.degradation?.source == "constant")
    #expect(value.degradation?.cause as? Boom == Boom(number: 1) && value.degradation?.age == nil)
    let computed = Fallback<Int>.function("computed") { error, context in
      #expect(context.correlationID == "abc")
      return (error as? Boom)?.number
    }
    #expect(try await computed.answer(in: context) { _ in throw Boom(number: 9) }.value == 9)
    #expect(
      recorder.lines == [
        "fallback constant: fell back to constant (Boom(number: 1))",
        "fallback computed: fell back to computed (Boom(number: 9))",
      ])
  }

  @Test("R4.1 a chain is asked in order; a link without an answer, or one that fails, passes the question on")
  func chain() async throws {
    let asked = Lock<[String]>([])
    func link(_ name: String, _ body: @escaping @Sendable () throws -> Int?) -> Fallback<Int> {
      .function(name) { _, _ in
        asked.withLock { $0.append(name) }
        return try body()
      }
    }
    let chain = link("empty") { nil }.then(link("broken") { throw Boom(number: 99) }).then(link("good") { 3 })
      .then(link("never") { 4 })
    let answer = try await chain.answer { throw Boom(number: 1) }
    #expect(answer.value == 3 && answer.degradation?.source == "good")
    #expect(answer.degradation?.cause as? Boom == Boom(number: 1))
    #expect(asked.withLock { $0 } == ["empty", "broken", "good"])
  }

  @Test("R4.1 when nothing has an answer the caller gets the operation's error, not a stand-in's")
  func exhausted() async {
    let chain = Fallback<Int>.function { _, _ in throw Boom(number: 2) }.then(.function { _, _ in nil })
    await #expect(throws: Boom(number: 1)) { try await chain.answer { throw Boom(number: 1) } }
  }

  @Test("R4.1 a condition belongs to its links: others of the chain still answer")
  func conditions() async throws {
    func is4(_ error: any Error) -> Bool { (error as? Boom)?.number == 4 }
    let alone = Fallback.value(1).when { ($0 as? Boom)?.number == 4 }
    await #expect(throws: Boom(number: 5)) { try await alone.answer { throw Boom(number: 5) } }
    let first = alone.then(.value(2))
    #expect(try await first.answer { throw Boom(number: 4) }.value == 1)
    #expect(try await first.answer { throw Boom(number: 5) }.value == 2)
    let last = Fallback<Int>.function { _, _ in nil }.then(alone)
    #expect(try await last.answer { throw Boom(number: 4) }.value == 1)
    await #expect(throws: Boom(number: 5)) { try await last.answer { throw Boom(number: 5) } }
  }

  @Test("R4.1 cancellation is never answered")
  func cancellation() async {
    let fallback = Fallback.value(1)
    await #expect(throws: CancellationError.self) { try await fallback.answer { throw CancellationError() } }
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await #expect(throws: Boom()) { try await fallback.answer { throw Boom() } }
    }.value
  }

  @Test("R4.1 whoever is cancelled while a stand-in works gets a cancellation; a stand-in's own one passes on")
  func cancelledLink() async throws {
    let cancelling = Fallback<Int>.function { _, _ in
      withUnsafeCurrentTask { $0?.cancel() }
      throw Boom()
    }
    await Task {
      _ = await #expect(throws: CancellationError.self) {
        try await cancelling.then(.value(2)).answer { throw Boom(number: 1) }
      }
    }.value
    let disguised = Fallback<Int>.function { _, _ in throw CancellationError() }.then(.value(2))
    #expect(try await disguised.answer { throw Boom() }.value == 2)
  }

  @Test("R4.1 around a pipeline it answers for an open breaker, too")
  func openBreaker() async throws {
    let breaker = CircuitBreaker("rates", .init(consecutiveFailures: 1))
    let pipeline = Pipeline { breaker }
    let fallback = Fallback.value(0, named: "none")
    for _ in 0..<3 {
      let answer = try await fallback.answer { try await pipeline { throw Boom() } }
      #expect(answer.isDegraded)
    }
    let last = try await fallback.answer { try await pipeline { 1 } }
    #expect((last.degradation?.cause as? Rejection)?.reason == .circuitOpen)
  }

  @Test("R4.1 values and results need not be Sendable")
  func notSendable() async throws {
    let own = NotSendable()
    let fallback = Fallback<NotSendable>.function { _, _ in nil }
    let answer = try await fallback.answer {
      own.count += 1
      return own
    }
    #expect(answer.value.count == 1)
  }
}
