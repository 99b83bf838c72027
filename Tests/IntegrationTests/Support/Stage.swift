import Resilience

/// Bounds how many tests use the machine at once; a test that measures time has it alone.
actor Stage {
  static let shared = Stage(places: 4)

  private let places: Int
  private var free: Int
  private var waiting: [(weight: Int, continuation: CheckedContinuation<Void, Never>)] = []

  init(places: Int) {
    self.places = places
    self.free = places
  }

  /// Runs a body in a place of its own; alone on the machine, as far as this process goes, if asked.
  static func run<Value: Sendable>(
    alone: Bool = false, _ body: () async throws -> Value
  ) async throws -> Value {
    let weight = await self.shared.enter(alone: alone)
    do {
      let value = try await body()
      await self.shared.leave(weight)
      return value
    } catch {
      await self.shared.leave(weight)
      throw error
    }
  }

  private func enter(alone: Bool) async -> Int {
    let weight = alone ? self.places : 1
    if self.waiting.isEmpty, self.free >= weight {
      self.free -= weight
    } else {
      // Whoever makes room takes it for the one who is called.
      await withCheckedContinuation { self.waiting.append((weight, $0)) }
    }
    return weight
  }

  private func leave(_ weight: Int) {
    self.free += weight
    while let next = self.waiting.first, self.free >= next.weight {
      self.waiting.removeFirst()
      self.free -= next.weight
      next.continuation.resume()
    }
  }
}
