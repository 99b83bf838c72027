import Foundation
import ResilienceSimulation

/// Draws from the distributions that the published experiments use.
struct Chance {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    // Neighbouring seeds of this generator are neighbouring places of one sequence: take them apart.
    var spread = SeededGenerator(seed: seed)
    self.generator = SeededGenerator(seed: spread.next())
  }

  mutating func bits() -> UInt64 { self.generator.next() }
  /// Uniform in 0..<1.
  mutating func share() -> Double { Double(self.generator.next() >> 11) * 0x1p-53 }
  /// Exponential, in seconds.
  mutating func exponential(mean: Double) -> Double { -mean * log(1 - self.share()) }
  /// Normal, after Box and Muller.
  mutating func normal(_ mean: Double, _ deviation: Double) -> Double {
    mean + deviation * (-2 * log(1 - self.share())).squareRoot() * cos(2 * .pi * self.share())
  }
}
