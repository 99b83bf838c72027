/// What a collector answers.
public struct OTLPAnswer: Sendable {
  /// The status.
  public let status: Int
  /// How long it asks to wait (`Retry-After`).
  public let retryAfter: Duration?
  /// The body, at most the first 64 KiB: says how much of the request was not taken.
  public let body: [UInt8]

  /// Makes an answer.
  public init(status: Int, retryAfter: Duration? = nil, body: [UInt8] = []) {
    self.status = status
    self.retryAfter = retryAfter
    self.body = body
  }

  /// How many items the collector did not take, although it answered well: OTLP's partial success.
  ///
  /// The number may be a JSON number or, as protobuf's JSON writes 64 bits, a text.
  var rejectedItems: Int {
    for name in ["rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"] {
      guard let found = String(decoding: self.body, as: UTF8.self).split(separator: "\"\(name)\"").dropFirst().first
      else { continue }
      let digits = found.drop { " :\"\n\r\t".contains($0) }.prefix { $0.isASCII && $0.isNumber }
      if let count = Int(digits) { return count }
    }
    return 0
  }
}
