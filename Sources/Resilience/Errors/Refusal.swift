/// Why a call was not admitted, in a few bytes: for those who refuse millions per second.
///
/// What `Gate.tryEnter` throws. Holds no reference and allocates nothing; a `Rejection`, which also knows the gate's
/// name, its last failure and the request, costs five times as much to make.
@frozen
public struct Refusal: Error, Equatable, BitwiseCopyable {
  /// Why; nil when the call was not refused but would have to wait: `Gate.acquire` does.
  public let reason: Rejection.Reason?
  /// Nanoseconds until it makes sense to ask again; `.min`: nobody knows.
  @usableFromInline let wait: Int64

  /// Makes a refusal; `.min` nanoseconds stand for a time that nobody knows.
  @inlinable
  init(_ reason: Rejection.Reason?, waiting nanoseconds: Int64 = .min) {
    self.reason = reason
    self.wait = nanoseconds
  }

  /// What of a rejection fits.
  @usableFromInline
  init(_ rejection: Rejection) { self.init(rejection.reason, waiting: rejection.wait) }

  /// When it makes sense to ask again; nil if nobody knows.
  public var retryAfter: Duration? { self.wait == .min ? nil : .nanoseconds(self.wait) }
}

extension Refusal: CustomStringConvertible {
  /// What happened, why, and what to do next.
  public var description: String {
    let what =
      self.reason.map { "the call was refused: \($0.rawValue)" } ?? "the call would have to wait: acquire waits"
    return self.retryAfter.map { "\(what); ask again in \($0.inWords)" } ?? what
  }
}
