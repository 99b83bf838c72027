/// A mean with its standard error.
struct Mean {
  private(set) var count = 0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    self.count += 1
    self.sum += value
    self.squares += value * value
  }

  var value: Double { self.sum / Double(self.count) }
  var standardError: Double {
    let variance = max(0, self.squares / Double(self.count) - self.value * self.value)
    return (variance / Double(max(1, self.count - 1))).squareRoot()
  }

  /// How many standard errors, both added up, lie between this and a published mean.
  func distance(to mean: Double, standardError: Double) -> Double {
    let error = (self.standardError * self.standardError + standardError * standardError).squareRoot()
    return error == 0 ? 0 : abs(self.value - mean) / error
  }
}
