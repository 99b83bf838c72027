public import ResilienceInterfaces

/// Keeps series in a PostgreSQL, shared by all instances that use the same schema.
public final class PostgreSQLSeriesStore: SeriesStore {
  private let database: PostgreSQLDatabase

  /// Makes the store of a schema.
  public init(_ database: PostgreSQLDatabase) { self.database = database }

  /// Appends points.
  public func append(_ points: [SeriesPoint], to series: String) async throws(StoreFailure) {
    try StoreRules.check(key: series, named: "series' name", store: self.database.location)
    for point in points { try StoreRules.check(value: point.value, metadata: [:], store: self.database.location) }
    if points.isEmpty { return }
    let query = PostgreSQLQuery(
      """
      INSERT INTO series_point SELECT $1, p.at, nextval('point_number'), p.value
      FROM (SELECT * FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS u (at, value, place) ORDER BY place) p
      """, [.text(series), .integers(points.map(\.at)), .byteArrays(points.map(\.value))])
    try await self.database.change(query) { _ in }
  }

  /// Points of a range, oldest first.
  public func points(
    of series: String, in range: Range<Int64>, limit: Int
  ) async throws(StoreFailure) -> [SeriesPoint] {
    try StoreRules.check(key: series, named: "series' name", store: self.database.location)
    let query = PostgreSQLQuery(
      """
      SELECT at, value FROM series_point WHERE series = $1 AND at >= $2 AND at < $3
      ORDER BY at DESC, number DESC LIMIT $4
      """, [.text(series), .integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(max(0, limit)))])
    return try await self.database.read(query) { rows throws(PostgreSQLTrouble) in
      var points: [SeriesPoint] = []
      for row in rows.reversed() { points.append(SeriesPoint(at: try row.integer(0), value: try row.bytes(1))) }
      return points
    }
  }

  /// Names of series.
  public func seriesNames(withPrefix prefix: String, limit: Int) async throws(StoreFailure) -> [String] {
    let query = PostgreSQLQuery(
      "SELECT DISTINCT series FROM series_point WHERE series >= $1 AND series <= $2 ORDER BY series LIMIT $3",
      [.text(prefix), .text(PrefixRange.end(of: prefix)), .integer(Int64(max(0, limit)))])
    return try await self.database.read(query) { rows throws(PostgreSQLTrouble) in
      var names: [String] = []
      for row in rows { names.append(try row.text(0)) }
      return names
    }
  }

  /// Removes old points.
  @discardableResult
  public func removePoints(
    ofSeriesWithPrefix prefix: String, before instant: Int64, limit: Int
  ) async throws(StoreFailure) -> Int {
    let query = PostgreSQLQuery(
      """
      DELETE FROM series_point WHERE (series, at, number) IN (SELECT series, at, number FROM series_point
      WHERE series >= $1 AND series <= $2 AND at < $3 ORDER BY series, at, number LIMIT $4 FOR UPDATE SKIP LOCKED)
      RETURNING number
      """,
      [.text(prefix), .text(PrefixRange.end(of: prefix)), .integer(instant), .integer(Int64(max(0, limit)))])
    return try await self.database.change(query) { $0.count }
  }
}
