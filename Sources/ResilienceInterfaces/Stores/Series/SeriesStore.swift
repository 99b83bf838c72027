/// Keeps what happened when: samples of a metric, errors, state changes.
///
/// Points of a series are ordered by their time, those of the same time as they were appended. All that was appended in
/// one call is kept, or nothing. Cost: O(log n) per point.
public protocol SeriesStore: Sendable {
  /// Appends points, in one step.
  func append(_ points: [SeriesPoint], to series: String) async throws(StoreFailure)

  /// Points from an instant (included) up to another (excluded), oldest first.
  ///
  /// - Parameters:
  ///   - series: Which series; one that nobody has written to is empty.
  ///   - range: Unix milliseconds.
  ///   - limit: At most so many, the newest of the range; below 1 gives none.
  func points(
    of series: String, in range: Range<Int64>, limit: Int
  ) async throws(StoreFailure) -> [SeriesPoint]

  /// Names of series that begin with a prefix, in the order of their bytes.
  func seriesNames(withPrefix prefix: String, limit: Int) async throws(StoreFailure) -> [String]

  /// Removes the points of all series that begin with a prefix and lie before an instant.
  ///
  /// - Returns: How many were removed, at most `limit`.
  @discardableResult
  func removePoints(
    ofSeriesWithPrefix prefix: String, before instant: Int64, limit: Int
  ) async throws(StoreFailure) -> Int
}
