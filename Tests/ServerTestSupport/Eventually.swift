/// Looks again and again until a condition holds; an error when it does not in time.
///
/// - Parameters:
///   - limit: How long to look at most; generous, because a machine may be busy: only a failure costs the time.
///   - what: What was expected, in words.
///   - condition: An error counts as no until the end.
package func eventually(
  within limit: Duration = .seconds(60), _ what: @autoclosure () -> String, holds condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let end = clock.now + limit
  var last: (any Error)?
  repeat {
    do {
      if try await condition() { return }
      last = nil
    } catch {
      last = error
    }
    try await Task.sleep(for: .milliseconds(10))
  } while clock.now < end
  throw Trouble("not within \(limit): \(what())\(last.map { "; the last error: \($0)" } ?? "")")
}
