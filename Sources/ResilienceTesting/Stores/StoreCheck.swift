/// One promise of a store's protocol, and how to find out whether a store keeps it.
public struct StoreCheck<Store: Sendable>: Sendable, CustomStringConvertible {
  /// The promise, as a sentence.
  public let sentence: String
  private let body: @Sendable (StoreWorld<Store>) async throws -> Void

  init(_ sentence: String, _ body: @escaping @Sendable (StoreWorld<Store>) async throws -> Void) {
    self.sentence = sentence
    self.body = body
  }

  /// The promise.
  public var description: String { self.sentence }

  /// Finds out whether a store keeps the promise; the store, or at least the world's prefix, has not been used before.
  ///
  /// On a server that lives in real time a promise about lengths of time can seem broken because the machine stood
  /// still, not the store: a lease has ended before its renewal was sent. So a check that fails, and took longer than
  /// it meant to by a quarter of the world's unit, is taken again in units that are longer than the standstill. A
  /// store that breaks the promise fails in units of any length; a check that was not late fails at once.
  ///
  /// - Throws: `BrokenPromise` if it does not, or the store's own error.
  public func run(in world: StoreWorld<Store>) async throws {
    guard !world.isVirtual else { return try await self.body(world) }
    var world = world
    for _ in 0..<Self.longerUnits {
      let (measured, lateness) = world.measured()
      do {
        return try await self.body(measured)
      } catch {
        let late = lateness()
        guard late > world.unit / 4 else { throw error }
        world = world.slower(unit: max(world.unit * 2, late * 4))
      }
    }
    try await self.body(world)
  }

  /// How often a check that was late is taken again before the last time, whose verdict stands.
  private static var longerUnits: Int { 3 }
}
