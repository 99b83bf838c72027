internal import NIOCore
internal import NIOHTTP1

/// A remembered answer.
struct CacheEntry: Sendable {
  let status: HTTPResponseStatus
  /// Without the fields of the connection and without the gateway's own.
  let headers: HTTPHeaders
  let body: ByteBuffer
  /// Unix milliseconds.
  let storedAt: Int64
  let freshness: Freshness
  let varied: VariedHeaders
  /// What its place in the store weighs: the URL's bytes.
  let keyBytes: Int

  /// Its age in whole seconds (RFC 9111 §4.2.3).
  ///
  /// A time of day that was set back makes nothing younger than it came.
  func age(at now: Int64) -> Int64 {
    let (elapsed, overflow) = now.subtractingReportingOverflow(self.storedAt)
    let resident = overflow ? (now < 0 ? 0 : Int64.max) : max(0, elapsed)
    return self.freshness.initialAge + min(resident / 1_000, CacheControl.longest)
  }

  /// What it weighs in memory, in bytes.
  var cost: Int {
    let fields = self.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 48 }
    return self.body.readableBytes + fields + self.varied.bytes + self.keyBytes + Self.overhead
  }

  /// What an entry weighs besides its contents, roughly.
  private static let overhead = 256
}
