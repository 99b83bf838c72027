/// One short stretch of calls by one or two tasks at a time, and whether they really had the processor.
///
/// The machine is shared: a window in which somebody else ran says nothing about us and does not count.
struct MeasurementWindow: Sendable {
  /// Nanoseconds per call, as each task sees it.
  let nanoseconds: Double
  let isUndisturbed: Bool

  private struct Span: Sendable {
    let start: Int64
    let end: Int64
    /// Processor time of the process by elapsed time.
    let load: Double
  }

  static func run(calls: Int, tasks: Int, _ body: @escaping BenchmarkCase.Body) async throws -> MeasurementWindow {
    // A common start, so that two tasks run side by side.
    let start = SystemClock.monotonic() + (tasks > 1 ? 2_000_000 : 0)
    let spans = try await withThrowingTaskGroup(of: Span.self) { group in
      for _ in 0..<tasks { group.addTask { try await self.span(from: start, calls, body) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let mean = spans.map { Double($0.end - $0.start) }.reduce(0, +) / Double(tasks)
    let elapsed = Double((spans.map(\.end).max() ?? 0) - (spans.map(\.start).min() ?? 0))
    let load = spans.map(\.load).min() ?? 0
    let isUndisturbed = tasks == 1 ? load > 0.97 : load > 1.85 && mean / elapsed > 0.9
    return MeasurementWindow(nanoseconds: mean / Double(calls), isUndisturbed: isUndisturbed)
  }

  private static func span(from start: Int64, _ calls: Int, _ body: BenchmarkCase.Body) async throws -> Span {
    while SystemClock.monotonic() < start {}
    let begin = SystemClock.monotonic()
    let used = SystemClock.processor()
    try await body(calls)
    let end = SystemClock.monotonic()
    return Span(start: begin, end: end, load: Double(SystemClock.processor() - used) / Double(max(1, end - begin)))
  }
}
