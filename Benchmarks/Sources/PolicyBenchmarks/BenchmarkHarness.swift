/// Takes windows until nine of them are undisturbed, or until there is no hope: on a busy machine a run takes minutes.
enum BenchmarkHarness {
  private static let wanted = 9
  private static let attempts = 500

  static func measure(_ benchmark: BenchmarkCase) async throws -> BenchmarkResult {
    let one = try await self.measure(benchmark.body, tasks: 1, length: 15_000_000)
    let two = try await self.measure(benchmark.body, tasks: 2, length: 4_000_000)
    let allocations = try await AllocationCounter.count(calls: 1_000, benchmark.body)
    return BenchmarkResult(
      name: benchmark.name, title: benchmark.title, oneThread: one, twoThreads: two, allocations: allocations)
  }

  /// The median of the undisturbed windows of about `length` nanoseconds; of all windows, if there are not enough.
  private static func measure(_ body: @escaping BenchmarkCase.Body, tasks: Int, length: Double) async throws -> Timing {
    let calls = try await self.calls(in: length, body)
    var kept: [Double] = []
    var all: [Double] = []
    while kept.count < self.wanted && all.count < self.attempts {
      let window = try await MeasurementWindow.run(calls: calls, tasks: tasks, body)
      all.append(window.nanoseconds)
      if window.isUndisturbed { kept.append(window.nanoseconds) }
    }
    let isIndicative = kept.count < 3
    let samples = (isIndicative ? all : kept).sorted()
    return Timing(
      median: samples[samples.count / 2], best: samples[0], keptWindows: kept.count, isIndicative: isIndicative)
  }

  private static func calls(in length: Double, _ body: @escaping BenchmarkCase.Body) async throws -> Int {
    var calls = 100
    while true {
      let taken = try await MeasurementWindow.run(calls: calls, tasks: 1, body).nanoseconds * Double(calls)
      if taken > 2_000_000 { return max(1, Int(Double(calls) * length / taken)) }
      calls *= 4
    }
  }
}
