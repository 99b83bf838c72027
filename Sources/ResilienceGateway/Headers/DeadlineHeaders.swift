internal import NIOHTTP1
internal import ResilienceInterfaces

/// The time that is left for a request, in the fields that it travels with.
enum DeadlineHeaders {
  static let milliseconds = DeadlineText.millisecondsField
  static let grpc = DeadlineText.grpcField

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
      self.note(DeadlineText.read(milliseconds: value), self.milliseconds, in: &reading)
    }
    for value in headers[self.grpc] { self.note(DeadlineText.read(grpcTimeout: value), self.grpc, in: &reading) }
    return reading
  }

  /// Writes both fields, or removes them where there is no deadline; rounded down, but at least a millisecond.
  static func write(remainingNanoseconds: Int64?, to headers: inout HTTPHeaders) {
    headers.remove(name: self.milliseconds)
    headers.remove(name: self.grpc)
    guard let remainingNanoseconds else { return }
    let left = Duration.nanoseconds(remainingNanoseconds)
    headers.add(name: self.milliseconds, value: DeadlineText.milliseconds(left))
    headers.add(name: self.grpc, value: DeadlineText.grpcTimeout(left))
  }

  private static func note(_ found: Duration?, _ name: String, in reading: inout Reading) {
    guard let found else {
      reading.malformed.append(name)
      return
    }
    // At most a century, so that this cannot overflow.
    let nanoseconds = found.components.seconds * 1_000_000_000 + found.components.attoseconds / 1_000_000_000
    reading.nanoseconds = min(reading.nanoseconds ?? nanoseconds, nanoseconds)
  }
}
