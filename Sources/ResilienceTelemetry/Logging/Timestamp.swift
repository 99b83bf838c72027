/// Instants as RFC 3339 text, in UTC.
enum Timestamp {
  /// Milliseconds since 1970 as `2026-01-31T23:59:59.123Z`.
  static func text(unixMilliseconds: Int64) -> String {
    let days = self.floored(unixMilliseconds, by: 86_400_000)
    let rest = unixMilliseconds - days * 86_400_000
    let (year, month, day) = self.civil(daysSince1970: days)
    let date = "\(self.padded(year, 4))-\(self.padded(month, 2))-\(self.padded(day, 2))"
    let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { self.padded($0, 2) }
    return "\(date)T\(time.joined(separator: ":")).\(self.padded(rest % 1_000, 3))Z"
  }

  /// The Gregorian date of a day; Howard Hinnant's `civil_from_days`: years begin in March, eras have 400 years.
  private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = self.floored(shifted, by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
