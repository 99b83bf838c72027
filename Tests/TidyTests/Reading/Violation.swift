import Testing

/// A place that breaks a rule, with the remedy.
struct Violation: Sendable, CustomStringConvertible {
  let path: String
  let line: Int
  let what: String
  let instead: String

  /// `index` counts from 0, as arrays do; the message counts from 1, as editors do.
  init(_ file: TextFile, _ index: Int, _ what: String, use instead: String) {
    self.path = file.path
    self.line = index + 1
    self.what = what
    self.instead = instead
  }

  var description: String { "\(self.path):\(self.line): \(self.what), use \(self.instead) instead" }

  /// Fails the running test once for each violation.
  static func report(_ violations: [Violation]) {
    for violation in violations { Issue.record("\(violation.description)") }
  }
}
