import Resilience
package import ResilienceInterfaces

/// Many histories over one real store, several at once, each checked.
package struct SessionHistoryRun: Sendable {
  /// The number of the first one: histories with the same number use the same sessions' names.
  package var first = 0
  package var count = 2
  /// Operations of each.
  package var operations = 300
  /// How many run at once.
  package var lanes = 1

  /// What a variable asks for: `COUNT OPERATIONS [FIRST [LANES]]`; the defaults without one.
  package init(_ text: String?) {
    let numbers = (text ?? "").split(separator: " ").compactMap { Int($0) }
    guard numbers.count >= 2 else { return }
    self.count = max(1, numbers[0])
    self.operations = max(10, numbers[1])
    if numbers.count > 2 { self.first = max(0, numbers[2]) }
    if numbers.count > 3 { self.lanes = max(1, numbers[3]) }
  }

  /// Runs and checks them all.
  ///
  /// - Parameter stores: What the histories run on, in turn, each on one of them.
  /// - Returns: What is wrong, in words: histories that no order of their calls explains; and how many calls were
  ///   checked.
  package func check(_ stores: [any KeyValueStore]) async throws -> (faults: [String], calls: Int) {
    let numbers = Numbers(from: self.first, count: self.count)
    return try await withThrowingTaskGroup(of: (faults: [String], calls: Int).self) { group in
      for _ in 0..<min(self.lanes, self.count) {
        group.addTask {
          var faults: [String] = []
          var calls = 0
          while faults.isEmpty, let number = numbers.next() {
            let (fault, checked) = try await self.check(number, stores[number % stores.count])
            calls += checked
            if let fault { faults.append(fault) }
          }
          return (faults, calls)
        }
      }
      return try await group.reduce(([], 0)) { ($0.0 + $1.faults, $0.1 + $1.calls) }
    }
  }

  /// The numbers that are still to be done.
  private final class Numbers: Sendable {
    private let rest: Lock<Range<Int>>

    init(from first: Int, count: Int) { self.rest = Lock(first..<(first + count)) }

    func next() -> Int? { self.rest.withLock { $0.popFirst() } }
  }

  private func check(_ number: Int, _ store: any KeyValueStore) async throws -> (fault: String?, calls: Int) {
    let world = SessionHistoryWorld(
      .live, over: store, operations: self.operations, sessions: max(4, self.operations / 50), prefix: "h\(number)-")
    try await world.run(delay: .milliseconds(2))
    let histories = world.histories
    let wrong = histories.first { !SessionHistory(calls: $0).isLinearizable }
    let fault = wrong.map { calls in "history \(number): \(calls.map { "\($0)" }.joined(separator: "\n"))" }
    return (fault, histories.reduce(0) { $0 + $1.count })
  }
}
