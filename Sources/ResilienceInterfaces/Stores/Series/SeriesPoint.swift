/// One point of a series.
public struct SeriesPoint: Sendable, Equatable {
  /// When, in Unix milliseconds.
  public let at: Int64
  /// What, in whatever form the writer chooses.
  public let value: [UInt8]

  /// Describes a point.
  public init(at: Int64, value: [UInt8]) {
    self.at = at
    self.value = value
  }
}
