import CAllocationCounter

/// Allocations of the whole process while something runs.
enum AllocationCounter {
  /// Allocations and bytes per call; nil where this platform cannot count.
  static func count(calls: Int, _ body: BenchmarkCase.Body) async throws -> AllocationCount? {
    guard allocation_counter_is_available() else { return nil }
    try await body(100)  // what is made once only
    var count: UInt64 = 0
    var bytes: UInt64 = 0
    allocation_counter_start()
    do { try await body(calls) } catch {
      allocation_counter_stop(&count, &bytes)
      throw error
    }
    allocation_counter_stop(&count, &bytes)
    return AllocationCount(perCall: Double(count) / Double(calls), bytesPerCall: Double(bytes) / Double(calls))
  }
}
