/// What users are told about one feature; `{feature}` stands for its name, `{duration}` for how long it took.
public struct NoticeTexts: Sendable, Equatable {
  /// The feature's name for people.
  public var feature: String
  /// While it works with limits.
  public var degraded: String
  /// While it does not work.
  public var unavailable: String
  /// When it works again.
  public var recovered: String

  /// The usual sentences about a feature.
  public init(
    feature: String, degraded: String? = nil, unavailable: String? = nil, recovered: String? = nil
  ) {
    self.feature = feature
    self.degraded = degraded ?? "{feature}: works with limits at present."
    self.unavailable = unavailable ?? "{feature}: not available at present."
    self.recovered = recovered ?? "{feature}: works as usual again."
  }

  /// A sentence with its placeholders filled in.
  func fill(_ template: String, milliseconds: Int64 = 0) -> String {
    template.replacing("{feature}", with: self.feature).replacing("{duration}", with: Self.length(milliseconds))
  }

  private static func length(_ milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds) / 1_000
    if seconds < 120 { return "\(seconds) s" }
    return seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
  }
}
