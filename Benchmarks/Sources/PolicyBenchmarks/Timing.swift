/// Nanoseconds per call over some windows.
struct Timing: Codable, Sendable {
  let median: Double
  let best: Double
  let keptWindows: Int
  /// Fewer than three windows were undisturbed: the median is that of all.
  let isIndicative: Bool
}
