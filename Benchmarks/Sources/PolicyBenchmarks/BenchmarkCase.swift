/// One thing that is measured: makes as many calls as it is told to.
struct BenchmarkCase: Sendable {
  typealias Body = @Sendable (_ calls: Int) async throws -> Void

  /// What `--filter` and baselines name it by.
  let name: String
  /// What the table calls it.
  let title: String
  /// Whether the others are given as a ratio to it.
  var isMeasure = false
  let body: Body

  static let bareName = "bare"
  static let lockName = "lock"
}
