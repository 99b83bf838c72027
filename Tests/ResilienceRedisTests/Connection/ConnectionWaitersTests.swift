import Testing

@testable import ResilienceRedis

@Suite("Who waits for a connection")
struct ConnectionWaitersTests {
  @Test("only so many wait while a connection is opened; who leaves makes room")
  func bound() {
    var waiters = ConnectionWaiters(limit: 3)
    let slots = (0..<4).map { _ in waiters.enter() }
    #expect(slots.map { $0 != nil } == [true, true, true, false])
    waiters.leave()
    let last = waiters.enter()
    #expect(last != nil)
    let told = waiters.takeAll()
    #expect(told.count == 4)
    #expect(waiters.kept == 0)
  }

  @Test("those who have given up are forgotten in time, and those who wait are not")
  func sweeps() {
    var waiters = ConnectionWaiters(limit: 10_000)
    let patient = waiters.enter()
    var most = 0
    for _ in 0..<10_000 {
      waiters.enter()?.resolve(.failure(.closed(server: "s:1")))
      waiters.leave()
      most = max(most, waiters.kept)
    }
    #expect(most < 100)
    let left = waiters.takeAll()
    #expect(left.contains { $0 === patient })
  }
}
