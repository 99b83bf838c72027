extension ValueKind where Value == Duration {
  /// A duration within a range.
  static func duration(_ range: ClosedRange<Duration>) -> ValueKind {
    let bounds = "\(DurationText.render(range.lowerBound)) to \(DurationText.render(range.upperBound))"
    return scalar("duration", unit: "ms, s, m, h or d", allowed: bounds, render: DurationText.render) {
      text throws(ValueFault) in
      try DurationText.parse(text).checked(within: range, bounds: bounds)
    }
  }

  /// One millisecond to one day: time-outs and waits.
  static let wait = duration(.milliseconds(1)...(.seconds(86_400)))
}

extension ValueKind where Value == Int {
  /// A whole number within a range.
  static func integer(_ range: ClosedRange<Int>) -> ValueKind {
    let bounds = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return scalar("integer", allowed: bounds, render: { "\($0)" }) { text throws(ValueFault) in
      guard let number = Int(text) else {
        let isNumber = Double(text) != nil
        throw ValueFault(
          isNumber ? .outOfRange : .wrongType, "this is no whole number", remedy: "write digits only, without a unit")
      }
      return try number.checked(within: range, bounds: bounds)
    }
  }

  /// A number of bytes within a range.
  static func size(_ range: ClosedRange<Int>) -> ValueKind {
    let bounds = "\(SizeText.render(range.lowerBound)) to \(SizeText.render(range.upperBound))"
    return scalar("size", unit: "bytes, KiB, MiB or GiB", allowed: bounds, render: SizeText.render) {
      text throws(ValueFault) in
      try SizeText.parse(text).checked(within: range, bounds: bounds)
    }
  }
}

extension ValueKind where Value == Double {
  /// A share: more than nothing, at most all.
  static let rate = scalar("rate", unit: "share of 1", allowed: "more than 0, at most 1", render: { "\($0)" }) {
    text throws(ValueFault) in
    if text.hasSuffix("%") {
      let share = Double(text.dropLast()).map { "\($0 / 100)" } ?? "0.5"
      throw ValueFault(.wrongUnit, "rates are shares of 1, not percentages", remedy: "write \(share)")
    }
    let number = try NumberText.parse(text)
    guard number > 0, number <= 1 else {
      throw ValueFault(
        .outOfRange, "the rate is out of range", remedy: "write a share such as 0.5; leave the key out for no rule")
    }
    return number
  }

  /// A number within a range.
  static func number(_ range: ClosedRange<Double>) -> ValueKind {
    let bounds = "a number from \(range.lowerBound) to \(range.upperBound)"
    return scalar("number", allowed: bounds, render: { "\($0)" }) { text throws(ValueFault) in
      try NumberText.parse(text).checked(within: range, bounds: bounds)
    }
  }
}

extension Comparable {
  /// The value itself where it lies in the range.
  fileprivate func checked(within range: ClosedRange<Self>, bounds: String) throws(ValueFault) -> Self {
    guard range.contains(self) else {
      throw ValueFault(.outOfRange, "the value is out of range", remedy: "choose \(bounds)")
    }
    return self
  }
}
