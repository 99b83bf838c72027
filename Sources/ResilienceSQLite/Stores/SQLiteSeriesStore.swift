internal import Foundation
internal import GRDB
public import ResilienceInterfaces

/// Keeps series in a SQLite file.
public final class SQLiteSeriesStore: SeriesStore {
  private let database: SQLiteDatabase

  /// Makes the store of a file.
  public init(_ database: SQLiteDatabase) { self.database = database }

  /// Appends points.
  public func append(_ points: [SeriesPoint], to series: String) async throws(StoreFailure) {
    try StoreRules.check(key: series, named: "series' name", store: self.database.path)
    for point in points { try StoreRules.check(value: point.value, metadata: [:], store: self.database.path) }
    if points.isEmpty { return }
    try await self.database.write { database, _ in
      let last = try StoreSchema.next("point", by: Int64(points.count), database)
      let statement = try database.cachedStatement(sql: "INSERT INTO series_point VALUES (?, ?, ?, ?)")
      for (index, point) in points.enumerated() {
        let number = last - Int64(points.count - 1 - index)
        try statement.execute(arguments: [series, point.at, number, Data(point.value)])
      }
    }
  }

  /// Points of a range, oldest first.
  public func points(
    of series: String, in range: Range<Int64>, limit: Int
  ) async throws(StoreFailure) -> [SeriesPoint] {
    try StoreRules.check(key: series, named: "series' name", store: self.database.path)
    return try await self.database.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT at, value FROM series_point WHERE series = ? AND at >= ? AND at < ?
          ORDER BY at DESC, number DESC LIMIT ?
          """, arguments: [series, range.lowerBound, range.upperBound, max(0, limit)])
      return try rows.reversed().map {
        SeriesPoint(at: try $0.decode(Int64.self, forColumn: "at"), value: try $0.bytes("value"))
      }
    }
  }

  /// Names of series.
  public func seriesNames(withPrefix prefix: String, limit: Int) async throws(StoreFailure) -> [String] {
    try await self.database.read { database in
      let cursor = try String.fetchCursor(
        database, sql: "SELECT DISTINCT series FROM series_point WHERE series >= ? ORDER BY series", arguments: [prefix]
      )
      var found: [String] = []
      while found.count < limit, let name = try cursor.next(), name.utf8.starts(with: prefix.utf8) {
        found.append(name)
      }
      return found
    }
  }

  /// Removes old points.
  @discardableResult
  public func removePoints(
    ofSeriesWithPrefix prefix: String, before instant: Int64, limit: Int
  ) async throws(StoreFailure) -> Int {
    let names = try await self.seriesNames(withPrefix: prefix, limit: .max)
    return try await self.database.write { database, _ in
      var left = max(0, limit)
      for name in names where left > 0 {
        try database.execute(
          sql: """
            DELETE FROM series_point WHERE series = ?1 AND (at, number) IN (
              SELECT at, number FROM series_point WHERE series = ?1 AND at < ?2 ORDER BY at, number LIMIT ?3)
            """, arguments: [name, instant, left])
        left -= database.changesCount
      }
      return max(0, limit) - left
    }
  }
}
