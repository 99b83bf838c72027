public import Resilience

/// A rate of failures of one dependency that calls for healing.
public struct ErrorPattern: Sendable, Hashable {
  /// The dependency whose calls fail.
  public var dependency: String
  /// Only failures answered with this code, such as `RES_006`; nil for all.
  public var code: String?
  /// Only failures of this category; nil for all.
  public var category: FailureCategory?
  /// How many failures; at least 1.
  public var count: Int
  /// Within which length of time, sliding.
  public var within: Duration

  /// Describes a pattern.
  public init(
    dependency: String, code: String? = nil, category: FailureCategory? = nil, count: Int, within: Duration
  ) {
    self.dependency = dependency
    self.code = code
    self.category = category
    self.count = max(1, count)
    self.within = within
  }

  /// Whether a failure is one of these.
  func matches(_ dependency: String, _ code: String?, _ category: FailureCategory) -> Bool {
    dependency == self.dependency && (self.code == nil || self.code == code)
      && (self.category == nil || self.category == category)
  }
}
