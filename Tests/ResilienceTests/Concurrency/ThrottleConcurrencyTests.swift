import Resilience
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct ThrottleConcurrencyTests {
  @Test("R6.8 throttling: eight threads lose no count: the probability is the formula of what they did")
  func storm() async {
    let throttle = Throttle("t", .init(window: .seconds(3_600)))
    let accepted = Counter()
    let failed = Counter()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for number in 0..<2_000 {
            do {
              try await throttle.run {
                if (number + worker) % 4 != 0 { throw Boom() }
              }
              accepted.add()
            } catch is Boom { failed.add() } catch {}
          }
        }
      }
    }
    let accepts = Double(accepted.value)
    #expect(throttle.rejectionProbability() == max(0, (16_000 - 2 * accepts) / 16_001))
    #expect(accepts > 0 && failed.value > 0)
  }
}
