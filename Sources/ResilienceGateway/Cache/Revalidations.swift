internal import Resilience

/// Which URLs are being asked for again in the background: each once at a time, and not too many together.
final class Revalidations: Sendable {
  /// How many at once for one dependency.
  static let limit = 32

  private let keys = Lock<Set<String>>([])

  /// Takes a URL; false where it is being asked for already, or too many are.
  func begin(_ url: String) -> Bool {
    self.keys.withLock { keys in
      guard keys.count < Self.limit else { return false }
      return keys.insert(url).inserted
    }
  }

  /// Gives a URL back.
  func end(_ url: String) { self.keys.withLock { _ = $0.remove(url) } }
}
