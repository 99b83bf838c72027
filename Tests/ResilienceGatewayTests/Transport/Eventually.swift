#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Waits until something is so, by asking again and again; fails after two minutes.
func until(_ what: String, _ condition: () async -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(120)
  while await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// Holds a thread up, to make a race certain.
func blockThread(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// Waits until the task is cancelled.
func untilCancelled() async throws { try await Task.sleep(for: .seconds(3_600)) }

/// Lets others go on for a moment, between two looks.
func breathe() async { try? await Task.sleep(for: .milliseconds(50)) }
