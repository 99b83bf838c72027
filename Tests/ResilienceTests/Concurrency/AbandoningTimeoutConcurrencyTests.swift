import Resilience
import Testing

@Suite("Abandoning time-outs on real threads")
struct AbandoningTimeoutConcurrencyTests {
  @Test("R3.1 on real threads every call gets a result or a time-out, and no abandoned operation stays counted")
  func races() async {
    let timeout = AbandoningTimeout(.milliseconds(1), maxAbandoned: 1_000_000)
    let (values, timeouts, ended) = (Counter(), Counter(), Counter())
    let calls = 2_000
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<calls {
        group.addTask {
          do {
            _ = try await timeout.run { _ in
              for _ in 0..<(number % 40) { await Task.yield() }
              ended.add()
            }
            values.add()
          } catch { timeouts.add() }
        }
      }
    }
    #expect(values.value + timeouts.value == calls && timeout.totalAbandoned == timeouts.value)
    while ended.value < calls || timeout.abandoned > 0 { await Task.yield() }
    #expect(timeout.abandoned == 0)
  }

  @Test("what is spawned outlives its caller, and is not cancelled with it")
  func outlives() async {
    let (stream, continuation) = AsyncStream<Bool>.makeStream()
    let caller = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      Runtime.live.spawn {
        await Task.yield()
        continuation.yield(Task.isCancelled)
        continuation.finish()
      }
    }
    _ = await caller.value
    var seen: [Bool] = []
    for await isCancelled in stream { seen.append(isCancelled) }
    #expect(seen == [false])
  }
}
