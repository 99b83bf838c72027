/// What a case costs.
struct BenchmarkResult: Codable, Sendable {
  let name: String
  let title: String
  let oneThread: Timing
  let twoThreads: Timing
  let allocations: AllocationCount?
}
