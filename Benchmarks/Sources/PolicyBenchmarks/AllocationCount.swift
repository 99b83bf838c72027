/// What a call allocates.
struct AllocationCount: Codable, Sendable {
  let perCall: Double
  let bytesPerCall: Double
}
