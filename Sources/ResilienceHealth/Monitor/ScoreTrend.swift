/// Where a score is going: the slope of a straight line through the newest scores (least squares).
///
/// A value of constant size: scores in, direction out.
public struct ScoreTrend: Sendable, Equatable {
  /// Where it is going.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Better and better.
    case rising
    /// Neither.
    case steady
    /// Worse and worse.
    case falling
  }

  /// The newest scores, oldest first.
  public private(set) var scores: [Int] = []
  private let length: Int
  private let threshold: Double

  /// Makes a trend over so many scores; a line that changes by at least the threshold over them is a direction.
  public init(over length: Int = 12, threshold: Double = 5) {
    self.length = max(3, length)
    self.threshold = max(0, threshold)
  }

  /// Adds a score; they are taken to be evenly spaced.
  public mutating func add(_ score: Int) {
    self.scores.append(score)
    if self.scores.count > self.length { self.scores.removeFirst() }
  }

  /// The mean of the newest scores and one more.
  public func mean(with score: Int) -> Int {
    let all = self.scores + [score]
    return (all.reduce(0, +) + all.count / 2) / all.count
  }

  /// Points per score; 0 with fewer than three.
  public var slope: Double {
    guard self.scores.count >= 3 else { return 0 }
    let count = Double(self.scores.count)
    let middle = (count - 1) / 2
    var product = 0.0
    var square = 0.0
    for (index, score) in self.scores.enumerated() {
      let distance = Double(index) - middle
      product += distance * Double(score)
      square += distance * distance
    }
    return product / square
  }

  /// Where it is going.
  public var direction: Direction {
    let change = self.slope * Double(self.scores.count - 1)
    if self.scores.count < 3 || abs(change) < self.threshold { return .steady }
    return change > 0 ? .rising : .falling
  }
}
