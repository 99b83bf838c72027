/// Looks again and again until there is a value; an error when there is none in time.
///
/// - Parameters:
///   - limit: How long to look at most; generous, because a machine may be busy: only a failure costs the time.
///   - what: What was expected, in words.
///   - pause: How long to wait between two looks.
///   - look: Gives the value, or nil; an error counts as nil until the end.
@discardableResult
package func eventually<Value>(
  within limit: Duration = .seconds(60), _ what: @autoclosure () -> String, every pause: Duration = .milliseconds(20),
  _ look: () async throws -> Value?
) async throws -> Value {
  let clock = ContinuousClock()
  let end = clock.now + limit
  var last: (any Error)?
  repeat {
    do {
      if let value = try await look() { return value }
      last = nil
    } catch {
      last = error
    }
    try await Task.sleep(for: pause)
  } while clock.now < end
  throw Trouble("not within \(limit): \(what())\(last.map { "; the last error: \($0)" } ?? "")")
}

/// Looks again and again until a condition holds; an error when it does not in time.
package func eventually(
  within limit: Duration = .seconds(60), _ what: @autoclosure () -> String, holds condition: () async throws -> Bool
) async throws {
  try await eventually(within: limit, what(), every: .milliseconds(10)) { try await condition() ? true : nil }
}
