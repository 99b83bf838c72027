import Resilience
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct StaleCacheConcurrencyTests {
  @Test("R4.2 a cache under load keeps its bounds and gives a key's own answers only")
  func load() async {
    let cache = StaleCache<Int, Int>("c", .init(maxEntries: 20))
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for number in 0..<3_000 {
            let key = (number * 7 + worker) % 50
            let answer = try? await cache.answer(for: key) { _ in
              if number % 3 == 0 { throw Boom() }
              return key
            }
            #expect(answer.map { $0.value == key } ?? true)
            if number % 100 == 0 { #expect(cache.contents.count <= 20) }
          }
        }
      }
    }
    #expect(cache.contents.count <= 20)
  }
}
