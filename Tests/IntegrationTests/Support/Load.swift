import Resilience

/// Callers of a program's gateway, and how they were answered.
final class Load: Sendable {
  private let program: ServedProgram
  private let path: String
  private let statuses = Lock<[Int: Int]>([:])

  init(_ program: ServedProgram, path: String = "/orders/") {
    self.program = program
    self.path = path
  }

  /// Answers by status; 0 for none.
  var counts: [Int: Int] { self.statuses.withLock { $0 } }

  /// One caller, until cancelled.
  func run() async {
    while !Task.isCancelled {
      let status = (try? await self.program.get(self.path).status) ?? 0
      self.statuses.withLock { $0[status, default: 0] += 1 }
      try? await Task.sleep(for: .milliseconds(15))
    }
  }
}
