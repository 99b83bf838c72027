import Foundation

/// How experiments are run: briefly by default, at the published size when asked.
///
/// `RESILIENCE_PROOF=full` takes the published number of runs and prints the figures; any other value only prints them.
enum Experiment {
  private static let wish = ProcessInfo.processInfo.environment["RESILIENCE_PROOF"]
  static var isFull: Bool { self.wish == "full" }

  /// The first in everyday runs, the second at full size.
  static func size<Value>(_ brief: Value, full: Value) -> Value { self.isFull ? full : brief }

  /// One line of figures, when asked.
  static func note(_ line: @autoclosure () -> String) {
    if self.wish != nil { print("proof | \(line())") }
  }

  static func text(_ value: Double, _ digits: Int = 3) -> String { String(format: "%.\(digits)f", value) }
}
