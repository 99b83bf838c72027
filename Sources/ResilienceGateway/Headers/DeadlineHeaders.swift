internal import NIOHTTP1

/// The time that is left for a request, as it travels with it.
enum DeadlineHeaders {
  static let milliseconds = "X-Resilience-Deadline-Ms"
  static let grpc = "grpc-timeout"

  /// What the fields of a request say.
  struct Reading: Equatable, Sendable {
    /// The smallest time left that was said, when the request came in; nil where nobody said.
    var nanoseconds: Int64?
    /// The names of fields whose values could not be read and were ignored; for the log.
    var malformed: [String] = []
  }

  /// Reads `X-Resilience-Deadline-Ms` and `grpc-timeout`; more than a century counts as a century.
  static func read(_ headers: HTTPHeaders) -> Reading {
    var reading = Reading()
    for value in headers[self.milliseconds] {
      self.note(self.number(value[...], digits: 1...15).map { (1_000_000, $0) }, self.milliseconds, in: &reading)
    }
    for value in headers[self.grpc] { self.note(self.grpcTimeout(value), self.grpc, in: &reading) }
    return reading
  }

  /// Writes both fields, or removes them where there is no deadline.
  ///
  /// - Parameter remainingNanoseconds: Rounded down to milliseconds, so that nobody gets more than is left; but at
  ///   least one, because zero is read as "none" by some.
  static func write(remainingNanoseconds: Int64?, to headers: inout HTTPHeaders) {
    headers.remove(name: self.milliseconds)
    headers.remove(name: self.grpc)
    guard let remainingNanoseconds else { return }
    let milliseconds = max(1, remainingNanoseconds / 1_000_000)
    headers.add(name: self.milliseconds, value: String(milliseconds))
    headers.add(name: self.grpc, value: self.grpcText(milliseconds))
  }

  private static let longest: Int64 = 100 * 365 * 86_400 * 1_000_000_000

  private static func note(_ found: (unit: Int64, count: Int64)?, _ name: String, in reading: inout Reading) {
    guard let found else {
      reading.malformed.append(name)
      return
    }
    let (product, overflow) = found.count.multipliedReportingOverflow(by: found.unit)
    let nanoseconds = overflow ? self.longest : min(product, self.longest)
    reading.nanoseconds = min(reading.nanoseconds ?? nanoseconds, nanoseconds)
  }

  /// One to eight digits and a unit.
  private static func grpcTimeout(_ value: String) -> (unit: Int64, count: Int64)? {
    guard let last = value.last, let unit = self.units[last] else { return nil }
    return self.number(value.dropLast(), digits: 1...8).map { (unit, $0) }
  }

  private static let units: [Character: Int64] = [
    "H": 3_600_000_000_000, "M": 60_000_000_000, "S": 1_000_000_000, "m": 1_000_000, "u": 1_000, "n": 1,
  ]

  private static func grpcText(_ milliseconds: Int64) -> String {
    let steps: [(divisor: Int64, unit: String)] = [(1, "m"), (1_000, "S"), (60_000, "M"), (3_600_000, "H")]
    for step in steps where milliseconds / step.divisor <= 99_999_999 {
      return "\(milliseconds / step.divisor)\(step.unit)"
    }
    return "99999999H"
  }

  private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }
}
