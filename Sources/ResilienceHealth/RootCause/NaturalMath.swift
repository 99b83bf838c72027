/// Logarithm and exponential without the system's mathematics library, which this layer does not import.
///
/// Accurate to about 1e-13, which is far more than probabilities need.
enum NaturalMath {
  private static let logarithmOfTwo = 0.693_147_180_559_945_3

  /// The natural logarithm; for 0 and below the least that is useful, so that no infinity spreads.
  static func logarithm(_ value: Double) -> Double {
    guard value > .leastNormalMagnitude else { return -708 }
    var mantissa = value.significand  // 1 ..< 2
    var exponent = Double(value.exponent)
    if mantissa > 1.414_213_562_373_095 {
      mantissa /= 2
      exponent += 1
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), which converges fast near 1.
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    var divisor = 1.0
    while divisor < 18 {
      sum += term / divisor
      term *= square
      divisor += 2
    }
    return 2 * sum + exponent * self.logarithmOfTwo
  }

  /// e to the power; 0 far below, bounded far above.
  static func exponential(_ value: Double) -> Double {
    if value < -700 { return 0 }
    let bounded = min(value, 700)
    let exponent = Int(bounded / self.logarithmOfTwo)
    let rest = bounded - Double(exponent) * self.logarithmOfTwo
    var term = 1.0
    var sum = 1.0
    for index in 1...14 {
      term *= rest / Double(index)
      sum += term
    }
    return Double(sign: .plus, exponent: exponent, significand: sum)
  }
}
