extension ValueKind where Value == ListenAddress {
  /// A host and port.
  static let listen = scalar(
    "address", allowed: "HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
    or: ValueFault(
      .invalidValue, "this is no address to listen on",
      remedy: "write a host and a port from 0 to 65535, IPv6 in brackets; 0.0.0.0 for all addresses"),
    render: \.description
  ) { ListenAddress($0) }
}

extension ValueKind where Value == AddressRange {
  /// An address or a CIDR range.
  static let addressRange = scalar(
    "address range", allowed: "an IP address or CIDR range",
    or: ValueFault(.invalidValue, "this is no IP range", remedy: "write one such as 10.0.0.0/8 or ::1"),
    render: \.description
  ) { AddressRange($0) }
}

extension ValueKind where Value == StorageLocation {
  /// The URL of a store.
  static let storage = scalar(
    "storage URL", allowed: "memory:, sqlite:FILE, postgresql://… or redis://…",
    or: ValueFault(
      .invalidValue, "this is no storage that is known", remedy: "write sqlite:resilience.db for an embedded one"),
    render: \.description
  ) { StorageLocation($0) }
}

extension ValueKind where Value == WindowConfiguration {
  /// A number of calls or a length of time.
  static let window = scalar(
    "window", allowed: "1 to 65536 calls (`100 calls`), or 1s to 1h (`30s`)", render: \.description
  ) { text throws(ValueFault) in
    let words = text.split(separator: " ")
    if words.count == 2, let count = Int(words[0]), words[1] == "calls" || words[1] == "call" {
      guard (1...65_536).contains(count) else {
        throw ValueFault(.outOfRange, "the window is out of range", remedy: "choose 1 to 65536 calls")
      }
      return .count(count)
    }
    if Int(text) != nil {
      throw ValueFault(
        .wrongUnit, "the window has no unit", remedy: "write `\(text) calls` or `\(text)s`")
    }
    return .time(try DurationText.parse(text, .seconds(1)...(.seconds(3_600)), of: "window", remedy: "choose 1s to 1h"))
  }
}

extension ValueKind where Value == HedgeDelayConfiguration {
  /// A percentile of the known durations, or a length of time.
  static let hedgeDelay = scalar(
    "delay", allowed: "p50 to p99.9 (`p95`), or 1ms to 1h (`200ms`)", render: \.description
  ) { text throws(ValueFault) in
    if text.hasPrefix("p") {
      let percent = try NumberText.parse(String(text.dropFirst()))
      guard (50...99.9).contains(percent) else {
        throw ValueFault(.outOfRange, "the percentile is out of range", remedy: "choose p50 to p99.9")
      }
      return .percentile(percent)
    }
    return .fixed(
      try DurationText.parse(text, .milliseconds(1)...(.seconds(3_600)), of: "delay", remedy: "choose 1ms to 1h"))
  }
}

extension ValueKind where Value == UpstreamLocation {
  /// The URL of a dependency.
  static let upstream = scalar(
    "URL", allowed: "http://HOST[:PORT][/PATH], https://…, or example:NAME", render: \.description
  ) { text throws(ValueFault) in
    try UpstreamText.parse(text)
  }
}
