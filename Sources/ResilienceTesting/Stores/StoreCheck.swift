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
  /// - Throws: `BrokenPromise` if it does not, or the store's own error.
  public func run(in world: StoreWorld<Store>) async throws { try await self.body(world) }
}
