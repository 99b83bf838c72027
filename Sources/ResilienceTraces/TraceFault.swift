/// Why a line is no event: what was expected in its place.
struct TraceFault: Error, Equatable, CustomStringConvertible {
  let description: String

  /// - Parameters:
  ///   - what: What is wrong.
  ///   - expected: What should stand there.
  init(_ what: String, expected: String) { self.description = "\(what); expected \(expected)" }
}
