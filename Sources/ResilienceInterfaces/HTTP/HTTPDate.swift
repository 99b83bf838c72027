/// Reads and writes the dates of HTTP header fields (RFC 9110 §5.6.7) as Unix seconds.
///
/// No clock, no locale, no Foundation: the three forms are ASCII with fixed English names, in GMT.
public enum HTTPDate {
  static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let longDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Reads a date in any of the three forms that a recipient must accept.
  ///
  /// - Parameters:
  ///   - text: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
  ///   - now: The current time in Unix seconds. A two-digit year that would lie more than 50 years ahead is taken for
  ///     the past one.
  /// - Returns: Unix seconds, or nil when it is no date. That the name of the day fits is not asked for.
  public static func parse(_ text: String, now: Int64) -> Int64? {
    guard (24...33).contains(text.utf8.count) else { return nil }
    var fixed = HTTPDateScanner(text)
    if let found = fixed.fixedDate() { return found }
    var obsolete = HTTPDateScanner(text)
    if let found = obsolete.obsoleteDate(now: now) { return found }
    var asctime = HTTPDateScanner(text)
    return asctime.asctimeDate()
  }

  /// Writes a date in the form that senders must use: `Sun, 06 Nov 1994 08:49:37 GMT`.
  ///
  /// - Parameter unixSeconds: Years before 1 and after 9999 cannot be written; the nearest date that can be is.
  public static func format(_ unixSeconds: Int64) -> String {
    let seconds = max(-62_135_596_800, min(unixSeconds, 253_402_300_799))
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let time = seconds - days * 86_400
    let date = CivilDate(daysSinceEpoch: days)
    let weekday = Int(((days + 4) % 7 + 7) % 7)
    let clock = "\(Self.padded(time / 3_600)):\(Self.padded(time / 60 % 60)):\(Self.padded(time % 60))"
    let day = "\(Self.padded(date.day)) \(Self.months[Int(date.month) - 1]) \(Self.padded(date.year, to: 4))"
    return "\(Self.days[weekday]), \(day) \(clock) GMT"
  }

  private static func padded(_ number: Int64, to length: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
  }
}
