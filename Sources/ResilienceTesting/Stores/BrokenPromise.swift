/// What a store does otherwise than its protocol promises.
public struct BrokenPromise: Error, CustomStringConvertible {
  /// What was expected and found.
  public let text: String
  /// The line of the suite that expected it.
  public let line: Int
  /// What was expected and found, and where in the suite.
  public var description: String { "\(self.text) (expected in line \(self.line) of the suite)" }
}

/// Expects something of a store.
func expect(_ condition: Bool, _ text: @autoclosure () -> String, line: Int = #line) throws {
  if !condition { throw BrokenPromise(text: text(), line: line) }
}

/// Expects two values to be equal.
func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String, line: Int = #line) throws {
  if found != expected {
    throw BrokenPromise(text: "\(what): found \(found), expected \(expected)", line: line)
  }
}

/// Expects a value to be there.
func unwrap<Value>(_ value: Value?, _ what: String, line: Int = #line) throws -> Value {
  guard let value else { throw BrokenPromise(text: "\(what): nothing", line: line) }
  return value
}
