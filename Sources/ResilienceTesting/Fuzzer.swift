internal import ResilienceSimulation

/// Damages texts, the same way for the same seed: for tests of whatever reads texts.
public struct Fuzzer: Sendable {
  private var generator: SeededGenerator

  /// Makes a fuzzer.
  public init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 { self.generator.next() }

  /// A number from 0 to just below the bound.
  public mutating func below(_ bound: Int) -> Int { Int(self.next() % UInt64(max(1, bound))) }

  /// Replaces, inserts, removes and doubles a few characters.
  ///
  /// - Parameters:
  ///   - text: What to damage.
  ///   - alphabet: Where new characters come from; not empty.
  public mutating func mutate(_ text: String, with alphabet: String) -> String {
    var characters = Array(text)
    let letters = Array(alphabet)
    guard !letters.isEmpty else { return text }
    for _ in 0...self.below(4) {
      let place = self.below(characters.count + 1)
      switch self.below(4) {
      case 0: characters.insert(letters[self.below(letters.count)], at: place)
      case 1 where place < characters.count: characters.remove(at: place)
      case 2 where place < characters.count: characters[place] = letters[self.below(letters.count)]
      default: characters.insert(contentsOf: characters.suffix(self.below(characters.count + 1)), at: place)
      }
    }
    return String(characters)
  }
}
