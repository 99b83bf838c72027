/// Takes a date's text apart from left to right; every form is tried by a scanner of its own.
struct HTTPDateScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { self.bytes = Array(text.utf8) }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func fixedDate() -> Int64? {
    guard self.name(HTTPDate.days) != nil, self.skip(", "), let day = self.number(2), self.skip(" "),
      let month = self.month(), self.skip(" "), let year = self.number(4), self.skip(" "),
      let time = self.time(), self.skip(" GMT")
    else { return nil }
    return self.result(year, month, day, time)
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`.
  mutating func obsoleteDate(now: Int64) -> Int64? {
    guard self.name(HTTPDate.longDays) != nil, self.skip(", "), let day = self.number(2), self.skip("-"),
      let month = self.month(), self.skip("-"), let short = self.number(2), self.skip(" "),
      let time = self.time(), self.skip(" GMT")
    else { return nil }
    let current = CivilDate(daysSinceEpoch: max(0, min(now, 250_000_000_000)) / 86_400).year
    var year = current - current % 100 + short
    if year > current + 50 { year -= 100 }
    return self.result(year, month, day, time)
  }

  /// `Sun Nov  6 08:49:37 1994`.
  mutating func asctimeDate() -> Int64? {
    guard self.name(HTTPDate.days) != nil, self.skip(" "), let month = self.month(), self.skip(" "),
      let day = self.skip(" ") ? self.number(1) : self.number(2), self.skip(" "),
      let time = self.time(), self.skip(" "), let year = self.number(4)
    else { return nil }
    return self.result(year, month, day, time)
  }

  private func result(_ year: Int64, _ month: Int64, _ day: Int64, _ time: Int64) -> Int64? {
    guard self.position == self.bytes.count, year > 0 else { return nil }
    return CivilDate(year: year, month: month, day: day).map { $0.daysSinceEpoch * 86_400 + time }
  }

  private mutating func month() -> Int64? { self.name(HTTPDate.months).map { Int64($0) + 1 } }

  /// `08:49:37`; a leap second counts as the first second of the next minute.
  private mutating func time() -> Int64? {
    guard let hour = self.number(2), hour < 24, self.skip(":"), let minute = self.number(2), minute < 60,
      self.skip(":"), let second = self.number(2), second <= 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  private mutating func number(_ digits: Int) -> Int64? {
    guard self.position + digits <= self.bytes.count else { return nil }
    var value: Int64 = 0
    for byte in self.bytes[self.position..<(self.position + digits)] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    self.position += digits
    return value
  }

  private mutating func name(_ names: [String]) -> Int? { names.firstIndex { self.skip($0) } }

  private mutating func skip(_ text: String) -> Bool {
    guard self.bytes[self.position...].starts(with: text.utf8) else { return false }
    self.position += text.utf8.count
    return true
  }
}
